"""Logs are kept for as long as the stage says, and stay behind where its data does."""

from aws_cdk import aws_logs as logs
from constructs import Construct

from cdk.constructs.removal import removal
from cdk.settings import Settings

RETENTION = {
    7: logs.RetentionDays.ONE_WEEK,
    14: logs.RetentionDays.TWO_WEEKS,
    30: logs.RetentionDays.ONE_MONTH,
    90: logs.RetentionDays.THREE_MONTHS,
    365: logs.RetentionDays.ONE_YEAR,
}
"""By days, as `cdk.settings.RETENTION_DAYS` lists them."""


def log_group(scope: Construct, construct_id: str, settings: Settings) -> logs.LogGroup:
    """A log group of this stage."""
    return logs.LogGroup(
        scope,
        construct_id,
        retention=RETENTION[settings.log_retention_days],
        removal_policy=removal(settings),
    )

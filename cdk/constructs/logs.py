"""Logs are kept for as long as the stage says, and stay behind where its data does."""

from aws_cdk import aws_logs as logs
from constructs import Construct

from cdk.constructs.removal import removal
from cdk.settings import Settings


def log_group(scope: Construct, construct_id: str, settings: Settings) -> logs.LogGroup:
    """A log group of this stage."""
    return logs.LogGroup(
        scope,
        construct_id,
        retention=logs.RetentionDays[settings.log_retention],
        removal_policy=removal(settings),
    )

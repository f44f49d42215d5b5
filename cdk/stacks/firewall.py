"""Firewall: the web ACL in front of the site, in the one region where CloudFront looks for it."""

from aws_cdk import CfnOutput, Environment, Fn, Stack
from constructs import Construct

from cdk.constructs.web_acl import WebAcl
from cdk.settings import Settings

REGION, OUTPUT = "us-east-1", "WebAclArn"


class FirewallStack(Stack):
    """The web ACL, wherever the rest of the stage is."""

    def __init__(self, scope: Construct, settings: Settings) -> None:
        super().__init__(
            scope,
            "Firewall",
            stack_name=name(settings),
            description="Ticketing: what may reach the site",
            env=Environment(region=REGION),
        )
        CfnOutput(self, OUTPUT, value=WebAcl(self, "Site", settings).arn)


def web_acl_arn(settings: Settings) -> str | None:
    """The web ACL of a stage that has one: a weak reference, across regions."""
    return Fn.get_stack_output(name(settings), OUTPUT, REGION) if settings.firewall else None


def name(settings: Settings) -> str:
    return f"{settings.prefix}-firewall"

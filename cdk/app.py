"""The app: `python -m cdk.app` writes cdk.out for the stage in the context (`-c stage=prod`)."""

import json
import os
import sys
from pathlib import Path

from aws_cdk import App, Tags, Validations
from cdk_nag import AwsSolutionsChecks

from cdk.artifacts import ROOT, Artifacts, NotBuiltError
from cdk.settings import LOCAL, Settings, for_stage
from cdk.stacks.auth import AuthStack
from cdk.stacks.expiration import ExpirationStack
from cdk.stacks.firewall import FirewallStack
from cdk.stacks.gateway import GatewayStack
from cdk.stacks.orders import OrdersStack
from cdk.stacks.payments import PaymentsStack
from cdk.stacks.platform import PlatformStack
from cdk.stacks.reference import ReferenceStack
from cdk.stacks.tickets import TicketsStack
from cdk.stacks.web import WebStack

LOCAL_ONLY = "the stage local is for `make run`: choose another"


def build_app(
    settings: Settings,
    artifacts: Artifacts,
    *,
    outdir: Path | None = None,
    checked: bool = False,
) -> App:
    """All stacks of a stage, to be synthesized into `outdir`; `checked` as in `new_app`."""
    app = new_app(outdir, checked=checked)
    add_stacks(app, settings, artifacts)
    return app


def new_app(outdir: Path | None, *, checked: bool) -> App:
    """An app with the flags of cdk.json, whoever starts it.

    `checked`: CloudFormation's and AwsSolutions' rules must hold or synthesis fails. That takes
    seconds, so what only needs the templates leaves it out.
    """
    flags = json.loads((ROOT / "cdk.json").read_text())["context"]
    app = App(
        context=flags,
        outdir=str(outdir) if outdir else None,
        analytics_reporting=False,
        tree_metadata=checked,
        builtin_cloud_formation_validation=checked,
    )
    if checked:
        Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    return app


def add_stacks(app: App, settings: Settings, artifacts: Artifacts) -> None:
    """The stacks, and the order in which a first deployment needs them."""
    platform = PlatformStack(app, settings, artifacts)
    auth = AuthStack(app, platform)
    auth.add_stack_dependency(platform)
    web = WebStack(app, platform, auth.authorizer_id)
    if settings.firewall:
        web.add_stack_dependency(FirewallStack(app, settings))
    services = (TicketsStack, OrdersStack, PaymentsStack, ReferenceStack)
    gateway = GatewayStack(app, platform)
    for stack in (web, *(service(app, platform, auth.authorizer_id) for service in services)):
        stack.add_stack_dependency(auth)
        gateway.add_stack_dependency(stack)
    ExpirationStack(app, settings).add_stack_dependency(platform)
    Tags.of(app).add("project", "ticketing")
    Tags.of(app).add("stage", settings.stage)


def main() -> int:
    """Synthesize with every check; 1 and a line of why when it cannot be."""
    outdir = None if "CDK_OUTDIR" in os.environ else ROOT / "cdk.out"
    app = new_app(outdir, checked=True)
    try:
        settings = for_stage(app.node.try_get_context("stage") or "dev")
        if settings is LOCAL:
            raise ValueError(LOCAL_ONLY)
        add_stacks(app, settings, Artifacts())
        app.synth()
    except (NotBuiltError, ValueError) as error:
        print(f"cdk: {error}", file=sys.stderr)
        return 1
    except RuntimeError as error:  # jsii's; the findings have been printed
        print(f"cdk: {str(error).splitlines()[0]}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

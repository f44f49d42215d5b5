"""An operator's commands: how they find what they work on, and how they end."""

import sys
from collections.abc import Callable

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from cdk.settings import for_stage


class MissingOutputError(Exception):
    """A stack was deployed before it told this."""


def outputs(stage: str, service: str, *names: str) -> list[str]:
    """Some outputs of a service's stack, in this order. Raises MissingOutputError."""
    stack = f"{for_stage(stage).prefix}-{service}"
    described = boto3.client("cloudformation").describe_stacks(StackName=stack)
    told = described["Stacks"][0].get("Outputs", [])
    found = {one["OutputKey"]: one["OutputValue"] for one in told}
    if missing := [name for name in names if name not in found]:
        msg = f"the stack {stack} has no output {missing[0]}: deploy it"
        raise MissingOutputError(msg)
    return [found[name] for name in names]


def carry_out(command: Callable[[], int]) -> int:
    """The exit status of a command; 1, and a line of why, if it could not be done."""
    try:
        return command()
    except (BotoCoreError, ClientError, MissingOutputError) as error:
        print(f"error: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("stopped; the next run goes on from here", file=sys.stderr)
    return 1

"""What a deployed stack tells: by it an operator's command finds what it works on."""

import boto3

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

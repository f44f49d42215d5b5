"""What holds data outlives its stack where the stage protects data, and goes with it elsewhere."""

from aws_cdk import RemovalPolicy

from cdk.settings import Settings


def removal(settings: Settings) -> RemovalPolicy:
    """What becomes of data, keys and logs when their stack is deleted."""
    return RemovalPolicy.RETAIN if settings.protect_data else RemovalPolicy.DESTROY

"""What holds data outlives its stack where the stage protects data, and goes with it elsewhere."""

from aws_cdk import RemovalPolicy

from cdk.settings import Settings


def removal(settings: Settings) -> RemovalPolicy:
    """What becomes of data, keys and logs when their stack is deleted.

    When its first deployment fails they go in any case: they hold nothing yet.
    """
    if settings.protect_data:
        return RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
    return RemovalPolicy.DESTROY

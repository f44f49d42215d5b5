"""Layers are made in the stack that uses them, so that no stack waits for another's layer."""

from collections.abc import Iterator

from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from cdk.artifacts import Artifacts


class Layers(Construct):
    """The shared code, the base dependencies and a service's own groups, in this order."""

    def __init__(
        self, scope: Construct, construct_id: str, artifacts: Artifacts, *groups: str
    ) -> None:
        super().__init__(scope, construct_id)
        self._versions = [
            lambda_.LayerVersion(
                self,
                name.capitalize(),
                code=artifacts.layer(name),
                compatible_runtimes=[lambda_.Runtime.PYTHON_3_13],
                compatible_architectures=[lambda_.Architecture.ARM_64],
                description=f"{name} of {scope.node.path}",
            )
            for name in ("ticketing", "base", *groups)
        ]

    def __iter__(self) -> Iterator[lambda_.LayerVersion]:
        return iter(self._versions)

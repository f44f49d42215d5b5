"""A function: a role of its own that may do only what is written out, own logs, traces, ARM.

The library adds one statement by itself, that of X-Ray; every other is added by `allow`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from aws_cdk import CfnResource, Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk.aws_logs import ILogGroup
from constructs import Construct, IConstruct

from cdk.concurrency import reserved
from cdk.constructs.acknowledge import acknowledge
from cdk.constructs.logs import log_group
from cdk.constructs.service import Service


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionSpec:
    """What a function runs and how much of the machine it gets."""

    module: str
    """`api` of the package below: its `lambda_handler` is called."""

    package: str
    purpose: str
    timeout: Duration
    memory_mb: int
    snap_start: bool = False


class ServiceFunction(Construct):
    """A deployed function of one service, and the role it runs with."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        service: Service,
        spec: FunctionSpec,
        environment: Mapping[str, str],
    ) -> None:
        super().__init__(scope, construct_id)
        self.name, self.timeout = f"{service.name}-{spec.module}", spec.timeout
        self.role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        acknowledge(self.role, "IAM5[Resource::*]", "X-Ray's actions on segments know no resource")
        logs = log_group(self, "Logs", service.settings)
        self.allow("logs:CreateLogStream", "logs:PutLogEvents", on=[logs.log_group_arn])
        self.function = self._add_function(service, spec, logs, environment)
        self.target: lambda_.IFunction = self._add_alias() if spec.snap_start else self.function
        """What to invoke: with SnapStart the alias of the published version."""

    def allow(self, *actions: str, on: Sequence[str], items: str | None = None) -> None:
        """Let the function do `actions` on the resources with these ARNs.

        `items` is a pattern of the keys that it may name of a table.
        """
        of = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": [items]}} if items else None
        self.role.add_to_policy(
            iam.PolicyStatement(actions=[*actions], resources=[*on], conditions=of)
        )

    def allow_within(self, owner: IConstruct, pattern: str, action: str, *, why: str) -> None:
        """Let the function do `action` on whatever has the owner's ARN and `pattern` behind it."""
        resource = cast("CfnResource", owner.node.default_child)
        self.allow(action, on=[f"{resource.get_att('Arn').to_string()}{pattern}"])
        logical_id = Stack.of(self).resolve(resource.logical_id)
        acknowledge(self.role, f"IAM5[Resource::<{logical_id}.Arn>{pattern}]", why)

    def allow_recursion(self) -> None:
        """Let the function cause its own invocations, which Lambda otherwise ends after some 16."""
        resource = cast("lambda_.CfnFunction", self.function.node.default_child)
        resource.recursive_loop = "Allow"

    def _add_function(
        self,
        service: Service,
        spec: FunctionSpec,
        logs: ILogGroup,
        environment: Mapping[str, str],
    ) -> lambda_.Function:
        settings = service.settings
        function = lambda_.Function(
            self,
            "Function",
            function_name=f"{settings.prefix}-{self.name}",
            description=spec.purpose,
            code=service.artifacts.function(spec.package),
            handler=f"{spec.package}.{spec.module}.lambda_handler",
            layers=[*service.layers],
            runtime=lambda_.Runtime.PYTHON_3_13,
            architecture=lambda_.Architecture.ARM_64,
            memory_size=spec.memory_mb,
            timeout=spec.timeout,
            reserved_concurrent_executions=reserved(self.name, settings),
            tracing=lambda_.Tracing.ACTIVE,
            role=self.role,
            log_group=logs,
            environment=_environment(service) | dict(environment),
            snap_start=lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS if spec.snap_start else None,
        )
        acknowledge(
            function,
            "L1",
            "Compiled files and wheels are built for this minor version; it is raised on purpose",
        )
        return function

    def _add_alias(self) -> lambda_.Alias:
        version = self.function.current_version
        return lambda_.Alias(self, "Live", alias_name="live", version=version)


def _environment(service: Service) -> dict[str, str]:
    return {
        "POWERTOOLS_SERVICE_NAME": service.name,
        "POWERTOOLS_METRICS_NAMESPACE": service.settings.prefix,
        "POWERTOOLS_LOG_LEVEL": service.settings.log_level,
    }

"""The shape that the stacks of all services share: layers, functions, routes, their own table."""

from collections.abc import Mapping

from aws_cdk import CfnOutput, Duration, Stack
from constructs import Construct

from cdk.constructs.bus import bus_of
from cdk.constructs.layers import Layers
from cdk.constructs.publisher import TablePublisher
from cdk.constructs.routes import FunctionRoutes
from cdk.constructs.service import Service
from cdk.constructs.service_function import FunctionSpec, ServiceFunction
from cdk.constructs.service_table import ServiceTable
from cdk.constructs.subscription import Subscription
from cdk.stacks.platform import PlatformStack

PATIENT = Duration.seconds(28)
"""For a slow dependency and a second try: a function that is killed cannot say that it was slow.

The gateway gives up after 29 seconds.
"""


class ServiceStack(Stack):
    """The stack of one service; `groups` are the dependencies it has beyond the base."""

    def __init__(self, scope: Construct, name: str, platform: PlatformStack, *groups: str) -> None:
        settings = platform.settings
        super().__init__(
            scope,
            name.capitalize(),
            stack_name=f"{settings.prefix}-{name}",
            description=f"Ticketing: {name}",
        )
        self.settings = settings
        layers = Layers(self, "Layers", platform.artifacts, *groups)
        self.service = Service(name, settings, platform.artifacts, layers)
        self.bus = bus_of(self, settings)
        self.api_id = platform.api_id

    def http_function(
        self,
        module: str,
        purpose: str,
        environment: Mapping[str, str],
        *,
        timeout: Duration | None = None,
    ) -> ServiceFunction:
        """A function that somebody waits for: more memory, so more CPU, and SnapStart if set."""
        return self._function(
            FunctionSpec(
                module=module,
                package=self.service.name,
                purpose=purpose,
                timeout=timeout or PATIENT,
                memory_mb=self.settings.api_memory_mb,
                snap_start=self.settings.snap_start,
            ),
            environment,
        )

    def worker(
        self, module: str, purpose: str, environment: Mapping[str, str], *, timeout: Duration
    ) -> ServiceFunction:
        """A function that works behind the requests."""
        return self._function(
            FunctionSpec(
                module=module,
                package=self.service.name,
                purpose=purpose,
                timeout=timeout,
                memory_mb=self.settings.worker_memory_mb,
            ),
            environment,
        )

    def _function(self, spec: FunctionSpec, environment: Mapping[str, str]) -> ServiceFunction:
        construct_id = spec.module.capitalize()
        return ServiceFunction(self, construct_id, self.service, spec, environment)

    def routes(self, function: ServiceFunction, authorizer_id: str) -> FunctionRoutes:
        """The routes of a function, on the platform's API."""
        construct_id = f"{function.node.id}Routes"
        return FunctionRoutes(self, construct_id, function, self.api_id, authorizer_id)

    def publish(self, table: ServiceTable) -> None:
        """Send the events that the table's items carry, and tell where those lie that failed."""
        publisher = TablePublisher(self, "Outbox", self.service, table, self.bus)
        CfnOutput(self, "FailuresBucket", value=publisher.failures.bucket_name)
        CfnOutput(self, "PublisherName", value=publisher.function.target.function_name)

    def subscribe(self, subscriber: ServiceFunction) -> Subscription:
        """Let a function work off what the event catalogue says this service consumes."""
        subscription = Subscription(self, "Subscription", self.service, subscriber, self.bus)
        CfnOutput(self, "QueueArn", value=subscription.queue.queue_arn)
        CfnOutput(self, "DeadLettersArn", value=subscription.dead_letters.queue_arn)
        return subscription

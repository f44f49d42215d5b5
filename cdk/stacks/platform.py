"""What services share: the bus with its archive, the API with its logs and its reference."""

import json

from aws_cdk import ArnFormat, CfnOutput, Duration, Stack
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_events as events
from constructs import Construct

from cdk.artifacts import Artifacts
from cdk.catalogue import SOURCE_PREFIX
from cdk.constructs.layers import Layers
from cdk.constructs.logs import log_group
from cdk.constructs.removal import removal
from cdk.constructs.routes import FunctionRoutes
from cdk.constructs.service import Service
from cdk.constructs.service_function import FunctionSpec, ServiceFunction
from cdk.settings import Settings

ACCESS_LOG = {
    "requestId": "$context.requestId",
    "time": "$context.requestTime",
    "routeKey": "$context.routeKey",
    "method": "$context.httpMethod",
    "path": "$context.path",
    "status": "$context.status",
    "length": "$context.responseLength",
    "latency": "$context.responseLatency",
    "integrationLatency": "$context.integrationLatency",
    "integrationError": "$context.integrationErrorMessage",
    "authorizerError": "$context.authorizer.error",
    "error": "$context.error.message",
}
"""One line a request. No address, agent or user: logs hold no personal data."""


class PlatformStack(Stack):
    """The bus and the API. It knows no service; services find it by name."""

    def __init__(self, scope: Construct, settings: Settings, artifacts: Artifacts) -> None:
        super().__init__(
            scope,
            "Platform",
            stack_name=f"{settings.prefix}-platform",
            description="Ticketing: the event bus and the HTTP API",
        )
        self.settings = settings
        self.artifacts = artifacts
        self._add_bus(settings)
        api = self._add_api(settings)
        self.api_id = api.api_id
        self._add_reference(settings, artifacts)
        CfnOutput(self, "ApiUrl", value=api.api_endpoint)

    def _add_bus(self, settings: Settings) -> None:
        bus = events.EventBus(
            self, "Bus", event_bus_name=settings.bus_name, description="Ticketing's domain events"
        )
        archive = bus.archive(
            "Archive",
            description="Every domain event, to replay them",
            event_pattern=events.EventPattern(source=events.Match.prefix(SOURCE_PREFIX)),
            retention=Duration.days(settings.archive_retention_days),
        )
        archive.apply_removal_policy(removal(settings))

    def _add_api(self, settings: Settings) -> apigateway.HttpApi:
        """The API; its one stage deploys each route as soon as a service adds it."""
        api = apigateway.HttpApi(
            self,
            "Api",
            api_name=settings.prefix,
            create_default_stage=False,
            cors_preflight=_cors(settings),
        )
        logs = log_group(self, "AccessLogs", settings)
        apigateway.CfnStage(
            self,
            "Stage",
            api_id=api.api_id,
            stage_name="$default",
            auto_deploy=True,
            access_log_settings=apigateway.CfnStage.AccessLogSettingsProperty(
                destination_arn=self._arn_of(logs.log_group_name), format=json.dumps(ACCESS_LOG)
            ),
            default_route_settings=apigateway.CfnStage.RouteSettingsProperty(
                throttling_rate_limit=settings.throttle_rate,
                throttling_burst_limit=settings.throttle_burst,
            ),
        )
        return api

    def _arn_of(self, log_group_name: str) -> str:
        """Without the `:*` for streams that a log group's own ARN ends with."""
        return self.format_arn(
            service="logs",
            resource="log-group",
            resource_name=log_group_name,
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )

    def _add_reference(self, settings: Settings, artifacts: Artifacts) -> None:
        service = Service("reference", settings, artifacts, Layers(self, "Layers", artifacts))
        function = ServiceFunction(
            self,
            "Reference",
            service,
            FunctionSpec(
                module="api",
                package="reference",
                purpose="Serves the API's description, and 404 for what no service answers",
                timeout=Duration.seconds(10),
                memory_mb=settings.api_memory_mb,
            ),
            {},
        )
        routes = FunctionRoutes(self, "ReferenceRoutes", function, self.api_id)
        routes.public(["GET /api/openapi.json", "$default"])
        routes.fallback("/api")


def _cors(settings: Settings) -> apigateway.CorsPreflightOptions | None:
    if not settings.allowed_origins:
        return None
    return apigateway.CorsPreflightOptions(
        allow_origins=[*settings.allowed_origins],
        allow_methods=[apigateway.CorsHttpMethod.ANY],
        allow_headers=["authorization", "content-type", "idempotency-key", "if-match", "prefer"],
        expose_headers=["link", "location", "retry-after", "x-request-id"],
        max_age=Duration.hours(1),
    )

"""Gateway: the stage of the API, which says how much each route admits and logs each request.

API Gateway refuses a stage that names a route which does not exist. So this stack is made last.
"""

import json

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_apigatewayv2 as apigateway
from constructs import Construct

from cdk.constructs.logs import log_group
from cdk.settings import Settings
from cdk.stacks.platform import PlatformStack
from cdk.throttles import SHARES

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


class GatewayStack(Stack):
    """The API's one stage. It deploys each route as soon as a service adds it."""

    def __init__(self, scope: Construct, platform: PlatformStack) -> None:
        settings = platform.settings
        super().__init__(
            scope,
            "Gateway",
            stack_name=f"{settings.prefix}-gateway",
            description="Ticketing: what the HTTP API admits",
        )
        logs = log_group(self, "AccessLogs", settings)
        everywhere = apigateway.CfnStage.RouteSettingsProperty(
            throttling_rate_limit=settings.throttle_rate,
            throttling_burst_limit=settings.throttle_burst,
        )
        apigateway.CfnStage(
            self,
            "Stage",
            api_id=platform.api_id,
            stage_name="$default",
            auto_deploy=True,
            access_log_settings=apigateway.CfnStage.AccessLogSettingsProperty(
                destination_arn=self._arn_of(logs.log_group_name), format=json.dumps(ACCESS_LOG)
            ),
            default_route_settings=everywhere,
            route_settings=route_settings(settings),
        )

    def _arn_of(self, log_group_name: str) -> str:
        """Without the `:*` for streams that a log group's own ARN ends with."""
        return self.format_arn(
            service="logs",
            resource="log-group",
            resource_name=log_group_name,
            arn_format=ArnFormat.COLON_RESOURCE_NAME,
        )


def route_settings(settings: Settings) -> dict[str, dict[str, float]]:
    """By route key, as CloudFormation spells it: this property is not typed."""
    return {
        key: {
            "ThrottlingRateLimit": settings.throttle_rate * share,
            "ThrottlingBurstLimit": max(1, round(settings.throttle_burst * share)),
        }
        for key, share in SHARES.items()
    }

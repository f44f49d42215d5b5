"""What services share: the bus with its archive, the API, and the proof of its edge."""

from aws_cdk import CfnOutput, Duration, Stack
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_events as events
from constructs import Construct

from cdk.artifacts import Artifacts
from cdk.constructs.alarm import PERIOD, AlarmTopic, add_alarm
from cdk.constructs.origin_proof import OriginProof
from cdk.constructs.removal import removal
from cdk.settings import Settings
from ticketing.events import SOURCE_PREFIX

FAILURES = 10
"""Answers of 5xx in a period, for one of which a person is not called."""


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
        self.origin_proof = OriginProof(self, "OriginProof", settings)
        api = apigateway.HttpApi(
            self,
            "Api",
            api_name=settings.prefix,
            create_default_stage=False,
            cors_preflight=_cors(settings),
        )
        self.api_id = api.api_id
        if settings.alarms:
            AlarmTopic(self, "Alarms", settings)
        add_alarm(
            self,
            "ApiAlarm",
            settings,
            api.metric_server_error(statistic="Sum", period=PERIOD),
            at_least=FAILURES,
            why="Requests end with 5xx: docs/operations.md, A request failed",
        )
        CfnOutput(self, "OriginSecretArn", value=self.origin_proof.arn)

    def _add_bus(self, settings: Settings) -> None:
        """An archive keeps a rule on its bus, which cannot be deleted then: both stay or go."""
        bus = events.EventBus(
            self, "Bus", event_bus_name=settings.bus_name, description="Ticketing's domain events"
        )
        archive = bus.archive(
            "Archive",
            description="Every domain event, to replay them",
            event_pattern=events.EventPattern(source=events.Match.prefix(SOURCE_PREFIX)),
            retention=Duration.days(settings.archive_retention_days),
        )
        for one in (bus, archive):
            one.apply_removal_policy(removal(settings))


def _cors(settings: Settings) -> apigateway.CorsPreflightOptions | None:
    if not settings.allowed_origins:
        return None
    return apigateway.CorsPreflightOptions(
        allow_origins=[*settings.allowed_origins],
        allow_methods=[apigateway.CorsHttpMethod.ANY],
        allow_headers=["authorization", "content-type", "idempotency-key", "if-match", "prefer"],
        expose_headers=[
            "etag",
            "idempotent-replayed",
            "link",
            "location",
            "retry-after",
            "x-request-id",
        ],
        max_age=Duration.hours(1),
    )

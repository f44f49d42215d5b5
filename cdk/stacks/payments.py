"""Payments: the only service that talks to Stripe, and the only one with its key."""

from aws_cdk import CfnOutput, Duration, SecretValue
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from cdk import tables
from cdk.artifacts import Artifacts
from cdk.constructs.removal import removal
from cdk.constructs.schedule import Schedule
from cdk.constructs.service_function import ServiceFunction
from cdk.constructs.service_table import ServiceTable
from cdk.settings import Settings
from cdk.stacks.service_stack import ServiceStack

READ_AND_WRITE = ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem")

PATIENT = Duration.seconds(28)
"""For Stripe's answer and a second try; the gateway gives up after 29 seconds."""


class PaymentsStack(ServiceStack):
    """The payments table, its functions, and the reconciler of every five minutes."""

    def __init__(self, scope: Construct, settings: Settings, artifacts: Artifacts) -> None:
        super().__init__(scope, "payments", settings, artifacts, "payments")
        self._table = ServiceTable(self, "Table", tables.PAYMENTS, settings)
        self._secret = self._add_secret()
        self._add_routes()
        self.subscribe(self._add_subscriber())
        self.publish(self._table)
        Schedule(self, "ReconcilerSchedule", self._add_reconciler(), every=Duration.minutes(5))

    def _add_secret(self) -> secretsmanager.Secret:
        """`{"apiKey": ..., "webhookSecrets": [...]}`: an operator puts the real one there."""
        secret = secretsmanager.Secret(
            self,
            "StripeSecret",
            description="Stripe's API key and webhook secrets; put there by an operator",
            removal_policy=removal(self.settings),
            secret_object_value={
                "apiKey": SecretValue.unsafe_plain_text("not-set"),
            },
        )
        CfnOutput(self, "StripeSecretArn", value=secret.secret_arn)
        return secret

    def _environment(self) -> dict[str, str]:
        base = self.settings.stripe_api_base
        return {
            "TABLE_NAME": self._table.name,
            "STRIPE_SECRET": self._secret.secret_arn,
            **({"STRIPE_API_BASE": base} if base else {}),
        }

    def _trust(self, function: ServiceFunction) -> ServiceFunction:
        """Let a function read and write payments and call Stripe."""
        function.allow(*READ_AND_WRITE, on=[self._table.arn])
        function.allow("secretsmanager:GetSecretValue", on=[self._secret.secret_arn])
        return function

    def _add_routes(self) -> None:
        environment = self._environment()
        api = self._trust(self.http_function("api", "Pays orders", environment, timeout=PATIENT))
        webhook = self._trust(
            self.http_function(
                "webhook", "Takes in Stripe's signed events", environment, timeout=PATIENT
            )
        )
        routes = self.routes(api)
        routes.protected(["POST /api/payments", "GET /api/payments/{orderId}"], self.settings)
        routes.fallback("/api/payments")
        self.routes(webhook).public(["POST /api/payments/webhook"])

    def _add_subscriber(self) -> ServiceFunction:
        return self._trust(
            self.worker(
                "subscriber",
                "Captures what is committed and voids what is cancelled",
                self._environment(),
                timeout=Duration.seconds(60),
            )
        )

    def _add_reconciler(self) -> ServiceFunction:
        reconciler = self._trust(
            self.worker(
                "reconciler",
                "Asks Stripe about the payments that are not final",
                self._environment(),
                timeout=Duration.minutes(4),
            )
        )
        reconciler.allow("dynamodb:Query", on=[self._table.index_arn("by_open")])
        return reconciler

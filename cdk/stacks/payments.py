"""Payments: the only service that talks to Stripe, and the only one with its key."""

from aws_cdk import CfnOutput, Duration
from constructs import Construct

from cdk import tables
from cdk.constructs.alarm import add_alarm, business_metric
from cdk.constructs.schedule import Schedule
from cdk.constructs.secret import SecretSpec, ServiceSecret
from cdk.constructs.service_function import ServiceFunction
from cdk.constructs.service_table import ServiceTable
from cdk.stacks.platform import PlatformStack
from cdk.stacks.service_stack import ServiceStack

ITEMS = "ORDER#*"
"""The keys of the table's items."""


class PaymentsStack(ServiceStack):
    """The payments table, its functions, and the reconciler of every five minutes."""

    def __init__(self, scope: Construct, platform: PlatformStack, authorizer_id: str) -> None:
        super().__init__(scope, "payments", platform, "payments")
        self._table = ServiceTable(self, "Table", tables.PAYMENTS, self.settings)
        self._secret = self._add_secret()
        self._add_routes(authorizer_id)
        self.subscribe(self._add_subscriber())
        self.publish(self._table)
        reconciler = self._add_reconciler()
        Schedule(self, "ReconcilerSchedule", reconciler, self.settings, every=Duration.minutes(5))
        add_alarm(
            self,
            "MismatchAlarm",
            self.settings,
            business_metric(self.settings, "payments", "PaymentsMismatched"),
            at_least=1,
            why="The bank holds other money than the amount: docs/operations.md, A stuck order",
        )

    def _add_secret(self) -> ServiceSecret:
        """Empty until an operator puts Stripe's values there: calls fail, nothing is charged."""
        secret = ServiceSecret(
            self,
            "Stripe",
            SecretSpec(
                purpose="Stripe's API key and the webhook secrets that are valid now",
                fields={"apiKey": "", "webhookSecrets": []},
            ),
            self.settings,
        )
        CfnOutput(self, "StripeSecretArn", value=secret.arn)
        return secret

    def _environment(self) -> dict[str, str]:
        base = self.settings.stripe_api_base
        return {
            "TABLE_NAME": self._table.name,
            "STRIPE_SECRET": self._secret.arn,
            **({"STRIPE_API_BASE": base} if base else {}),
        }

    def _trust(self, function: ServiceFunction, *actions: str) -> ServiceFunction:
        """Let a function do `actions` to payments, and call Stripe."""
        function.allow(*actions, on=[self._table.arn], items=ITEMS)
        self._secret.readable_by(function)
        return function

    def _add_routes(self, authorizer_id: str) -> None:
        environment = self._environment()
        api = self.http_function("api", "Pays orders", environment)
        self._trust(api, "dynamodb:GetItem", "dynamodb:UpdateItem")
        routes = self.routes(api, authorizer_id)
        routes.add("POST /api/payments", "GET /api/payments/{orderId}")
        routes.fallback("/api/payments")
        webhook = self.http_function("webhook", "Takes in Stripe's signed events", environment)
        self._trust(webhook, "dynamodb:UpdateItem")
        # Any other method would be the api's, to which `webhook` is the id of an order.
        path = "/api/payments/webhook"
        self.routes(webhook, authorizer_id).add(f"POST {path}", f"ANY {path}")

    def _add_subscriber(self) -> ServiceFunction:
        subscriber = self.worker(
            "subscriber",
            "Captures what is committed and voids what is cancelled",
            self._environment(),
            timeout=Duration.seconds(60),
        )
        return self._trust(subscriber, "dynamodb:PutItem", "dynamodb:UpdateItem")

    def _add_reconciler(self) -> ServiceFunction:
        reconciler = self.worker(
            "reconciler",
            "Asks Stripe about the payments that are not final",
            self._environment(),
            timeout=Duration.minutes(4),
        )
        reconciler.allow("dynamodb:Query", on=[self._table.index_arn("by_open")])
        return self._trust(reconciler, "dynamodb:BatchGetItem", "dynamodb:UpdateItem")

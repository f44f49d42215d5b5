"""Orders: the arbiter of who holds a ticket."""

from aws_cdk import Duration
from constructs import Construct

from cdk import tables
from cdk.constructs.schedule import Schedule
from cdk.constructs.service_function import ServiceFunction
from cdk.constructs.service_table import ServiceTable
from cdk.stacks.platform import PlatformStack
from cdk.stacks.service_stack import ServiceStack


class OrdersStack(ServiceStack):
    """The orders table, its HTTP function, consumer, publisher, and the sweeper of each minute."""

    def __init__(self, scope: Construct, platform: PlatformStack, authorizer_id: str) -> None:
        super().__init__(scope, "orders", platform)
        table = ServiceTable(self, "Table", tables.ORDERS, self.settings)
        self._add_routes(self._add_api(table), authorizer_id)
        subscriber = self._add_subscriber(table)
        self.subscribe(subscriber).let_defer(subscriber)
        self.publish(table)
        sweeper = self._add_sweeper(table)
        Schedule(self, "SweeperSchedule", sweeper, self.settings, every=Duration.minutes(1))

    def _add_api(self, table: ServiceTable) -> ServiceFunction:
        api = self.http_function(
            "api",
            "Reserves tickets; lists, shows and cancels orders",
            {
                "TABLE_NAME": table.name,
                "RESERVATION_SECONDS": str(self.settings.reservation_seconds),
            },
        )
        api.allow("dynamodb:GetItem", "dynamodb:BatchGetItem", on=[table.arn])
        # A transaction has no action of its own: its parts must be allowed.
        api.allow("dynamodb:PutItem", "dynamodb:UpdateItem", on=[table.arn])
        api.allow("dynamodb:Query", on=[table.index_arn("by_user")])
        return api

    def _add_subscriber(self, table: ServiceTable) -> ServiceFunction:
        subscriber = self.worker(
            "subscriber",
            "Keeps the copy of tickets; confirms, completes, cancels and expires orders",
            {"TABLE_NAME": table.name},
            timeout=Duration.seconds(20),
        )
        subscriber.allow("dynamodb:GetItem", "dynamodb:UpdateItem", on=[table.arn])
        subscriber.allow("dynamodb:Query", on=[table.index_arn("by_user")])
        return subscriber

    def _add_sweeper(self, table: ServiceTable) -> ServiceFunction:
        sweeper = self.worker(
            "sweeper",
            "Expires the orders whose timer was lost",
            {"TABLE_NAME": table.name},
            timeout=Duration.seconds(50),
        )
        sweeper.allow("dynamodb:UpdateItem", on=[table.arn])
        sweeper.allow("dynamodb:Query", on=[table.index_arn("by_expiry")])
        return sweeper

    def _add_routes(self, api: ServiceFunction, authorizer_id: str) -> None:
        routes = self.routes(api, authorizer_id)
        routes.add(
            "POST /api/orders",
            "GET /api/orders",
            "GET /api/orders/{id}",
            "DELETE /api/orders/{id}",
        )
        routes.fallback("/api/orders")

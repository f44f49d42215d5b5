"""Tickets: what is listed, by whom, and what can be bought now."""

from aws_cdk import Duration
from constructs import Construct

from cdk import tables
from cdk.constructs.service_function import ServiceFunction
from cdk.constructs.service_table import ServiceTable
from cdk.stacks.platform import PlatformStack
from cdk.stacks.service_stack import ServiceStack

ITEMS = "TICKET#*"
"""The keys of the table's items."""


class TicketsStack(ServiceStack):
    """The tickets table, its HTTP function, its consumer of orders' events and its publisher."""

    def __init__(self, scope: Construct, platform: PlatformStack, authorizer_id: str) -> None:
        super().__init__(scope, "tickets", platform)
        table = ServiceTable(self, "Table", tables.TICKETS, self.settings)
        self._add_routes(self._add_api(table), authorizer_id)
        subscriber = self._add_subscriber(table)
        self.subscribe(subscriber).let_defer(subscriber)
        self.publish(table)

    def _environment(self, table: ServiceTable) -> dict[str, str]:
        """Both functions put tickets on sale."""
        return {
            "TABLE_NAME": table.name,
            "SALE_PARTITIONS": str(self.settings.sale_partitions),
        }

    def _add_api(self, table: ServiceTable) -> ServiceFunction:
        api = self.http_function(
            "api",
            "Lists, shows, creates, edits and withdraws tickets",
            self._environment(table) | {"DEFAULT_CURRENCY": self.settings.default_currency},
        )
        actions = ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem")
        api.allow(*actions, on=[table.arn], items=ITEMS)
        api.allow("dynamodb:Query", on=[table.index_arn("by_sale"), table.index_arn("by_seller")])
        return api

    def _add_subscriber(self, table: ServiceTable) -> ServiceFunction:
        subscriber = self.worker(
            "subscriber",
            "Shows on tickets what became of their orders and sellers",
            self._environment(table),
            timeout=Duration.seconds(20),
        )
        subscriber.allow("dynamodb:UpdateItem", on=[table.arn], items=ITEMS)
        subscriber.allow("dynamodb:Query", on=[table.index_arn("by_seller")])
        return subscriber

    def _add_routes(self, api: ServiceFunction, authorizer_id: str) -> None:
        routes = self.routes(api, authorizer_id)
        routes.add(
            "GET /api/tickets",
            "POST /api/tickets",
            "GET /api/tickets/mine",
            "GET /api/tickets/{id}",
            "PUT /api/tickets/{id}",
            "DELETE /api/tickets/{id}",
        )
        routes.fallback("/api/tickets")

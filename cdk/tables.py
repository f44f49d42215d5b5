"""The tables as data, one for each service that stores anything: stacks and tests build from it."""

from dataclasses import dataclass
from typing import Any

KEY = "pk"
"""Every table's partition key, a string; no table has a sort key."""


@dataclass(frozen=True, slots=True)
class Index:
    """A global secondary index: it holds the items that have both attributes, whole."""

    name: str
    partition: str
    sort: str


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A service's table. Attributes that are keys are strings.

    Its stream (new and old images) feeds the service's outbox publisher.
    """

    service: str
    indexes: tuple[Index, ...] = ()
    ttl: str | None = None
    """The attribute that holds the second, since 1970, an item may vanish after."""

    def definition(self, table_name: str) -> dict[str, Any]:
        """The arguments of DynamoDB's CreateTable for the same table (TTL is set apart)."""
        keys = {KEY, *(key for index in self.indexes for key in (index.partition, index.sort))}
        indexes = [_index_definition(one) for one in self.indexes]
        return {
            "TableName": table_name,
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [
                {"AttributeName": key, "AttributeType": "S"} for key in sorted(keys)
            ],
            "KeySchema": [{"AttributeName": KEY, "KeyType": "HASH"}],
            "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
            **({"GlobalSecondaryIndexes": indexes} if indexes else {}),
        }


def _index_definition(index: Index) -> dict[str, Any]:
    return {
        "IndexName": index.name,
        "KeySchema": [
            {"AttributeName": index.partition, "KeyType": "HASH"},
            {"AttributeName": index.sort, "KeyType": "RANGE"},
        ],
        "Projection": {"ProjectionType": "ALL"},
    }


AUTH = TableSpec("auth", indexes=(Index("by_user", "user_id", "expires_at"),), ttl="ttl")

TICKETS = TableSpec(
    "tickets",
    indexes=(Index("by_sale", "on_sale", "position"), Index("by_seller", "user_id", "position")),
)

ORDERS = TableSpec(
    "orders",
    indexes=(
        Index("by_user", "user_id", "created_at"),
        Index("by_expiry", "expiry_shard", "expires_at"),
    ),
)

PAYMENTS = TableSpec("payments", indexes=(Index("by_open", "open_shard", "updated_at"),))

TABLES = {spec.service: spec for spec in (AUTH, TICKETS, ORDERS, PAYMENTS)}

"""The orders table: every condition that protects an order or a hold.

pk            item
ORDER#<id>    the order; `outbox` is the event its latest write caused
TICKET#<id>   this service's copy of a ticket; `order_id` and `holder_id` while an order holds it

Index `by_user`: user_id, created_at; holds the orders. Index `by_expiry`: expiry_shard, expires_at;
holds only orders that can still expire.
"""

import os
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache, partial
from heapq import merge
from operator import itemgetter

from orders.models import (
    CancelReason,
    Order,
    OrderExists,
    OrderStatus,
    Ticket,
    last_payable,
    why_not_cancelled,
    why_not_completed,
    why_not_confirmed,
    why_not_reserved,
)
from orders.refusals import AlreadyDone, HoldLost, OrderNotFound
from ticketing import aws
from ticketing.attributes import Item
from ticketing.clock import rfc3339
from ticketing.dynamo import Put, Table, Update
from ticketing.outbox import Cause, EventType, stamp

EXPIRY_SHARDS = 4
"""Partitions of `by_expiry`: one partition takes 1,000 writes a second."""

SWEEP_PAGE = 100


class OrderStore:
    """Orders, and who holds which ticket."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def order(self, order_id: str) -> Order:
        """Raises OrderNotFound."""
        item = self._table.get(order_key(order_id))
        if item is None:
            raise OrderNotFound
        return Order.from_item(item)

    def ticket_and_order(
        self, ticket_id: str, order_id: str | None
    ) -> tuple[Ticket | None, Order | None]:
        """This service's copy of a ticket and, if an id is given, that order: one read."""
        keys = [ticket_key(ticket_id), *([order_key(order_id)] if order_id else [])]
        found = self._table.get_many(*keys)
        ticket = Ticket.from_item(found[keys[0]]) if keys[0] in found else None
        order = Order.from_item(found[keys[-1]]) if order_id and keys[-1] in found else None
        return ticket, order

    def orders_of(self, user_id: str, limit: int, after: dict[str, str] | None) -> list[Order]:
        """At most `limit` orders of a buyer, newest first; `after` is a `position`."""
        start = {"user_id": user_id, **after} if after else None
        items = self._table.query("by_user", ("user_id", user_id), limit=limit, start=start)
        return [Order.from_item(item) for item in items]

    def reserve(self, order: Order, ticket: Ticket, cause: Cause) -> None:
        """Hold the ticket and store the order with its event: both or neither.

        Raises OrderExists for a repeated id; HeldByCaller, TicketReserved, TicketSold or
        TicketWithdrawn, or TicketChanged when the ticket is no longer as it was read.
        """
        put = Put(
            key=order_key(order.id),
            item={
                **order.to_item(),
                "expiry_shard": expiry_shard(order.id),
                "outbox": stamp(EventType.ORDER_CREATED, cause),
            },
            condition="attribute_not_exists(pk)",
            refusal=lambda found: OrderExists(Order.from_item(found or {})),
        )
        hold = Update(
            key=ticket_key(ticket.id),
            set={"order_id": order.id, "holder_id": order.user_id, "hold": order.hold},
            condition="attribute_not_exists(#order_id) AND #withdrawn = :no"
            " AND #version = :version AND #hold = :hold",
            values={"no": False, "version": ticket.version, "hold": ticket.hold},
            refusal=lambda found: why_not_reserved(ticket, found, order.user_id),
        )
        self._table.transact(put, hold)

    def confirm(self, order_id: str, cause: Cause) -> Order:
        """Commit the ticket to the buyer, whose payment is authorized; the clock no longer applies.

        Raises AlreadyDone for an order committed or cancelled before, and NotYet for one whose time
        is over though nothing has cancelled it yet.
        """
        confirm = transition(
            order_id,
            OrderStatus.AWAITING_PAYMENT,
            EventType.ORDER_CONFIRMED,
            cause,
            condition="#status = :created AND #expires_at > :last_payable",
            values={"created": OrderStatus.CREATED, "last_payable": last_payable(cause.time)},
            why_not=why_not_confirmed,
        )
        return Order.from_item(self._table.write(confirm))

    def complete(self, order_id: str, cause: Cause) -> Order:
        """Record that the money is captured.

        Raises AlreadyDone for a complete order, and NotYet for one that was never committed.
        """
        complete = transition(
            order_id,
            OrderStatus.COMPLETE,
            EventType.ORDER_COMPLETED,
            cause,
            condition="#status = :awaiting",
            values={"awaiting": OrderStatus.AWAITING_PAYMENT},
            why_not=why_not_completed,
        )
        return Order.from_item(self._table.write(complete))

    def cancel(self, order: Order, cause: Cause) -> None:
        """Cancel a created order for its buyer and free its ticket: both or neither.

        Raises AlreadyDone for a cancelled order and OrderPaid for a committed one.
        """
        self._release(order, CancelReason.BY_BUYER, cause, "#status = :created", {})

    def expire(self, order: Order, cause: Cause) -> None:
        """Cancel a created order whose time is over and free its ticket: both or neither.

        Raises NotYet before that time, AlreadyDone if cancelled before, OrderPaid if committed.
        """
        condition = "#status = :created AND #expires_at <= :last_payable"
        values = {"last_payable": last_payable(cause.time)}
        self._release(order, CancelReason.EXPIRED, cause, condition, values)

    def fail(self, order: Order, cause: Cause) -> None:
        """Cancel an order whose payment failed for good and free its ticket: both or neither.

        Raises AlreadyDone for a cancelled order and OrderPaid for a complete one.
        """
        condition = "#status = :created OR #status = :awaiting"
        values = {"awaiting": OrderStatus.AWAITING_PAYMENT}
        self._release(order, CancelReason.PAYMENT_FAILED, cause, condition, values)

    def overdue(self, before: datetime) -> Iterator[Order]:
        """Created orders whose time was over by `before`, the longest overdue first.

        The index lags behind the table: an order may have moved on since.
        """
        query = partial(self._table.query, "by_expiry", limit=SWEEP_PAGE, newest_first=False)
        oldest = partial(query, up_to=("expires_at", rfc3339(before)))
        shards = [oldest(("expiry_shard", str(shard))) for shard in range(EXPIRY_SHARDS)]
        return map(Order.from_item, merge(*shards, key=itemgetter("expires_at")))

    def copy_ticket(self, ticket: Item) -> None:
        """Take over the seller's facts of a ticket; who holds it is decided here alone.

        `ticket`: id, version, title, amount, currency, seller_id, withdrawn, sold. Raises
        AlreadyDone unless they are newer than those held.
        """
        copy = Update(
            key=ticket_key(ticket["id"]),
            set=ticket,
            set_once={"hold": 0},
            condition="attribute_not_exists(#version) OR #version < :version",
            values={"version": ticket["version"]},
            refusal=lambda _found: AlreadyDone(),
        )
        self._table.write(copy)

    def _release(
        self, order: Order, reason: CancelReason, cause: Cause, condition: str, values: Item
    ) -> None:
        """Cancel the order with its event, and let go of its ticket."""
        cancel = transition(
            order.id,
            OrderStatus.CANCELLED,
            EventType.ORDER_CANCELLED,
            cause,
            condition=condition,
            values={"created": OrderStatus.CREATED, **values},
            why_not=why_not_cancelled,
            cancel_reason=reason,
        )
        release = Update(
            key=ticket_key(order.ticket.id),
            remove=["order_id", "holder_id"],
            condition="#order_id = :order",
            values={"order": order.id},
            refusal=lambda _found: HoldLost(order.id),
        )
        self._table.transact(cancel, release)


def order_key(order_id: str) -> str:
    return f"ORDER#{order_id}"


def ticket_key(ticket_id: str) -> str:
    return f"TICKET#{ticket_id}"


def expiry_shard(order_id: str) -> str:
    """Which partition of `by_expiry` an order is in: by the random end of its id."""
    return str(int(order_id[-4:], 16) % EXPIRY_SHARDS)


def position(order: Order) -> dict[str, str]:
    """Where an order stands in its buyer's list."""
    return {"pk": order_key(order.id), "created_at": rfc3339(order.created_at)}


def transition(  # noqa: PLR0913 - the parts of one transition
    order_id: str,
    status: OrderStatus,
    event: EventType,
    cause: Cause,
    *,
    condition: str,
    values: Item,
    why_not: Callable[[Order], Exception],
    **changes: str,
) -> Update:
    """The write that moves an order on to `status` with `event`; after it, no timer applies."""
    return Update(
        key=order_key(order_id),
        set={"status": status, **changes, "outbox": stamp(event, cause)},
        add={"version": 1},
        remove=["expiry_shard"],
        condition=condition,
        values=values,
        refusal=lambda found: why_not(Order.from_item(found)) if found else OrderNotFound(),
    )


@cache
def store() -> OrderStore:
    """The container's store."""
    return OrderStore(Table(aws.client("dynamodb"), os.environ["TABLE_NAME"]))

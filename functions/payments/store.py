"""The payments table: every condition that protects a payment.

pk            item
ORDER#<id>    the payment of that order; `outbox` is the event that a write of it caused last,
              `changed_by` the request or event that caused its latest write. A `voided` one
              without `intent_id` is a tombstone: it never gets an intent.

Index `by_open`: open_shard, updated_at; holds the payments for which something at Stripe may still
have to be done, which begins with an intent.
"""

import os
import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache, partial
from heapq import merge
from operator import itemgetter

from payments.intents import Intent
from payments.models import Moved, OrderStatus, Payment, PaymentStatus
from payments.refusals import PaymentNotFound
from ticketing import aws
from ticketing.attributes import Item
from ticketing.clock import rfc3339
from ticketing.dynamo import Put, Table, Update
from ticketing.ids import new_id
from ticketing.outbox import Cause, EventType, stamp

OPEN_SHARDS = 4
"""Partitions of `by_open`: one partition takes 1,000 writes a second."""

PAGE = 100

COVERED = "#intent_id = :intent AND #amount = :money AND #currency = :currency"
"""The intent is the payment's own, and its money is what the buyer was shown."""


class PaymentStore:
    """Payments. A change that comes too late raises Moved, with the payment as it is then;
    one of a payment that does not exist raises PaymentNotFound.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def payment(self, order_id: str) -> Payment:
        """Raises PaymentNotFound."""
        item = self._table.get(order_key(order_id))
        if item is None:
            raise PaymentNotFound
        return Payment.from_item(item)

    def payments(self, order_ids: set[str]) -> dict[str, Payment]:
        """Those of 1 to 100 orders that have one, by order id."""
        found = self._table.get_many(*map(order_key, order_ids))
        return {item["order_id"]: Payment.from_item(item) for item in found.values()}

    def open_before(self, moment: datetime) -> Iterator[Payment]:
        """Open payments that have not changed since, the longest unchanged first.

        The index lags behind the table: a payment may have moved on.
        """
        shards = (self._open_in(str(shard), moment) for shard in range(OPEN_SHARDS))
        return map(Payment.from_item, merge(*shards, key=itemgetter("updated_at")))

    def _open_in(self, shard: str, moment: datetime) -> Iterator[Item]:
        query = partial(self._table.query, "by_open", ("open_shard", shard), newest_first=False)
        start: dict[str, str] | None = None
        while page := query(limit=PAGE, start=start, up_to=("updated_at", rfc3339(moment))):
            yield from page
            start = {name: page[-1][name] for name in ("pk", "open_shard", "updated_at")}

    def expect(self, order: Item, cause: Cause) -> None:
        """Store the payment that a new order awaits. Raises Moved if there is one already."""
        item = {**order, **new_payment(cause), **changed(cause)}
        self._table.write(
            Put(
                key=order_key(order["order_id"]),
                item={**item, "status": PaymentStatus.PENDING, "version": 0},
                condition="attribute_not_exists(pk)",
                refusal=moved,
            )
        )

    def begin(self, payment: Payment, intent_id: str, cause: Cause) -> Payment:
        """Name the payment's one intent; from now on it is open."""
        return self._change(
            payment.order_id,
            cause,
            set={"intent_id": intent_id, "open_shard": open_shard(payment.order_id)},
            condition="#status = :pending AND attribute_not_exists(#intent_id)",
            values={"pending": PaymentStatus.PENDING},
        )

    def follow(self, order: Item, cause: Cause) -> Payment:
        """Note what became of the order, if that is news."""
        return self._change(
            order["order_id"],
            cause,
            set={name: order[name] for name in ("order_status", "order_version")},
            condition="#order_version < :version",
            values={"version": order["order_version"]},
        )

    def void(self, order: Item, cause: Cause) -> Payment:
        """Give up the payment of a cancelled order, also of one that was never heard of."""
        changing = ("order_status", "order_version", "cancel_reason")
        news = {name: order[name] for name in changing if name in order}
        facts = {name: value for name, value in order.items() if name not in news}
        return self._change(
            order["order_id"],
            cause,
            set={"status": PaymentStatus.VOIDED, **news},
            set_once={**facts, **new_payment(cause)},
            condition="attribute_not_exists(#status) OR #status IN (:pending, :authorized)",
            values={"pending": PaymentStatus.PENDING, "authorized": PaymentStatus.AUTHORIZED},
        )

    def record_authorized(self, order_id: str, intent: Intent, cause: Cause) -> Payment:
        """The bank holds the money, exactly as much as the buyer was shown."""
        return self._change(
            order_id,
            cause,
            set=announced(PaymentStatus.AUTHORIZED, EventType.PAYMENT_AUTHORIZED, cause),
            condition=f"#status = :pending AND {COVERED}",
            values={"pending": PaymentStatus.PENDING, **covered_by(intent)},
        )

    def record_captured(self, order_id: str, intent: Intent, cause: Cause) -> Payment:
        """The money is taken, exactly as much as the buyer was shown, for a committed order."""
        return self._change(
            order_id,
            cause,
            set=announced(PaymentStatus.CAPTURED, EventType.PAYMENT_CREATED, cause),
            remove=["open_shard"],
            condition="#status = :authorized AND #order_status IN (:awaiting, :complete)"
            f" AND {COVERED}",
            values={
                "authorized": PaymentStatus.AUTHORIZED,
                "awaiting": OrderStatus.AWAITING_PAYMENT,
                "complete": OrderStatus.COMPLETE,
                **covered_by(intent),
            },
        )

    def record_failed(self, order_id: str, intent: Intent, cause: Cause) -> Payment:
        """The intent is canceled though nobody gave up the order: it can never be paid."""
        return self._change(
            order_id,
            cause,
            set=announced(PaymentStatus.FAILED, EventType.PAYMENT_FAILED, cause),
            remove=["open_shard"],
            condition="#status IN (:pending, :authorized) AND #intent_id = :intent",
            values={
                "pending": PaymentStatus.PENDING,
                "authorized": PaymentStatus.AUTHORIZED,
                "intent": intent.id,
            },
        )

    def record_canceled(self, order_id: str, cause: Cause) -> Payment:
        """The intent of a voided payment is canceled: nothing is left to do."""
        return self._change(
            order_id,
            cause,
            remove=["open_shard"],
            condition="#status = :voided AND attribute_exists(#open_shard)",
            values={"voided": PaymentStatus.VOIDED},
        )

    def record_refunded(self, order_id: str, cause: Cause) -> Payment:
        """The money of a cancelled order was taken, and is given back."""
        return self._change(
            order_id,
            cause,
            set={"status": PaymentStatus.REFUNDED},
            remove=["open_shard"],
            condition="#status IN (:voided, :captured)",
            values={"voided": PaymentStatus.VOIDED, "captured": PaymentStatus.CAPTURED},
        )

    def _change(  # noqa: PLR0913 - the parts of one change
        self,
        order_id: str,
        cause: Cause,
        *,
        condition: str,
        values: Item,
        set: Mapping[str, object] | None = None,  # noqa: A002 - as in Update
        set_once: Mapping[str, object] | None = None,
        remove: Sequence[str] = (),
    ) -> Payment:
        """One write to a payment, and the payment after it."""
        change = Update(
            key=order_key(order_id),
            condition=condition,
            refusal=moved,
            values=values,
            set={**(set or {}), **changed(cause)},
            set_once=set_once or {},
            add={"version": 1},
            remove=remove,
        )
        return Payment.from_item(self._table.write(change))


def new_payment(cause: Cause) -> Item:
    """What a payment begins with, beside what it takes over from its order."""
    created_at, correlation_id = rfc3339(cause.time), cause.correlation_id
    return {"id": new_id(), "created_at": created_at, "correlation_id": correlation_id}


def changed(cause: Cause) -> Item:
    """What every write leaves."""
    return {"updated_at": rfc3339(cause.time), "changed_by": cause.causation_id}


def announced(status: PaymentStatus, event: EventType, cause: Cause) -> Item:
    """A status that others are told."""
    return {"status": status, "outbox": stamp(event, cause)}


def covered_by(intent: Intent) -> Item:
    """The values of COVERED."""
    return {"intent": intent.id, "money": intent.money, "currency": intent.currency}


def order_key(order_id: str) -> str:
    return f"ORDER#{order_id}"


def open_shard(order_id: str) -> str:
    """Which partition of `by_open` an order's payment is in."""
    return str(zlib.crc32(order_id.encode()) % OPEN_SHARDS)


def moved(found: Item | None) -> Exception:
    """What a failed condition means."""
    return Moved(Payment.from_item(found)) if found else PaymentNotFound()


@cache
def store() -> PaymentStore:
    """The container's store."""
    return PaymentStore(Table(aws.client("dynamodb"), os.environ["TABLE_NAME"]))

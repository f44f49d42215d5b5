"""What must hold after every step.

The numbers are those of docs/simulation.md. A violation says what a person needs to know.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from tests.simulation.dynamodb import Change
from ticketing.attributes import Item, from_attributes

ORDER_EDGES = {
    (None, "created"),
    ("created", "awaiting:payment"),
    ("created", "cancelled"),
    ("awaiting:payment", "complete"),
    ("awaiting:payment", "cancelled"),
}
TICKET_EDGES = {
    (None, "available"),
    ("available", "reserved"),
    ("available", "sold"),
    ("available", "withdrawn"),
    ("available", "available"),
    ("reserved", "available"),
    ("reserved", "reserved"),
    ("reserved", "sold"),
    ("reserved", "withdrawn"),
    ("withdrawn", "reserved"),
    ("withdrawn", "sold"),
    ("withdrawn", "withdrawn"),
}
"""A projection of the orders: it may skip what it was told too late. Sold is for good."""

PAYMENT_EDGES = {
    (None, "pending"),
    (None, "voided"),
    ("pending", "authorized"),
    ("pending", "voided"),
    ("pending", "failed"),
    ("authorized", "captured"),
    ("authorized", "voided"),
    ("authorized", "failed"),
    ("captured", "refunded"),
    ("voided", "refunded"),
}
ANNOUNCED = {
    "authorized": "payment:authorized",
    "captured": "payment:created",
    "failed": "payment:failed",
}
"""What a payment's status is told as; the others are told to nobody."""

LIVE = ("created", "awaiting:payment", "complete")


class Violation(BaseException):
    """Something does not hold that must. No handler of the product can catch it."""


class Invariants:
    """The watch over one world."""

    def __init__(self, world: Any) -> None:
        self._world = world
        self.checked = 0
        self.orders: dict[str, Item] = {}
        self.live: defaultdict[str, set[str]] = defaultdict(set)
        """The orders of a ticket that are not cancelled."""

        self.written: dict[str, str] = {}
        """The events that writes carried: their types, by id."""

        self.arrived: set[str] = set()
        """The ids of the events that were published."""

        self.intents: defaultdict[str, set[str]] = defaultdict(set)
        self._captured: defaultdict[str, int] = defaultdict(int)
        self._refunded: defaultdict[str, int] = defaultdict(int)

    # After every step

    def restore(self, orders: Mapping[str, Item], intents: Iterable[Any]) -> None:
        """Know what happened before the story began."""
        self.orders.update(orders)
        for order in orders.values():
            self.live[order["ticket"]["id"]].add(order["id"])
        for intent in intents:
            self.intents[intent.metadata["order_id"]].add(intent.id)

    def changed(self, change: Change) -> None:
        """Check what a write did."""
        self.checked += 1
        new = from_attributes(change.new) if change.new else None
        old = from_attributes(change.old) if change.old else {}
        if new is None:
            msg = f"{change.table}: {change.key} was deleted"
            raise Violation(msg)
        if change.key.startswith("ORDER#") and change.table == "orders":
            self._order_changed(old, new)
        elif change.table == "tickets":
            self._ticket_changed(old, new)
        elif change.table == "payments":
            self._payment_changed(old, new)
        elif new["version"] < old.get("version", 0) or new["hold"] < old.get("hold", 0):
            msg = f"4: orders' copy of ticket {new['id']} went back: {old} -> {new}"
            raise Violation(msg)

    def _order_changed(self, old: Item, new: Item) -> None:
        order_id, status = new["id"], new["status"]
        edge(ORDER_EDGES, "order", order_id, old.get("status"), status)
        rises("order", order_id, old, new)
        self._carries_event("order", old, new, f"order:{EVENT_OF_ORDER[status]}")
        if old and (old["ticket"] != new["ticket"] or old["user_id"] != new["user_id"]):
            msg = f"3: the ticket or buyer of order {order_id} changed: {old} -> {new}"
            raise Violation(msg)
        self.orders[order_id] = new
        live = self.live[new["ticket"]["id"]]
        (live.add if status in LIVE else live.discard)(order_id)
        if len(live) > 1:
            msg = f"1: ticket {new['ticket']['id']} has {len(live)} live orders: {sorted(live)}"
            raise Violation(msg)
        if status == "cancelled" and self.kept(order_id):
            msg = f"2: order {order_id} was cancelled though its money is captured"
            raise Violation(msg)

    def _ticket_changed(self, old: Item, new: Item) -> None:
        edge(TICKET_EDGES, "ticket", new["id"], old.get("status"), new["status"])
        rises("ticket", new["id"], old, new)
        self._carries_event("ticket", old, new, "ticket:updated" if old else "ticket:created")
        claims = [(item.get("hold", 0), item.get("order_version", 0)) for item in (old, new)]
        if claims[1] < claims[0] or old.get("withdrawn", False) > new["withdrawn"]:
            msg = f"4: ticket {new['id']} went back: {old} -> {new}"
            raise Violation(msg)

    def _payment_changed(self, old: Item, new: Item) -> None:
        payment, status = new["order_id"], new["status"]
        if old.get("status") != status:
            edge(PAYMENT_EDGES, "payment of order", payment, old.get("status"), status)
            if status in ANNOUNCED:
                self._carries_event("payment", old, new, ANNOUNCED[status])
        if old:
            rises("payment of order", payment, old, new)
            if new["order_version"] < old["order_version"]:
                msg = f"4: the payment of order {payment} forgot what it knew of the order"
                raise Violation(msg)
            if "intent_id" in old and new.get("intent_id") != old["intent_id"]:
                msg = f"3: the payment of order {payment} has another intent"
                raise Violation(msg)

    def _carries_event(self, kind: str, old: Item, new: Item, event: str) -> None:
        stamp = new.get("outbox")
        if not stamp or stamp["id"] == old.get("outbox", {}).get("id") or stamp["type"] != event:
            msg = f"5: a change of {kind} {new.get('id')} does not carry {event}: {new}"
            raise Violation(msg)
        self.written[stamp["id"]] = event

    def published(self, entry: dict[str, Any]) -> None:
        """An event arrived at the bus."""
        event_id = json.loads(entry["Detail"])["metadata"]["id"]
        self.arrived.add(event_id)
        if entry["Source"] != "ticketing.expiration":
            self.checked += 1
            if self.written.get(event_id) != entry["DetailType"]:
                msg = f"5: {entry['DetailType']} ({event_id}) was published, but nothing wrote it"
                raise Violation(msg)

    def stripe_event(self, event: Any) -> None:
        """Check what happened at Stripe."""
        about = event.item
        if event.type == "refund.created":
            self._was_refunded(about)
        if about.object != "payment_intent":
            return
        self.checked += 1
        order_id = about.metadata["order_id"]
        self.intents[order_id].add(about.id)
        if len(self.intents[order_id]) > 1:
            msg = f"3: order {order_id} has several intents: {sorted(self.intents[order_id])}"
            raise Violation(msg)
        if event.type == "payment_intent.succeeded":
            self._was_captured(order_id, about)

    def _was_captured(self, order_id: str, intent: Any) -> None:
        order = self.orders[order_id]
        self._captured[order_id] += intent.amount_received
        if order["status"] not in ("awaiting:payment", "complete"):
            msg = f"2: money was captured for order {order_id}, which is {order['status']}"
            raise Violation(msg)
        if self._captured[order_id] > order["ticket"]["amount"]:
            msg = f"3: more was captured for order {order_id} than the buyer was shown"
            raise Violation(msg)
        if intent.currency != order["ticket"]["currency"]:
            msg = f"3: order {order_id} was charged in another currency"
            raise Violation(msg)

    def _was_refunded(self, refund: Any) -> None:
        intent_id = refund.payment_intent
        for order_id, intents in self.intents.items():
            if intent_id in intents:
                self._refunded[order_id] += refund.amount
                if self._refunded[order_id] > self._captured[order_id]:
                    msg = f"3: more was given back for order {order_id} than was taken"
                    raise Violation(msg)

    def kept(self, order_id: str) -> int:
        """How much of an order's money is taken and not given back, in minor units."""
        return self._captured[order_id] - self._refunded[order_id]


EVENT_OF_ORDER = {
    "created": "created",
    "awaiting:payment": "confirmed",
    "complete": "completed",
    "cancelled": "cancelled",
}


def edge(edges: set[Any], kind: str, item_id: str, old: str | None, new: str) -> None:
    if (old, new) not in edges:
        msg = f"4: {kind} {item_id} went from {old} to {new}"
        raise Violation(msg)


def rises(kind: str, item_id: str, old: Item, new: Item) -> None:
    if old and new["version"] != old["version"] + 1:
        msg = f"4: {kind} {item_id} went from version {old['version']} to {new['version']}"
        raise Violation(msg)


def seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()

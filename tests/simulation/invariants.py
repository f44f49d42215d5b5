"""What must hold after every step.

The numbers are those of docs/simulation.md. A violation says what a person needs to know.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic_core import from_json

from tests.simulation.dynamodb import Change
from tests.simulation.statuses import (
    EVENT_OF_ORDER,
    EVENT_OF_PAYMENT,
    LIVE,
    ORDER_EDGES,
    PAYMENT_EDGES,
    TICKET_EDGES,
)
from ticketing.attributes import Item, from_attributes

SIMULATED = ("ticketing.tickets", "ticketing.orders", "ticketing.payments")
"""The sources of events whose writes are seen here."""

A_WHILE = 10.0
"""Seconds after which everybody has heard of something, where nothing goes wrong."""

GRACE = 2.0
"""Seconds after its time for which an order can still be paid."""


class Violation(BaseException):
    """Something does not hold that must. No handler of the product can catch it."""


class Invariants:
    """The watch over one world."""

    def __init__(self, world: Any) -> None:
        self._world = world
        self.checked = 0
        self.made_at: dict[str, float] = {}
        """When each order of this story was stored."""

        self.orders: dict[str, Item] = {}
        self.live: defaultdict[str, set[str]] = defaultdict(set)
        """The orders of a ticket that are not cancelled."""

        self.causes: dict[str, str] = {}
        """The request or event by which each order and ticket changed last."""

        self.written: dict[str, str] = {}
        """The events that writes carried: their types, by id."""

        self.arrived: dict[str, str] = {}
        """The events that were published: what they say, by id."""

        self._read: dict[tuple[str, str], tuple[Any, Item]] = {}

    def restore(self, orders: Mapping[str, Item]) -> None:
        """Know what happened before the story began."""
        self.orders.update(orders)
        for order in orders.values():
            self.live[order["ticket"]["id"]].add(order["id"])

    def changed(self, change: Change) -> None:
        """Check what a write did."""
        self.checked += 1
        place = (change.table, change.key)
        old, new = self._item(place, change.old), self._item(place, change.new)
        if not new:
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

    def _item(self, place: tuple[str, str], stored: Any) -> Item:
        """An item, read once: what a write replaces is mostly what the one before it made."""
        known, item = self._read.get(place, (None, {}))
        if known is not stored:
            item = from_attributes(stored or {})
            self._read[place] = (stored, item)
        return item

    def _order_changed(self, old: Item, new: Item) -> None:
        order_id, status = new["id"], new["status"]
        edge(ORDER_EDGES, "order", order_id, old.get("status"), status)
        rises("order", order_id, old, new)
        self._carries_event("order", old, new, EVENT_OF_ORDER[status])
        if old and (old["ticket"] != new["ticket"] or old["user_id"] != new["user_id"]):
            msg = f"3: the ticket or buyer of order {order_id} changed: {old} -> {new}"
            raise Violation(msg)
        if not old:
            self.made_at[order_id] = self._world.scheduler.now
            self._is_next(new)
        self.orders[order_id] = new
        live = self.live[new["ticket"]["id"]]
        (live.add if status in LIVE else live.discard)(order_id)
        if len(live) > 1:
            msg = f"1: ticket {new['ticket']['id']} has {len(live)} live orders: {sorted(live)}"
            raise Violation(msg)
        if status == "cancelled" and self._world.money.kept(order_id):
            msg = f"2: order {order_id} was cancelled though its money is captured"
            raise Violation(msg)
        self._holds_its_ticket(new)
        self._is_in_time(new)

    def _is_next(self, order: Item) -> None:
        """Reservations of a ticket are counted: by that, tickets knows which one is the latest."""
        ticket_id = order["ticket"]["id"]
        before = [each for each in self.orders.values() if each["ticket"]["id"] == ticket_id]
        if order["hold"] != len(before) + 1:
            msg = f"4: order {order['id']} is reservation {order['hold']} of its ticket: {before}"
            raise Violation(msg)

    def _holds_its_ticket(self, order: Item) -> None:
        """Order and hold change together; the order is of the ticket as it was known then."""
        ticket, is_live = order["ticket"], order["status"] in LIVE
        key = f"TICKET#{ticket['id']}"
        copy = self._item(("orders", key), self._world.dynamodb.item("orders", key))
        if (copy.get("order_id") == order["id"]) != is_live:
            msg = f"1, 9: order {order['id']} is {order['status']}, but its ticket is {copy}"
            raise Violation(msg)
        if order["version"] == 0 and any(ticket[name] != copy[name] for name in ticket):
            msg = f"3: order {order['id']} is of another ticket than the one on sale: {copy}"
            raise Violation(msg)

    def _is_in_time(self, order: Item) -> None:
        """Clocks differ by less than GRACE: nobody loses time by that, or gains more."""
        end, world = seconds(order["expires_at"]), self._world
        if order.get("cancel_reason") == "expired" and world.scheduler.now < end:
            msg = f"6: order {order['id']} expired before its time"
            raise Violation(msg)
        if order["status"] == "awaiting:payment" and world.asked_at() > end + GRACE:
            msg = f"9: order {order['id']} was confirmed after its time"
            raise Violation(msg)

    def _ticket_changed(self, old: Item, new: Item) -> None:
        edge(TICKET_EDGES, "ticket", new["id"], old.get("status"), new["status"])
        rises("ticket", new["id"], old, new)
        self._carries_event("ticket", old, new, "ticket:updated" if old else "ticket:created")
        claims = [(item.get("hold", 0), item.get("order_version", 0)) for item in (old, new)]
        if claims[1] < claims[0] or old.get("withdrawn", False) > new["withdrawn"]:
            msg = f"4: ticket {new['id']} went back: {old} -> {new}"
            raise Violation(msg)
        is_news = claims[1] > claims[0] or not old
        if old and (old["status"], new["status"]) == ("reserved", "available"):
            self._is_still_sold(new)
        if not is_news and old["status"] != "available" and old["withdrawn"] == new["withdrawn"]:
            msg = f"4: ticket {new['id']} changed while it was {old['status']}: {old} -> {new}"
            raise Violation(msg)

    def _is_still_sold(self, ticket: Item) -> None:
        """What comes back on sale was not its seller's who left a while ago."""
        left_at = self._world.edge.left_at(ticket["user_id"])
        if self._world.is_calm and self._world.scheduler.now > left_at + A_WHILE:
            msg = f"13: ticket {ticket['id']} comes back on sale, though its seller is gone"
            raise Violation(msg)

    def _payment_changed(self, old: Item, new: Item) -> None:
        payment, status = new["order_id"], new["status"]
        if old.get("status") != status:
            edge(PAYMENT_EDGES, "payment of order", payment, old.get("status"), status)
            if status in EVENT_OF_PAYMENT:
                self._carries_event("payment", old, new, EVENT_OF_PAYMENT[status])
        if old:
            rises("payment of order", payment, old, new)
            if new["order_version"] < old["order_version"]:
                msg = f"4: the payment of order {payment} forgot what it knew of the order"
                raise Violation(msg)
            if "intent_id" in old and new.get("intent_id") != old["intent_id"]:
                msg = f"3: the payment of order {payment} has another intent"
                raise Violation(msg)
            if old["status"] != "pending" and "intent_id" in {*new} - {*old}:
                msg = f"3: the payment of order {payment} got an intent when it was {status}"
                raise Violation(msg)

    def _carries_event(self, kind: str, old: Item, new: Item, event: str) -> None:
        stamp = new.get("outbox")
        if not stamp or stamp["id"] == old.get("outbox", {}).get("id") or stamp["type"] != event:
            msg = f"5: a change of {kind} {new.get('id')} does not carry {event}: {new}"
            raise Violation(msg)
        self.written[stamp["id"]] = event
        if kind != "payment":  # Who pays learns what became of the order meanwhile.
            self.causes[new["id"]] = stamp["causation_id"]

    def published(self, entry: dict[str, Any]) -> None:
        """An event arrived at the bus."""
        event_id, kind = from_json(entry["Detail"])["metadata"]["id"], entry["DetailType"]
        said = self.arrived.setdefault(event_id, entry["Detail"])
        if entry["Source"] not in SIMULATED:
            return
        self.checked += 1
        if self.written.get(event_id) != kind:
            msg = f"5: {kind} ({event_id}) was published, but nothing wrote it"
            raise Violation(msg)
        if said != entry["Detail"]:
            msg = f"5: {kind} ({event_id}) was published again, and says something else"
            raise Violation(msg)


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

"""What must hold when nothing is under way any more.

The numbers are those of docs/simulation.md. A violation says what a person needs to know.
"""

from typing import Any

from tests.simulation.invariants import Violation
from ticketing.attributes import Item, from_attributes


class Quiet:
    """A world at rest."""

    def __init__(self, world: Any) -> None:
        self._world = world
        self._watch = world.invariants

    def check(self) -> None:
        """Check what must hold when nothing is under way any more."""
        world = self._world
        tickets = by_id(world.dynamodb.items("tickets"))
        copies = by_id(world.dynamodb.items("orders"), "TICKET#")
        payments = by_id(world.dynamodb.items("payments"), "ORDER#")
        for order in self._watch.orders.values():
            self._watch.checked += 3
            self._order_is_settled(order, payments.get(order["id"]))
        for ticket_id, ticket in tickets.items():
            self._watch.checked += 2
            self._ticket_is_true(ticket, copies.get(ticket_id))
            self._seller_is_there(ticket)
        self._nothing_is_lost()

    def _order_is_settled(self, order: Item, payment: Item | None) -> None:
        order_id, status = order["id"], order["status"]
        if status not in ("complete", "cancelled"):
            msg = f"9, 12: order {order_id} is still {status}, though its time is over"
            raise Violation(msg)
        if payment is None:
            msg = f"11: payments never heard of order {order_id}"
            raise Violation(msg)
        if (payment["order_status"], payment["order_version"]) != (status, order["version"]):
            msg = f"11: payments thinks order {order_id} is {payment['order_status']}, not {status}"
            raise Violation(msg)
        intents = [self._intent(each) for each in self._watch.intents[order_id]]
        held = sum(intent.amount_capturable for intent in intents)
        kept = self._watch.kept(order_id)
        if status == "complete" and (kept != order["ticket"]["amount"] or held):
            msg = f"8: order {order_id} is complete, but {kept} was captured and {held} is held"
            raise Violation(msg)
        if status == "complete" and payment["status"] != "captured":
            msg = f"8: order {order_id} is complete, but its payment is {payment['status']}"
            raise Violation(msg)
        if status == "cancelled":
            self._nothing_was_taken(order_id, payment, kept, held, intents)

    def _nothing_was_taken(
        self, order_id: str, payment: Item, kept: int, held: int, intents: list[Any]
    ) -> None:
        if kept or held:
            msg = f"8: order {order_id} is cancelled, but {kept} was captured and {held} is held"
            raise Violation(msg)
        if payment["status"] not in ("voided", "refunded", "failed"):
            msg = f"8: order {order_id} is cancelled, but its payment is {payment['status']}"
            raise Violation(msg)
        for intent in intents:
            if intent.status not in ("canceled", "succeeded"):
                msg = f"8: order {order_id} is cancelled, but its intent is still {intent.status}"
                raise Violation(msg)

    def _ticket_is_true(self, ticket: Item, copy: Item | None) -> None:
        ticket_id = ticket["id"]
        if copy is None:
            msg = f"11: orders never heard of ticket {ticket_id}"
            raise Violation(msg)
        holder = copy.get("order_id")
        live = self._watch.live[ticket_id]
        if ({holder} if holder else set()) != live:
            msg = f"9: ticket {ticket_id} is held by {holder}, but its live orders are {live}"
            raise Violation(msg)
        sold = bool(holder) and self._watch.orders[holder]["status"] == "complete"
        withdrawn = "withdrawn" if ticket["withdrawn"] else "available"
        expected = "sold" if sold else "reserved" if holder else withdrawn
        if (ticket["status"], ticket["order_id"]) != (expected, holder):
            msg = f"11: ticket {ticket_id} shows {ticket['status']}, but it is {expected}"
            raise Violation(msg)
        if ("on_sale" in ticket) != (expected == "available"):
            msg = f"11: ticket {ticket_id} is {expected}, but the list of tickets says otherwise"
            raise Violation(msg)
        for name in ("version", "title", "amount", "currency", "withdrawn"):
            if copy[name] != ticket[name]:
                msg = f"11: orders' copy of ticket {ticket_id} has another {name}"
                raise Violation(msg)

    def _seller_is_there(self, ticket: Item) -> None:
        is_open = ticket["status"] != "sold" and not ticket["withdrawn"]
        if is_open and ticket["user_id"] in self._world.erased:
            msg = f"13: ticket {ticket['id']} is on sale, though its seller is gone"
            raise Violation(msg)

    def _nothing_is_lost(self) -> None:
        self._watch.checked += 1
        lost = {
            each: kind
            for each, kind in self._watch.written.items()
            if each not in self._watch.arrived
        }
        if lost:
            msg = f"10: written but never published: {lost}"
            raise Violation(msg)
        for name, line in self._world.lines.items():
            if line.visible or line.in_flight:
                msg = f"10: the queue of {name} is not empty"
                raise Violation(msg)

    def _intent(self, intent_id: str) -> Any:
        return self._world.bank.stripe.account.intents.get(intent_id, param="intent")


def by_id(items: Any, prefix: str = "") -> dict[str, Item]:
    """Items by the part of their key behind `#`."""
    return {
        key.partition("#")[2]: from_attributes(item)
        for key, item in items.items()
        if key.startswith(prefix)
    }

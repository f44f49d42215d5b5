"""What must hold when nothing is under way any more.

The numbers are those of docs/simulation.md. A violation says what a person needs to know.
"""

from typing import Any

from tests.simulation.invariants import Violation, seconds
from tests.simulation.settled import check_order, check_ticket
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
            intents = [self._intent(each) for each in world.money.intents[order["id"]]]
            kept = world.money.kept(order["id"])
            check_order(order, payments.get(order["id"]), intents, kept)
            self._nobody_lost_time(order)
        for ticket_id, ticket in tickets.items():
            self._watch.checked += 2
            live = {each: self._watch.orders[each] for each in self._watch.live[ticket_id]}
            check_ticket(ticket, copies.get(ticket_id), live)
            self._seller_is_there(ticket)
        self._nothing_is_lost()

    def _nobody_lost_time(self, order: Item) -> None:
        """Who pays in time gets the ticket, and who is gone gives it back at once."""
        order_id, reason, world = order["id"], order.get("cancel_reason"), self._world
        if reason in (None, "cancelled-by-buyer") or not world.is_calm:
            return
        if order_id in world.money.in_time - world.money.lapsed:
            msg = f"6: order {order_id} was paid in time, and is cancelled: {reason}"
            raise Violation(msg)
        gone_at = world.edge.left_at(order["user_id"])
        made_at = self._watch.made_at.get(order_id, 0.0)
        if reason == "expired" and made_at < gone_at < seconds(order["expires_at"]):
            msg = f"13: the buyer of order {order_id} is gone, and held the ticket to the end"
            raise Violation(msg)

    def _seller_is_there(self, ticket: Item) -> None:
        is_open = ticket["status"] != "sold" and not ticket["withdrawn"]
        if is_open and ticket["user_id"] in self._world.edge.gone:
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

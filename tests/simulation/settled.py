"""What must hold of an order and of a ticket when nothing is under way any more.

They are plain items: it is asked in the simulation, and of a service that really runs.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.simulation.invariants import Violation
from ticketing.attributes import Item

FINAL = ("canceled", "succeeded")
"""What does not change any more of an intent at Stripe."""


def check_order(order: Item, payment: Item | None, intents: Sequence[Any], kept: int) -> None:
    """Raise Violation unless order, payment and money agree.

    `intents` are Stripe's, `kept` is what was captured and not given back, in minor units.
    """
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
    held = sum(intent.amount_capturable for intent in intents)
    if status == "cancelled":
        _check_nothing_was_taken(order_id, payment, kept, held, intents)
    elif kept != order["ticket"]["amount"] or held:
        msg = f"8: order {order_id} is complete, but {kept} was captured and {held} is held"
        raise Violation(msg)
    elif payment["status"] != "captured":
        msg = f"8: order {order_id} is complete, but its payment is {payment['status']}"
        raise Violation(msg)


def _check_nothing_was_taken(
    order_id: str, payment: Item, kept: int, held: int, intents: Sequence[Any]
) -> None:
    if kept or held:
        msg = f"8: order {order_id} is cancelled, but {kept} was captured and {held} is held"
        raise Violation(msg)
    if payment["status"] not in ("voided", "refunded", "failed"):
        msg = f"8: order {order_id} is cancelled, but its payment is {payment['status']}"
        raise Violation(msg)
    for intent in intents:
        if intent.status not in FINAL:
            msg = f"8: order {order_id} is cancelled, but its intent is still {intent.status}"
            raise Violation(msg)


def check_ticket(ticket: Item, copy: Item | None, live: Mapping[str, Item]) -> None:
    """Raise Violation unless the ticket, orders' copy of it and its orders agree.

    `live` are its orders that are not cancelled, by id.
    """
    ticket_id = ticket["id"]
    if copy is None:
        msg = f"11: orders never heard of ticket {ticket_id}"
        raise Violation(msg)
    holder = copy.get("order_id")
    if ({holder} if holder else set()) != {*live}:
        msg = f"9: ticket {ticket_id} is held by {holder}, but its live orders are {[*live]}"
        raise Violation(msg)
    sold = bool(holder) and live[holder]["status"] == "complete"
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

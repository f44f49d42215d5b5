"""Things of the orders service, with the parts a test does not care about filled in."""

from datetime import UTC, datetime, timedelta
from typing import Any

from orders.models import Order, Ticket
from orders.store import OrderStore
from tests.bus import metadata
from ticketing import events
from ticketing.outbox import Cause

NOON = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)
RESERVATION = timedelta(minutes=15)
SELLER, BUYER, OTHER = "seller", "buyer", "other"


def a_cause(at: datetime = NOON) -> Cause:
    return Cause("request-1", "request-1", at)


def ticket_facts(**changes: Any) -> dict[str, Any]:
    """The seller's facts of a ticket, as the projection stores them."""
    facts = {
        "id": "ticket-1",
        "version": 3,
        "title": "Nick Cave",
        "amount": 5050,
        "currency": "usd",
        "seller_id": SELLER,
        "withdrawn": False,
        "sold": False,
    }
    return facts | changes


def a_ticket(**changes: Any) -> Ticket:
    return Ticket(**{**ticket_facts(), "hold": 0, **changes})


def an_order(ticket: Ticket | None = None, **changes: Any) -> Order:
    parts = {"order_id": "0000-0001", "buyer_id": BUYER, "now": NOON, "reservation": RESERVATION}
    parts |= {"ticket": ticket or a_ticket(), "correlation_id": "request-1"} | changes
    return Order.reserve(**parts)


def a_listed_ticket(store: OrderStore, **changes: Any) -> Ticket:
    """A ticket that this service has heard of."""
    store.copy_ticket(ticket_facts(**changes))
    ticket, _ = store.ticket_and_order(changes.get("id", "ticket-1"), None)
    assert ticket
    return ticket


def a_reservation(store: OrderStore, at: datetime = NOON, **changes: Any) -> Order:
    """A listed ticket, reserved by BUYER at `at`."""
    ticket, _ = store.ticket_and_order("ticket-1", None)
    ticket = ticket or a_listed_ticket(store)
    order = an_order(ticket, now=at, **changes)
    store.reserve(order, ticket, a_cause(at))
    return order


def ticket_event(kind: type[events.TicketUpdated] = events.TicketUpdated, **changes: Any) -> Any:
    data = {
        "id": "ticket-1",
        "version": 3,
        "status": "available",
        "withdrawn": False,
        "title": "Nick Cave",
        "amount": 5050,
        "currency": "usd",
        "user_id": SELLER,
        "created_at": NOON,
    }
    return kind(metadata=metadata(), data=events.Ticket(**(data | changes)))


def payment_event(kind: Any, order: Order) -> Any:
    data = events.Payment(
        id="payment-1",
        version=1,
        status="authorized",
        order_id=order.id,
        user_id=order.user_id,
        amount=order.ticket.amount,
        currency=order.ticket.currency,
    )
    return kind(metadata=metadata(), data=data)


def expiration_event(order: Order) -> events.ExpirationComplete:
    data = events.Expiration(order_id=order.id, expires_at=order.expires_at)
    return events.ExpirationComplete(metadata=metadata(), data=data)

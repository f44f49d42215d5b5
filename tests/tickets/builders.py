"""Things of the tickets service, with the parts a test does not care about filled in."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.bus import metadata
from ticketing import events
from ticketing.outbox import Cause
from tickets.models import Claim, Offer, Status, Ticket
from tickets.store import TicketStore

NOON = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)
SELLER, BUYER, OTHER = "seller", "buyer", "other"


def a_cause(correlation_id: str = "request-1") -> Cause:
    return Cause(correlation_id, "request-1", NOON)


def an_offer(**changes: Any) -> Offer:
    offer = Offer("Nick Cave", 5050, "usd", "Wembley Arena", "2027-06-01T19:00:00.000Z")
    return offer._replace(**changes)


def a_ticket(ticket_id: str = "ticket-1", seller: str = SELLER, **changes: Any) -> Ticket:
    return Ticket.listed(ticket_id, an_offer(**changes), seller, NOON)


def a_listed_ticket(store: TicketStore, ticket_id: str = "ticket-1", **changes: Any) -> Ticket:
    """A ticket that is stored and can be bought."""
    ticket = a_ticket(ticket_id, **changes)
    store.create(ticket, a_cause())
    return ticket


def a_claim(status: Status = Status.RESERVED, hold: int = 1, version: int = 0) -> Claim:
    """What an order makes of ticket-1; the order of a hold is named after it."""
    order_id = None if status is Status.AVAILABLE else f"order-{hold}"
    return Claim("ticket-1", status, order_id, hold, version)


def an_order(status: str = "created", hold: int = 1, version: int = 0) -> events.Order:
    """An order for ticket-1, named after the hold it has."""
    snapshot = events.TicketSnapshot(
        id="ticket-1", title="Nick Cave", amount=5050, currency="usd", version=0
    )
    return events.Order.model_validate(
        {
            "id": f"order-{hold}",
            "version": version,
            "status": status,
            "user_id": BUYER,
            "ticket": snapshot,
            "hold": hold,
            "expires_at": NOON + timedelta(minutes=15),
            "created_at": NOON,
        }
    )


def order_created(hold: int = 1) -> events.OrderCreated:
    return events.OrderCreated(metadata=metadata(), data=an_order("created", hold, 0))


def order_cancelled(hold: int = 1, version: int = 1) -> events.OrderCancelled:
    return events.OrderCancelled(metadata=metadata(), data=an_order("cancelled", hold, version))


def order_completed(hold: int = 1) -> events.OrderCompleted:
    """Paid: the order was confirmed in between."""
    return events.OrderCompleted(metadata=metadata(), data=an_order("complete", hold, 2))

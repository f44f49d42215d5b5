"""What tickets does when orders change, and when a seller is gone.

It shows who holds a ticket, or bought it; what is left of an erased seller's goes off sale.
"""

from contextlib import suppress
from datetime import timedelta

from ticketing import aws
from ticketing.events import Event, Order, OrderCancelled, OrderCompleted, OrderCreated, UserErased
from ticketing.outbox import Cause
from ticketing.subscriber import Deferred, Subscriber, portion
from ticketing.telemetry import count
from tickets.models import Claim
from tickets.refusals import Superseded, TicketSold, TicketWithdrawn
from tickets.store import store

SETTLING = timedelta(minutes=2)
"""How long after a token's end what was listed with it is surely in the index."""

subscriber = Subscriber()


@subscriber.on(OrderCreated, OrderCompleted, OrderCancelled)
def follow(event: Event[Order], cause: Cause) -> None:
    """Follow an order, unless something later is known of the ticket.

    A ticket is there before its orders: one that is missing is an error, to be tried again.
    """
    with suppress(Superseded):
        store().follow(Claim.of(event.data), cause)


@subscriber.on(UserErased)
def withdraw_all(event: UserErased, cause: Cause) -> None:
    """Take an erased seller's tickets off sale; what is sold stays sold.

    A token that is not over yet can list another ticket, and the index lags: so the event is looked
    at again once both are behind us.
    """
    seller, settled_at = event.data.id, event.data.tokens_expire_at + SETTLING
    for ticket in portion(store().open_tickets_of(seller), cause.time):
        with suppress(TicketSold, TicketWithdrawn):
            store().withdraw_even_held(ticket.id, seller, cause)
            count("TicketsWithdrawn")
    if cause.time < settled_at:
        raise Deferred(settled_at)


aws.init(store)
lambda_handler = subscriber.lambda_handler

"""What tickets does when orders change: it shows who holds a ticket, or bought it."""

from contextlib import suppress

from ticketing import aws
from ticketing.events import Event, Order, OrderCancelled, OrderCompleted, OrderCreated
from ticketing.outbox import Cause
from ticketing.subscriber import Subscriber
from tickets.models import Claim
from tickets.refusals import Superseded
from tickets.store import store

subscriber = Subscriber()


@subscriber.on(OrderCreated, OrderCompleted, OrderCancelled)
def follow(event: Event[Order], cause: Cause) -> None:
    """Follow an order, unless something later is known of the ticket.

    A ticket is there before its orders: one that is missing is an error, to be tried again.
    """
    with suppress(Superseded):
        store().follow(Claim.of(event.data), cause)


aws.init(store)
lambda_handler = subscriber.lambda_handler

"""What orders does when tickets change, money moves or time is over."""

from contextlib import suppress

from orders.refusals import AlreadyDone, NotYet, OrderPaid
from orders.store import store
from ticketing import aws
from ticketing.events import (
    Event,
    ExpirationComplete,
    PaymentAuthorized,
    PaymentCreated,
    PaymentFailed,
    Ticket,
    TicketCreated,
    TicketUpdated,
)
from ticketing.outbox import Cause
from ticketing.subscriber import Subscriber
from ticketing.telemetry import count

subscriber = Subscriber()


@subscriber.on(TicketCreated, TicketUpdated)
def copy_ticket(event: Event[Ticket], _cause: Cause) -> None:
    """Keep the seller's facts of a ticket, if they are newer."""
    ticket = event.data
    facts = {
        "id": ticket.id,
        "version": ticket.version,
        "title": ticket.title,
        "amount": ticket.amount,
        "currency": ticket.currency,
        "seller_id": ticket.user_id,
        "withdrawn": ticket.withdrawn,
        "sold": ticket.status == "sold",
    }
    with suppress(AlreadyDone):
        store().copy_ticket(facts)


@subscriber.on(PaymentAuthorized)
def confirm(event: PaymentAuthorized, cause: Cause) -> None:
    """Commit the order, so that its capture may follow; one whose time is over expires instead."""
    try:
        store().confirm(event.data.order_id, cause)
        count("OrdersConfirmed")
    except AlreadyDone:
        return
    except NotYet:
        expire(event.data.order_id, cause)


@subscriber.on(PaymentCreated)
def complete(event: PaymentCreated, cause: Cause) -> None:
    """The money is captured: the order is complete."""
    with suppress(AlreadyDone):
        store().complete(event.data.order_id, cause)
        count("OrdersCompleted")


@subscriber.on(PaymentFailed)
def fail(event: PaymentFailed, cause: Cause) -> None:
    """The money will never come: the ticket is free again."""
    with suppress(AlreadyDone):
        store().fail(store().order(event.data.order_id), cause)
        count("OrdersCancelled")


@subscriber.on(ExpirationComplete)
def expiration_complete(event: ExpirationComplete, cause: Cause) -> None:
    """The reservation time is over: free the ticket unless the order is paid."""
    expire(event.data.order_id, cause)


def expire(order_id: str, cause: Cause) -> None:
    """Expire an order. Raises NotYet when it is too early, to be tried again."""
    with suppress(AlreadyDone, OrderPaid):
        store().expire(store().order(order_id), cause)
        count("OrdersExpired")


aws.init(store)
lambda_handler = subscriber.lambda_handler

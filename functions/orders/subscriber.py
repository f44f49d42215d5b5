"""What orders does when tickets change, money moves, time is over or a buyer is gone."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

from orders.models import Order, OrderStatus
from orders.refusals import AlreadyDone, NotYet, OrderPaid
from orders.store import position, store
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
    UserErased,
)
from ticketing.outbox import Cause
from ticketing.subscriber import Subscriber, portion
from ticketing.telemetry import count

PAGE = 100
"""Orders that are read at once where all that are open are wanted."""

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


@subscriber.on(UserErased)
def cancel_all(event: UserErased, cause: Cause) -> None:
    """Give back what an erased buyer has reserved and not paid; what is paid is theirs.

    An order that the index does not show yet, or that a token not over yet makes later, expires.
    """
    for order in portion(open_orders_of(event.data.id, cause.time), cause.time):
        with suppress(AlreadyDone, OrderPaid):
            store().cancel(order, cause)
            count("OrdersCancelled")


def open_orders_of(user_id: str, now: datetime) -> Iterator[Order]:
    """The orders that may still hold a ticket for their buyer.

    Newest first: behind one whose time is over there are none.
    """
    after = None
    while page := store().orders_of(user_id, PAGE, after):
        for order in page:
            if order.expires_at <= now:
                return
            if order.status is OrderStatus.CREATED:
                yield order
        after = position(page[-1])


def expire(order_id: str, cause: Cause) -> None:
    """Expire an order. Raises NotYet when it is too early, to be tried again."""
    with suppress(AlreadyDone, OrderPaid):
        store().expire(store().order(order_id), cause)
        count("OrdersExpired")


aws.init(store)
lambda_handler = subscriber.lambda_handler

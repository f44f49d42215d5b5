"""What payments does when orders change: expects, takes or lets go of the money.

What the order wants is written down first, then done at Stripe, then the outcome is written. A
message is gone only after all three, or when only the bank's decision is missing: what is written
down as open is finished by the webhook or the reconciler.
"""

from contextlib import suppress

from payments.models import Moved, Payment
from payments.refusals import Undecided
from payments.settlement import settle
from payments.store import store
from payments.stripe_gateway import gateway
from ticketing import aws
from ticketing.attributes import Item
from ticketing.clock import rfc3339
from ticketing.events import (
    Event,
    Order,
    OrderCancelled,
    OrderCompleted,
    OrderConfirmed,
    OrderCreated,
)
from ticketing.outbox import Cause
from ticketing.subscriber import Subscriber
from ticketing.telemetry import count

PATIENCE = 5.0
"""Seconds that Stripe may take for one event: a batch has three, the function a minute."""

subscriber = Subscriber()


@subscriber.on(OrderCreated)
def expect(event: OrderCreated, cause: Cause) -> None:
    """An order awaits its payment, unless its cancellation came first."""
    with suppress(Moved):
        store().expect(facts_of(event.data), cause)


@subscriber.on(OrderConfirmed, OrderCompleted)
def follow(event: Event[Order], cause: Cause) -> None:
    """The order is committed to the buyer: the money may be taken."""
    gateway().within(PATIENCE)
    try:
        payment = store().follow(facts_of(event.data), cause)
    except Moved as moved:
        payment = moved.payment
    settle_now(payment, cause)


@subscriber.on(OrderCancelled)
def void(event: OrderCancelled, cause: Cause) -> None:
    """The ticket is free: no money may be taken, and none kept."""
    gateway().within(PATIENCE)
    order = facts_of(event.data)
    try:
        payment = store().void(order, cause)
        if payment.intent_id:
            count("PaymentsVoided")
    except Moved as moved:
        payment = moved.payment
        with suppress(Moved):
            payment = store().follow(order, cause)
    settle_now(payment, cause)


def settle_now(payment: Payment, cause: Cause) -> None:
    """Settle what can be settled; what the bank has not decided yet stays open."""
    with suppress(Undecided):
        settle(payment, cause)


def facts_of(order: Order) -> Item:
    """What a payment keeps of its order."""
    reason = {"cancel_reason": order.cancel_reason} if order.cancel_reason else {}
    return {
        **reason,
        "order_id": order.id,
        "order_status": order.status,
        "order_version": order.version,
        "user_id": order.user_id,
        "amount": order.ticket.amount,
        "currency": order.ticket.currency,
        "expires_at": rfc3339(order.expires_at),
    }


aws.init(store, gateway)
lambda_handler = subscriber.lambda_handler

"""Stripe's webhook: signed events about intents, each of which may come late, twice or never.

A status from which an intent never returns is believed. That the bank holds money may have changed
since: unless the event is fresh, the intent is asked. The write's condition decides the rest.
"""

from datetime import datetime

from payments.intents import Event, Intent
from payments.refusals import IntentUnknown, InvalidEvent, InvalidSignature, PaymentNotFound
from payments.settlement import settle_reported
from payments.store import store
from payments.stripe_gateway import gateway
from ticketing import aws
from ticketing.errors import Unavailable
from ticketing.guard import Guard
from ticketing.http import HttpApi, Request
from ticketing.outbox import Cause
from ticketing.schema import View
from ticketing.telemetry import count, logger

PATIENCE = 10.0
"""Seconds that Stripe may take for its answers to one event."""

FRESH_SECONDS = 30.0
"""Until when an event is believed whatever it says."""

MAX_EVENT_BYTES = 256 * 1024

DECLINED = "payment_intent.payment_failed"
MEANINGFUL = frozenset(
    [
        "payment_intent.amount_capturable_updated",
        "payment_intent.canceled",
        "payment_intent.succeeded",
    ]
)

ELSEWHERE = "The event is of an intent that the account by our key does not have"

api = HttpApi(Guard(max_body_bytes=MAX_EVENT_BYTES))


class Received(View):
    """The event is stored, was stored before, or means nothing here."""

    received: bool = True


@api.route(
    "POST",
    "/api/payments/webhook",
    refusals=[InvalidSignature, InvalidEvent, Unavailable],
    headers=["Stripe-Signature"],
)
def receive_event(request: Request) -> Received:
    """Receive a signed event of Stripe's.

    One that was seen before, or is about something else, is received too and changes nothing.
    """
    gateway().within(PATIENCE)
    event = gateway().event(request.body, request.headers.get("stripe-signature", ""))
    logger.info("stripe event", event=event.type, event_id=event.id)
    if event.intent and event.intent.order_id:
        apply(event, event.intent, event.intent.order_id, request.cause.time)
    return Received()


def apply(event: Event, intent: Intent, order_id: str, now: datetime) -> None:
    """Let the payment follow its intent."""
    if event.type == DECLINED:
        count("PaymentsDeclined")
    if event.type not in MEANINGFUL:
        return
    logger.set_correlation_id(intent.correlation_id)
    cause = Cause(intent.correlation_id, event.id, now)
    try:
        if not intent.is_final and now.timestamp() - event.created > FRESH_SECONDS:
            intent = gateway().retrieve(intent.id)
        settle_reported(order_id, intent, cause)
    except PaymentNotFound:
        logger.info("not a payment of ours", event_id=event.id)
    except IntentUnknown as unknown:
        raise InvalidEvent(ELSEWHERE) from unknown


aws.init(store, gateway)
lambda_handler = api.lambda_handler

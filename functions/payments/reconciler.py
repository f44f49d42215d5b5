"""The reconciler: settles, every five minutes, what a webhook or an event should have settled."""

from datetime import timedelta
from itertools import batched, islice
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from payments.models import Payment
from payments.settlement import settle
from payments.store import store
from payments.stripe_gateway import gateway
from ticketing import aws
from ticketing.clock import now
from ticketing.outbox import Cause
from ticketing.telemetry import logger

PATIENCE = 10.0
"""Seconds that Stripe may take for one payment."""

QUIET = timedelta(minutes=1)
"""How long nothing has happened to a payment that is looked at."""

LISTING_PATIENCE = 60.0
"""Seconds that the search for stray intents may take."""

BATCH = 100
STRAYS_SINCE = timedelta(hours=2)
MAX_INTENTS = 1000
"""How far a run looks back for intents that belong to no payment, whichever is less."""

LAST_SECONDS = 20.0
"""A run that has less time left than this leaves the rest to the next one."""


def lambda_handler(_event: dict[str, Any], context: LambdaContext) -> None:
    """Settle open payments, then cancel stray intents; one that fails does not keep the others."""
    run = f"reconcile:{context.aws_request_id}"
    for payment in store().open_before(now() - QUIET):
        if time_left(context) <= 0:
            logger.warning("open payments left for the next run")
            return
        reconcile(payment, run)
    if (left := time_left(context)) > 0:
        cancel_strays(min(LISTING_PATIENCE, left))


def time_left(context: LambdaContext) -> float:
    """Seconds in which something can be begun."""
    return context.get_remaining_time_in_millis() / 1000 - LAST_SECONDS


def reconcile(payment: Payment, run: str) -> None:
    """Settle one payment."""
    logger.set_correlation_id(payment.correlation_id)
    gateway().within(PATIENCE)
    try:
        settle(payment, Cause(payment.correlation_id, run, now()))
    except Exception:
        logger.exception("payment not settled", order_id=payment.order_id)


def cancel_strays(patience: float) -> None:
    """Cancel the intents that were made for an order and never became its payment."""
    until = now() - QUIET
    gateway().within(patience)
    recent = gateway().created_between(until - STRAYS_SINCE, until)
    unfinished = (intent for intent in islice(recent, MAX_INTENTS) if not intent.is_final)
    ours = ((intent.order_id, intent) for intent in unfinished if intent.order_id)
    for intents in batched(ours, BATCH, strict=False):
        payments = store().payments({order_id for order_id, _ in intents})
        for order_id, intent in intents:
            if order_id in payments and payments[order_id].is_stray(intent):
                cancel_stray(intent.id, order_id)


def cancel_stray(intent_id: str, order_id: str) -> None:
    """Cancel one intent."""
    try:
        gateway().cancel(intent_id, order_id, again=True)
        logger.warning("stray intent canceled", order_id=order_id, intent_id=intent_id)
    except Exception:
        logger.exception("stray intent not canceled", order_id=order_id, intent_id=intent_id)


aws.init(store, gateway)

"""Settlement: makes a payment's row and its intent at Stripe agree, one step at a time.

`models.next_step` names the step. Each can be taken twice, so it does not matter who settles: a
request, a webhook, an order's event, the reconciler, or two of them at once.
"""

from typing import Any

from payments.intents import Intent, IntentStatus
from payments.models import Moved, Payment, Step, next_step
from payments.refusals import CaptureImpossible, Undecided, Unsettled
from payments.store import store
from payments.stripe_gateway import gateway
from ticketing.outbox import Cause
from ticketing.telemetry import count, logger

MAX_STEPS = 5
"""More than the longest way of a payment whose call to Stripe fails once."""

METRICS = {
    Step.RECORD_AUTHORIZED: "PaymentsAuthorized",
    Step.RECORD_CAPTURED: "PaymentsCaptured",
    Step.RECORD_FAILED: "PaymentsFailed",
    Step.REFUND: "PaymentsRefunded",
}

REPORTED: dict[str, Step] = {
    IntentStatus.REQUIRES_CAPTURE: Step.RECORD_AUTHORIZED,
    IntentStatus.SUCCEEDED: Step.RECORD_CAPTURED,
    IntentStatus.CANCELED: Step.RECORD_FAILED,
}
"""What an intent's status most likely means for its payment."""


def settle(payment: Payment, cause: Cause, intent: Intent | None = None) -> Payment:
    """The payment after every step that can be taken now; `intent` is what is known of it.

    Raises Unavailable when Stripe cannot be asked, Unsettled when it needs time.
    """
    taken: set[Step] = set()
    for _ in range(MAX_STEPS):
        step = next_step(payment, intent)
        if step is Step.NOTHING:
            return payment
        if step is Step.ALARM:
            logger.error("the money is not the amount", order_id=payment.order_id)
            count("PaymentsMismatched")
            return payment
        payment, intent = take(step, payment, intent, cause, again=step in taken)
        taken.add(step)
    raise Unsettled


def settle_reported(order_id: str, intent: Intent, cause: Cause) -> None:
    """As `settle`, for an order whose payment was not read: one write if it is where it should be.

    Raises PaymentNotFound.
    """
    if step := REPORTED.get(intent.status):
        try:
            record(step, order_id, intent, cause)
        except Moved as moved:
            settle(moved.payment, cause, intent)


def take(
    step: Step, payment: Payment, intent: Intent | None, cause: Cause, *, again: bool
) -> tuple[Payment, Intent | None]:
    """Payment and intent after one step; `again` if it was taken before and changed nothing."""
    order_id, intent_id = payment.order_id, payment.intent_id or ""
    match step:
        case Step.WAIT:
            raise Undecided
        case Step.LOOK:
            return payment, gateway().retrieve(intent_id)
        case Step.CAPTURE:
            return payment, capture(intent_id, order_id, again=again)
        case Step.CANCEL:
            return payment, gateway().cancel(intent_id, order_id, again=again)
        case Step.REFUND:
            gateway().refund(intent_id, order_id)
    try:
        return record(step, order_id, intent, cause), intent
    except Moved as moved:
        return moved.payment, intent


def capture(intent_id: str, order_id: str, *, again: bool) -> Intent:
    """The intent after its capture; one that the bank will never pay is canceled at once."""
    try:
        return gateway().capture(intent_id, order_id, again=again)
    except CaptureImpossible:
        logger.warning("capture impossible", order_id=order_id)
        return gateway().cancel(intent_id, order_id, again=again)


def record(step: Step, order_id: str, intent: Any, cause: Cause) -> Payment:
    """Write down the outcome of a step. Raises Moved or PaymentNotFound."""
    match step:
        case Step.RECORD_AUTHORIZED:
            payment = store().record_authorized(order_id, intent, cause)
        case Step.RECORD_CAPTURED:
            payment = store().record_captured(order_id, intent, cause)
        case Step.RECORD_FAILED:
            payment = store().record_failed(order_id, intent, cause)
        case Step.REFUND:
            payment = store().record_refunded(order_id, cause)
        case _:
            return store().record_canceled(order_id, cause)
    count(METRICS[step])
    logger.info("payment settled", order_id=order_id, status=payment.status)
    return payment

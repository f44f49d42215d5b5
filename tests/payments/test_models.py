"""The rules of a payment: who may pay when, and what follows from an intent's status."""

from datetime import timedelta
from typing import Any

import pytest

from payments.models import OrderStatus, Payment, PaymentStatus, Step, next_step
from payments.refusals import AlreadyPaid, OrderCancelled, OrderExpired, PaymentNotFound
from tests.payments.builders import AMOUNT, BUYER, OTHER, a_payment, an_intent

OPEN_INTENTS = ("requires_payment_method", "requires_confirmation", "requires_action")
COMMITTED = {"order_status": OrderStatus.AWAITING_PAYMENT}
CANCELLED = {"order_status": OrderStatus.CANCELLED}


def pending(**changes: Any) -> Payment:
    return a_payment(status=PaymentStatus.PENDING, **changes)


def authorized(**changes: Any) -> Payment:
    return a_payment(status=PaymentStatus.AUTHORIZED, **changes)


def voided(**changes: Any) -> Payment:
    return a_payment(status=PaymentStatus.VOIDED, **{**CANCELLED, **changes})


@pytest.mark.parametrize(
    ("payment", "intent_status", "step"),
    [
        *[(pending(), status, Step.NOTHING) for status in (*OPEN_INTENTS, "processing")],
        (pending(), "requires_capture", Step.RECORD_AUTHORIZED),
        (pending(), "succeeded", Step.RECORD_AUTHORIZED),
        (pending(), "canceled", Step.RECORD_FAILED),
        (pending(), None, Step.LOOK),
        (pending(**COMMITTED), "requires_capture", Step.RECORD_AUTHORIZED),
        *[(authorized(), status, Step.NOTHING) for status in (*OPEN_INTENTS, "processing")],
        (authorized(), "requires_capture", Step.NOTHING),
        (authorized(), "succeeded", Step.NOTHING),
        (authorized(), "canceled", Step.RECORD_FAILED),
        (authorized(), None, Step.LOOK),
        *[(authorized(**COMMITTED), status, Step.NOTHING) for status in OPEN_INTENTS],
        (authorized(**COMMITTED), "requires_capture", Step.CAPTURE),
        (authorized(**COMMITTED), "succeeded", Step.RECORD_CAPTURED),
        (authorized(order_status=OrderStatus.COMPLETE), "succeeded", Step.RECORD_CAPTURED),
        (authorized(**COMMITTED), "canceled", Step.RECORD_FAILED),
        (authorized(**COMMITTED), None, Step.CAPTURE),
        *[(voided(), status, Step.CANCEL) for status in (*OPEN_INTENTS, "requires_capture")],
        (voided(is_open=False), "requires_capture", Step.CANCEL),
        (voided(), "processing", Step.WAIT),
        (voided(), "succeeded", Step.REFUND),
        (voided(), "canceled", Step.RECORD_CANCELED),
        (voided(is_open=False), "canceled", Step.NOTHING),
        (voided(), None, Step.CANCEL),
        (voided(is_open=False), None, Step.NOTHING),
        (a_payment(status=PaymentStatus.CAPTURED, **COMMITTED), "succeeded", Step.NOTHING),
        (a_payment(status=PaymentStatus.CAPTURED, **COMMITTED), None, Step.NOTHING),
        (a_payment(status=PaymentStatus.CAPTURED, **CANCELLED), None, Step.REFUND),
        (a_payment(status=PaymentStatus.FAILED), "canceled", Step.NOTHING),
        (a_payment(status=PaymentStatus.REFUNDED), "succeeded", Step.NOTHING),
    ],
)
def test_the_next_step_follows_from_row_and_intent(
    payment: Payment, intent_status: str | None, step: Step
) -> None:
    intent = an_intent(intent_status) if intent_status else None
    assert next_step(payment, intent) is step


@pytest.mark.parametrize("payment", [pending(), authorized(**COMMITTED), voided()])
def test_the_intent_of_another_payment_means_nothing(payment: Payment) -> None:
    assert next_step(payment, an_intent("succeeded", id="pi_2")) is Step.NOTHING


@pytest.mark.parametrize("payment", [pending(intent_id=None), voided(intent_id=None)])
def test_a_payment_without_an_intent_needs_nothing(payment: Payment) -> None:
    assert next_step(payment, None) is Step.NOTHING
    assert next_step(payment, an_intent()) is Step.NOTHING


@pytest.mark.parametrize("payment", [pending(), authorized(**COMMITTED)])
@pytest.mark.parametrize("changes", [{"money": AMOUNT - 1}, {"currency": "eur"}])
@pytest.mark.parametrize("status", ["requires_capture", "succeeded"])
def test_money_that_is_not_the_amount_is_never_taken(
    payment: Payment, changes: dict[str, Any], status: str
) -> None:
    assert next_step(payment, an_intent(status, **changes)) is Step.ALARM


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"status": PaymentStatus.PENDING}, None),
        ({"status": PaymentStatus.AUTHORIZED}, None),
        ({"status": PaymentStatus.CAPTURED}, AlreadyPaid),
        ({"status": PaymentStatus.VOIDED, "cancel_reason": "cancelled-by-buyer"}, OrderCancelled),
        ({"status": PaymentStatus.VOIDED, "cancel_reason": "expired"}, OrderExpired),
        ({"status": PaymentStatus.FAILED}, OrderCancelled),
        ({"status": PaymentStatus.REFUNDED}, OrderCancelled),
    ],
)
def test_only_a_payment_that_can_go_on_may_be_paid(
    changes: dict[str, Any], refusal: type[Exception] | None
) -> None:
    payment = a_payment(**changes)
    assert type(payment.why_not_payable(payment.created_at)) is (refusal or type(None))


def test_an_order_can_be_paid_until_two_seconds_after_its_time() -> None:
    payment = pending()
    last = payment.expires_at + timedelta(seconds=2)
    assert payment.why_not_payable(last - timedelta(milliseconds=1)) is None
    assert isinstance(payment.why_not_payable(last), OrderExpired)


def test_an_authorized_order_does_not_expire() -> None:
    payment = authorized()
    assert payment.why_not_payable(payment.expires_at + timedelta(days=1)) is None


def test_a_payment_is_its_buyers_only() -> None:
    payment = a_payment()
    assert payment.owned_by(BUYER) is payment
    with pytest.raises(PaymentNotFound):
        payment.owned_by(OTHER)


@pytest.mark.parametrize(
    ("payment", "stray"),
    [
        (pending(), False),
        (pending(intent_id=None), False),
        (pending(intent_id="pi_2"), True),
        (voided(intent_id=None), True),
        (voided(intent_id="pi_2"), True),
        (voided(), False),
    ],
)
def test_an_intent_is_stray_when_it_can_never_be_its_orders_payment(
    payment: Payment, *, stray: bool
) -> None:
    assert payment.is_stray(an_intent()) is stray

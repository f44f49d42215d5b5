"""The status machine of payment intents, pure."""

from typing import Any

import pytest

from cdk.local.stripe_double.errors import InvalidRequest
from cdk.local.stripe_double.intents import PaymentIntent, UnexpectedState, browser_view
from cdk.local.stripe_double.statuses import CANCELABLE, LAPSED, OPEN, CaptureMethod, Status


def an_intent(**changes: Any) -> PaymentIntent:
    usual: dict[str, Any] = {
        "id": "pi_1",
        "client_secret": "pi_1_secret_2",
        "created": 1,
        "amount": 2000,
        "currency": "usd",
        "capture_method": CaptureMethod.MANUAL,
        "automatic_payment_methods": None,
    }
    return PaymentIntent(**usual | changes)


def in_status(status: Status) -> PaymentIntent:
    held = 2000 if status is Status.REQUIRES_CAPTURE else 0
    return an_intent(status=status, payment_method="pm_1", amount_capturable=held)


def others(*statuses: Status) -> list[Status]:
    return [status for status in Status if status not in statuses]


def test_a_payment_goes_from_its_method_over_the_hold_to_the_money() -> None:
    intent = an_intent()
    assert intent.status is Status.REQUIRES_PAYMENT_METHOD
    intent = intent.attach("pm_1")
    assert intent.status is Status.REQUIRES_CONFIRMATION
    intent = intent.confirming(None).authorize("ch_1")
    assert (intent.status, intent.amount_capturable) == (Status.REQUIRES_CAPTURE, 2000)
    intent = intent.capture()
    assert (intent.status, intent.amount_capturable) == (Status.SUCCEEDED, 0)
    assert intent.amount_received == 2000


def test_a_part_can_be_captured() -> None:
    assert in_status(Status.REQUIRES_CAPTURE).capture(700).amount_received == 700


def test_more_than_is_held_cannot_be_captured() -> None:
    with pytest.raises(InvalidRequest) as caught:
        in_status(Status.REQUIRES_CAPTURE).capture(2001)
    assert caught.value.as_json()["error"]["param"] == "amount_to_capture"


@pytest.mark.parametrize("status", others(Status.REQUIRES_CAPTURE))
def test_only_held_money_can_be_captured(status: Status) -> None:
    with pytest.raises(UnexpectedState, match="could not be captured") as caught:
        in_status(status).capture()
    error = caught.value.as_json()["error"]
    assert error["code"] == "payment_intent_unexpected_state"
    assert error["payment_intent"]["status"] == status


@pytest.mark.parametrize("status", OPEN)
def test_an_open_intent_can_be_confirmed_with_another_method(status: Status) -> None:
    intent = in_status(status).confirming("pm_2")
    assert (intent.status, intent.payment_method) == (Status.REQUIRES_CONFIRMATION, "pm_2")


@pytest.mark.parametrize("status", others(*OPEN))
def test_an_intent_that_is_not_open_cannot_be_confirmed(status: Status) -> None:
    with pytest.raises(UnexpectedState, match="You cannot confirm this PaymentIntent"):
        in_status(status).confirming("pm_2")


def test_confirming_needs_a_payment_method() -> None:
    with pytest.raises(UnexpectedState, match="missing a payment method"):
        an_intent().confirming(None)


def test_a_decline_gives_up_the_method_and_says_why() -> None:
    intent = in_status(Status.REQUIRES_CONFIRMATION).decline({"code": "card_declined"}, "ch_1")
    assert intent.status is Status.REQUIRES_PAYMENT_METHOD
    assert intent.payment_method is None
    assert intent.last_payment_error == {"code": "card_declined"}
    assert intent.latest_charge == "ch_1"


def test_another_try_forgets_the_last_error() -> None:
    declined = in_status(Status.REQUIRES_CONFIRMATION).decline({"code": "card_declined"})
    assert declined.attach("pm_2").last_payment_error is None


def test_a_challenge_waits_for_the_buyer() -> None:
    intent = in_status(Status.REQUIRES_CONFIRMATION).challenge()
    assert intent.status is Status.REQUIRES_ACTION
    assert intent.next_action
    assert intent.process().next_action is None


@pytest.mark.parametrize("status", CANCELABLE)
def test_what_is_not_paid_can_be_canceled(status: Status) -> None:
    intent = in_status(status).cancel(LAPSED, 99)
    assert intent.status is Status.CANCELED
    assert (intent.canceled_at, intent.cancellation_reason) == (99, "automatic")
    assert intent.amount_capturable == 0


@pytest.mark.parametrize("status", others(*CANCELABLE))
def test_what_is_paid_canceled_or_processing_cannot_be_canceled(status: Status) -> None:
    with pytest.raises(UnexpectedState, match="You cannot cancel this PaymentIntent"):
        in_status(status).cancel(None, 99)


def test_a_browser_sees_what_a_payment_page_needs() -> None:
    seen = browser_view(an_intent(metadata={"secret": "yes"}).as_json())
    assert {"metadata", "latest_charge", "amount_capturable"}.isdisjoint(seen)
    needed = {"amount", "client_secret", "currency", "last_payment_error", "next_action", "status"}
    assert needed <= seen.keys()

"""Each of Stripe's errors means one thing here."""

from typing import Any

import pytest

from payments.refusals import (
    AlreadyRefunded,
    AmountNotChargeable,
    AuthenticationRequired,
    CaptureImpossible,
    CardDeclined,
    IntentUnknown,
    Rejected,
    Throttled,
    TokenInvalid,
)
from payments.stripe_errors import meaning_of
from ticketing.errors import Refusal, Unavailable

UNKNOWN_INTENT = {
    "type": "invalid_request_error",
    "code": "resource_missing",
    "param": "intent",
}
UNEXPECTED_STATE = {
    "type": "invalid_request_error",
    "code": "payment_intent_unexpected_state",
}
UNKNOWN_TOKEN = {"code": "resource_missing", "param": "payment_method_data[card][token]"}


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        ({"type": "card_error", "code": "card_declined"}, CardDeclined),
        ({"type": "card_error", "code": "authentication_required"}, AuthenticationRequired),
        (UNKNOWN_TOKEN, TokenInvalid),
        ({"code": "resource_missing", "param": "payment_method"}, TokenInvalid),
        ({"code": "token_already_used"}, TokenInvalid),
        ({"code": "token_in_use"}, TokenInvalid),
        ({"code": "payment_method_invalid_parameter"}, TokenInvalid),
        ({"code": "amount_too_small", "param": "amount"}, AmountNotChargeable),
        ({"param": "currency", "message": "Invalid currency: xyz."}, AmountNotChargeable),
        ({"code": "charge_expired_for_capture"}, CaptureImpossible),
        ({"code": "capture_charge_authorization_expired"}, CaptureImpossible),
        ({"code": "charge_already_refunded"}, AlreadyRefunded),
        ({"code": "rate_limit"}, Throttled),
        ({"code": "lock_timeout"}, Unavailable),
        ({"code": "idempotency_key_in_use"}, Unavailable),
        (UNEXPECTED_STATE, Unavailable),
        (UNKNOWN_INTENT, IntentUnknown),
        ({"type": "invalid_request_error"}, Rejected),
        ({"type": "invalid_request_error", "code": "parameter_unknown"}, Rejected),
        ({"type": "api_error"}, Unavailable),
        ({}, Unavailable),
    ],
)
def test_an_error_means(error: dict[str, Any], meaning: type[Exception]) -> None:
    assert type(meaning_of(error)) is meaning


def told(**error: str) -> list[tuple[str, str | None]]:
    refusal = meaning_of({"type": "card_error", "message": "Your card was declined.", **error})
    assert isinstance(refusal, Refusal)
    return [(each.message, each.field) for each in refusal.errors]


def test_the_buyer_is_told_what_stripe_says_for_buyers() -> None:
    assert told(
        code="card_declined",
        decline_code="insufficient_funds",
        message="Your card has insufficient funds.",
    ) == [("Your card has insufficient funds.", "token"), ("insufficient_funds", "declineCode")]


def test_without_a_decline_code_the_error_code_is_told() -> None:
    assert told(code="expired_card")[1] == ("expired_card", "declineCode")


@pytest.mark.parametrize(
    "code", ["lost_card", "stolen_card", "fraudulent", "merchant_blacklist", "pickup_card"]
)
def test_whoever_holds_a_stolen_card_is_not_told_so(code: str) -> None:
    expected = [("Your card was declined.", "token"), ("generic_decline", "declineCode")]
    assert told(code="card_declined", decline_code=code) == expected


def test_a_decline_without_words_is_a_decline() -> None:
    refusal = CardDeclined()
    assert [error.message for error in refusal.errors] == [
        "The card was declined",
        "generic_decline",
    ]

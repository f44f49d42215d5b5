"""The documented test cards."""

import pytest

from cdk.local.stripe_double.cards import (
    CARDS,
    Card,
    card_of_method,
    card_of_number,
    card_of_token,
    passes_luhn,
)


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.number)
def test_a_card_is_the_same_by_number_token_and_payment_method(card: Card) -> None:
    assert card_of_number(card.number) == card
    for name in card.names:
        assert card_of_token(f"tok_{name}") == card_of_method(f"pm_card_{name}") == card


def test_every_documented_number_has_a_right_check_digit() -> None:
    assert all(passes_luhn(card.number) for card in CARDS)
    assert not passes_luhn("4242424242424241")


@pytest.mark.parametrize(
    ("token", "code", "decline_code"),
    [
        ("tok_chargeDeclined", "card_declined", "generic_decline"),
        ("tok_visa_chargeDeclined", "card_declined", "generic_decline"),
        ("tok_visa_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("tok_chargeDeclinedExpiredCard", "expired_card", "expired_card"),
        ("tok_chargeDeclinedIncorrectCvc", "incorrect_cvc", "incorrect_cvc"),
        ("tok_chargeDeclinedProcessingError", "processing_error", "processing_error"),
    ],
)
def test_a_declined_card_says_why(token: str, code: str, decline_code: str) -> None:
    card = card_of_token(token)
    assert card
    assert card.decline
    assert (card.decline.code, card.decline.decline_code) == (code, decline_code)


@pytest.mark.parametrize(
    "method",
    [
        "pm_card_threeDSecure2Required",
        "pm_card_authenticationRequired",
        "pm_card_authenticationRequiredOnSetup",
    ],
)
def test_some_cards_ask_for_authentication(method: str) -> None:
    card = card_of_method(method)
    assert card
    assert card.authentication
    assert card.decline is None


def test_an_unknown_name_is_no_card() -> None:
    assert card_of_token("tok_unknown") is None
    assert card_of_token("pm_card_visa") is None
    assert card_of_method("tok_visa") is None
    assert card_of_method("pm_1234") is None


def test_a_number_that_is_not_documented_is_declined() -> None:
    card = card_of_number("4111111111111111")
    assert card.decline
    assert card.decline.decline_code == "test_mode_live_card"

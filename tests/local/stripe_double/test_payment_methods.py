"""Payment methods are made of tokens and of card details."""

from datetime import UTC, datetime
from typing import Any

import pytest

from cdk.local.stripe_double.errors import CardError, InvalidRequest
from tests.local.stripe_double.desk import NOW, Desk

CARD = {"number": "4242 4242 4242 4242", "exp_month": "12", "exp_year": "2034", "cvc": "123"}


def create(desk: Desk, **form: Any) -> dict[str, Any]:
    return desk.perform("payment_methods.create", {"type": "card", "card": CARD} | form)


def test_a_payment_method_shows_the_card_but_not_its_number() -> None:
    desk = Desk()
    method = create(desk)
    assert method["card"]["last4"] == "4242"
    assert method["card"]["brand"] == "visa"
    assert method["created"] == NOW
    assert "4242424242424242" not in str(method)
    assert desk.account.payment_methods.get(method["id"], param="id").as_json() == method


def test_a_payment_method_is_made_of_a_token() -> None:
    method = create(Desk(), card={"token": "tok_mastercard"})
    assert method["card"]["brand"] == "mastercard"


def test_an_unknown_token_is_missing() -> None:
    with pytest.raises(InvalidRequest) as caught:
        create(Desk(), card={"token": "tok_nope"})
    assert caught.value.as_json()["error"]["code"] == "resource_missing"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"number": "4242424242424241"}, "incorrect_number"),
        ({"number": "4242x"}, "invalid_number"),
        ({"exp_month": "13"}, "invalid_expiry_month"),
        ({"exp_year": "2020"}, "invalid_expiry_year"),
        ({"cvc": "99"}, "invalid_cvc"),
    ],
)
def test_details_that_no_card_has_are_card_errors(change: dict[str, str], code: str) -> None:
    with pytest.raises(CardError) as caught:
        create(Desk(), card=CARD | change)
    assert caught.value.as_json()["error"]["code"] == code
    assert caught.value.status == 402


def test_a_card_expires_by_the_clock_of_the_account() -> None:
    new_year = datetime(2035, 1, 1, tzinfo=UTC).timestamp()
    assert create(Desk(new_year - 1))["card"]["exp_year"] == 2034
    with pytest.raises(CardError) as caught:
        create(Desk(new_year))
    assert caught.value.as_json()["error"]["code"] == "invalid_expiry_year"


@pytest.mark.parametrize("name", ["exp_month", "exp_year", "number"])
def test_a_card_is_complete(name: str) -> None:
    with pytest.raises(InvalidRequest, match=rf"card\[{name}\]"):
        create(Desk(), card={key: value for key, value in CARD.items() if key != name})


def test_only_cards_are_supported() -> None:
    with pytest.raises(InvalidRequest, match="does not support payment methods of type sepa"):
        create(Desk(), type="sepa")
    with pytest.raises(InvalidRequest, match=r"Missing required param: card\."):
        Desk().perform("payment_methods.create", {"type": "card"})

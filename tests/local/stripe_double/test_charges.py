"""What of a charge was captured, and what was given back."""

import pytest

from cdk.local.stripe_double.cards import GENERIC, card_of_number
from cdk.local.stripe_double.charges import Charge
from cdk.local.stripe_double.errors import InvalidRequest
from cdk.local.stripe_double.payment_methods import CardDetails, PaymentMethod
from tests.local.stripe_double.test_intents import an_intent


def a_charge() -> Charge:
    card = card_of_number("4242424242424242")
    method = PaymentMethod(id="pm_1", created=1, details=CardDetails(card))
    return Charge(id="ch_1", created=1, intent=an_intent(metadata={"a": "b"}), method=method)


def test_an_authorization_is_not_captured() -> None:
    shown = a_charge().as_json()
    assert (shown["status"], shown["captured"], shown["refunded"]) == ("succeeded", False, False)
    assert shown["metadata"] == {"a": "b"}
    assert shown["payment_method_details"]["card"]["last4"] == "4242"
    assert shown["outcome"]["type"] == "authorized"


def test_a_partial_capture_releases_the_rest() -> None:
    shown = a_charge().capture(700).as_json()
    assert (shown["amount_captured"], shown["amount_refunded"]) == (700, 1300)


def test_a_released_authorization_counts_as_refunded() -> None:
    shown = a_charge().release().as_json()
    assert (shown["captured"], shown["refunded"]) == (False, True)


def test_refunds_never_exceed_what_was_captured() -> None:
    charge, given = a_charge().capture(1000).refund(400)
    assert given == 400
    with pytest.raises(InvalidRequest, match="greater than unrefunded amount") as caught:
        charge.refund(601)
    assert caught.value.as_json()["error"]["param"] == "amount"
    charge, given = charge.refund(None)
    assert (given, charge.as_json()["refunded"]) == (600, True)
    with pytest.raises(InvalidRequest) as again:
        charge.refund(1)
    assert again.value.as_json()["error"]["code"] == "charge_already_refunded"


def test_what_was_not_captured_is_not_refunded() -> None:
    with pytest.raises(InvalidRequest, match="does not have a successful charge"):
        a_charge().refund(None)


def test_a_failed_charge_says_why() -> None:
    base = a_charge()
    failed = Charge(id="ch_2", created=1, intent=base.intent, method=base.method, failure=GENERIC)
    shown = failed.as_json()
    assert (shown["status"], shown["paid"]) == ("failed", False)
    assert shown["failure_code"] == "card_declined"
    assert shown["outcome"]["reason"] == "generic_decline"

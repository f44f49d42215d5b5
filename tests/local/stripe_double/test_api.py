"""Every operation through the official SDK, over a socket."""

from typing import Any

import httpx
import pytest
import stripe

from tests.local.stripe_double.conftest import Running, a_payment


def token(name: str) -> Any:
    return {"payment_method_data": {"type": "card", "card": {"token": name}}}


def test_a_payment_goes_its_whole_way(client: stripe.StripeClient) -> None:
    intents = client.v1.payment_intents
    created = intents.create(a_payment(metadata={"order": "o1"}))
    assert created.status == "requires_payment_method"
    confirmed = intents.confirm(created.id, token("tok_visa"))
    assert (confirmed.status, confirmed.amount_capturable) == ("requires_capture", 2000)
    captured = intents.capture(created.id, {"amount_to_capture": 1500})
    assert (captured.status, captured.amount_received) == ("succeeded", 1500)
    refund = client.v1.refunds.create({"payment_intent": created.id, "amount": 500})
    assert (refund.status, refund.amount) == ("succeeded", 500)
    (charge,) = client.v1.charges.list().data
    assert (charge.id, charge.amount_captured) == (captured.latest_charge, 1500)
    assert intents.retrieve(created.id).metadata["order"] == "o1"


def test_an_intent_is_canceled(client: stripe.StripeClient) -> None:
    created = client.v1.payment_intents.create(a_payment())
    assert client.v1.payment_intents.cancel(created.id).status == "canceled"


def test_everything_is_listed(client: stripe.StripeClient) -> None:
    for _ in range(3):
        created = client.v1.payment_intents.create(a_payment())
        client.v1.payment_intents.confirm(created.id, {"payment_method": "pm_card_visa"})
        client.v1.payment_intents.capture(created.id)
        client.v1.refunds.create({"payment_intent": created.id})
    page = client.v1.payment_intents.list({"limit": 2, "created": {"gte": 1}})
    assert page.has_more
    assert page.data[0].id == created.id
    assert len(list(page.auto_paging_iter())) == 3
    assert [charge.refunded for charge in client.v1.charges.list().data] == [True] * 3
    assert [refund.amount for refund in client.v1.refunds.list().data] == [2000] * 3


def test_a_payment_method_is_made_and_used(client: stripe.StripeClient) -> None:
    card: Any = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2034, "cvc": "123"}
    method = client.v1.payment_methods.create({"type": "card", "card": card})
    intent = client.v1.payment_intents.create(a_payment(confirm=True, payment_method=method.id))
    assert (intent.status, intent.payment_method) == ("requires_capture", method.id)


def test_a_decline_is_a_card_error(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create(a_payment())
    with pytest.raises(stripe.CardError) as caught:
        client.v1.payment_intents.confirm(intent.id, token("tok_chargeDeclined"))
    error = caught.value
    assert (error.http_status, error.code) == (402, "card_declined")
    assert error.error is not None
    assert error.error.decline_code == "generic_decline"
    assert error.error.payment_intent is not None
    assert error.error.payment_intent.id == intent.id
    confirmed = client.v1.payment_intents.confirm(intent.id, token("tok_visa"))
    assert confirmed.status == "requires_capture"


def test_a_wrong_request_is_an_invalid_request_error(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.payment_intents.retrieve("pi_nope")
    assert (caught.value.http_status, caught.value.code) == (404, "resource_missing")
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.payment_intents.create(a_payment(amount=49))
    assert (caught.value.http_status, caught.value.code) == (400, "amount_too_small")


def test_an_error_about_the_state_holds_the_intent(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create(a_payment())
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.payment_intents.capture(intent.id)
    assert caught.value.code == "payment_intent_unexpected_state"
    assert caught.value.error is not None
    assert caught.value.error.payment_intent is not None
    assert caught.value.error.payment_intent.status == "requires_payment_method"


def test_only_the_secret_key_is_admitted(double: Running) -> None:
    with pytest.raises(stripe.AuthenticationError, match="Invalid API Key") as caught:
        double.sdk("sk_test_other").v1.payment_intents.list()
    assert caught.value.http_status == 401
    bare = httpx.get(f"{double.url}/v1/charges")
    assert (bare.status_code, bare.json()["error"]["type"]) == (401, "invalid_request_error")


def test_answers_carry_the_headers_of_stripe(double: Running) -> None:
    answer = double.http.get("/v1/charges", headers={"Stripe-Version": "2026-10-28.endive"})
    assert answer.headers["Request-Id"].startswith("req_")
    assert answer.headers["Stripe-Version"] == "2026-10-28.endive"
    assert answer.headers["Content-Type"] == "application/json"


def test_an_unknown_url_is_404(double: Running) -> None:
    intents = "/v1/payment_intents"
    for method, path in (
        ("GET", "/v1/customers"),
        ("DELETE", intents),
        ("GET", f"{intents}/"),
        ("POST", f"{intents}/pi_1/refund"),
        ("POST", f"{intents}/pi_1/confirm/"),
    ):
        answer = double.http.request(method, path)
        assert answer.status_code == 404
        assert answer.json()["error"]["message"].startswith("Unrecognized request URL")

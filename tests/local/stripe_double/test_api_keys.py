"""Idempotency over HTTP: what is replayed, what is refused, and what may be tried again."""

from typing import Any

import httpx
import pytest
import stripe

from tests.local.stripe_double.conftest import Running, a_payment

KEY: Any = {"idempotency_key": "order-1"}


def post(double: Running, path: str, key: str = "order-1", **form: str) -> httpx.Response:
    return double.http.post(f"/v1{path}", data=form, headers={"Idempotency-Key": key})


def intents(double: Running) -> list[dict[str, Any]]:
    data: list[dict[str, Any]] = double.http.get("/v1/payment_intents").json()["data"]
    return data


def test_the_same_request_has_the_same_answer_which_is_marked(double: Running) -> None:
    first = post(double, "/payment_intents", amount="2000", currency="usd")
    second = post(double, "/payment_intents", amount="2000", currency="usd")
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert second.headers["Original-Request"] == first.headers["Request-Id"]
    assert second.headers["Request-Id"] != first.headers["Request-Id"]
    assert second.headers["Idempotency-Key"] == "order-1"
    assert second.content == first.content
    assert len(intents(double)) == 1


def test_the_order_of_parameters_does_not_matter(double: Running) -> None:
    post(double, "/payment_intents", amount="2000", currency="usd")
    assert post(double, "/payment_intents", currency="usd", amount="2000").status_code == 200


def test_other_parameters_are_an_idempotency_error(client: stripe.StripeClient) -> None:
    client.v1.payment_intents.create(a_payment(), KEY)
    with pytest.raises(stripe.IdempotencyError, match="same parameters") as caught:
        client.v1.payment_intents.create(a_payment(amount=2001), KEY)
    assert caught.value.http_status == 400


def test_another_endpoint_is_an_idempotency_error(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create(a_payment(), KEY)
    with pytest.raises(stripe.IdempotencyError, match="same endpoint"):
        client.v1.payment_intents.cancel(intent.id, {}, KEY)


def test_a_decline_is_replayed_though_another_try_would_work(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create(a_payment())
    declined: Any = {"payment_method": "pm_card_chargeDeclined"}
    for _ in range(2):
        with pytest.raises(stripe.CardError):
            client.v1.payment_intents.confirm(intent.id, declined, KEY)
    assert len(client.v1.charges.list().data) == 1


def test_a_refusal_of_the_execution_is_replayed(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create(a_payment())
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_intents.capture(intent.id, {}, KEY)
    client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.payment_intents.capture(intent.id, {}, KEY)
    assert caught.value.headers is not None
    assert caught.value.headers["Idempotent-Replayed"] == "true"


def test_a_validation_error_leaves_the_key_free(client: stripe.StripeClient) -> None:
    for wrong in ({"amount": 49}, {"currency": "zzz"}, {"color": "red"}):
        with pytest.raises(stripe.InvalidRequestError):
            client.v1.payment_intents.create(a_payment(**wrong), KEY)
    assert client.v1.payment_intents.create(a_payment(), KEY).amount == 2000


def test_keys_have_no_effect_on_reads(double: Running) -> None:
    headers = {"Idempotency-Key": "order-1"}
    double.http.get("/v1/charges", headers=headers)
    answer = double.http.get("/v1/refunds", headers=headers)
    assert answer.status_code == 200
    assert "Idempotency-Key" not in answer.headers


def test_a_key_that_is_too_long_is_refused(double: Running) -> None:
    answer = post(double, "/payment_intents", key="k" * 256, amount="2000", currency="usd")
    assert answer.status_code == 400

"""Failures on demand over HTTP: what the caller gets, what happened, what a retry finds."""

from typing import Any

import httpx
import pytest
import stripe

from tests.local.stripe_double.conftest import Running, a_payment

KEY: Any = {"idempotency_key": "order-1"}


def count(client: stripe.StripeClient) -> int:
    return len(client.v1.payment_intents.list().data)


@pytest.mark.parametrize(
    ("kind", "error", "executed"),
    [
        ("error_before", stripe.APIError, False),
        ("drop_before", stripe.APIConnectionError, False),
        ("error", stripe.APIError, False),
        ("error_after", stripe.APIError, True),
        ("drop_after", stripe.APIConnectionError, True),
    ],
)
def test_a_call_fails_before_during_or_after_its_execution(
    double: Running,
    client: stripe.StripeClient,
    kind: str,
    error: type[stripe.StripeError],
    executed: bool,  # noqa: FBT001
) -> None:
    double.arm("payment_intents.create", kind)
    with pytest.raises(error):
        client.v1.payment_intents.create(a_payment(), KEY)
    assert count(client) == executed


@pytest.mark.parametrize("kind", ["error_before", "drop_before", "drop_after"])
def test_the_same_key_again_succeeds_once(
    double: Running, client: stripe.StripeClient, kind: str
) -> None:
    double.arm("payment_intents.create", kind)
    with pytest.raises(stripe.StripeError):
        client.v1.payment_intents.create(a_payment(), KEY)
    assert client.v1.payment_intents.create(a_payment(), KEY).amount == 2000
    assert count(client) == 1


@pytest.mark.parametrize(("kind", "made"), [("error", 0), ("error_after", 1)])
def test_a_saved_500_stays_with_its_key(
    double: Running, client: stripe.StripeClient, kind: str, made: int
) -> None:
    double.arm("payment_intents.create", kind)
    for _ in range(2):
        with pytest.raises(stripe.APIError) as caught:
            client.v1.payment_intents.create(a_payment(), KEY)
        assert caught.value.http_status == 500
    assert count(client) == made


def test_the_sdk_is_told_whether_to_retry(double: Running) -> None:
    retry = {}
    for kind in ("error_before", "error"):
        double.arm("charges.list", kind)
        retry[kind] = double.http.get("/v1/charges").headers["Stripe-Should-Retry"]
    assert retry == {"error_before": "true", "error": "false"}


def test_a_lost_reply_is_never_answered(double: Running, client: stripe.StripeClient) -> None:
    double.arm("payment_intents.create", "hang")
    impatient = double.sdk(http_client=stripe.RequestsClient(timeout=1))
    with pytest.raises(stripe.APIConnectionError):
        impatient.v1.payment_intents.create(a_payment(), KEY)
    assert count(client) == 1
    assert client.v1.payment_intents.create(a_payment(), KEY).id
    assert count(client) == 1


def test_a_replay_can_be_lost_as_well(double: Running, client: stripe.StripeClient) -> None:
    double.arm("payment_intents.create", "drop_after", times=2)
    for _ in range(2):
        with pytest.raises(stripe.APIConnectionError):
            client.v1.payment_intents.create(a_payment(), KEY)
    client.v1.payment_intents.create(a_payment(), KEY)
    assert count(client) == 1


def test_faults_are_shown_and_disarmed(double: Running) -> None:
    double.arm("refunds.create", "error")
    armed = double.hook("", method="GET")["armed"]
    assert armed == [{"operation": "refunds.create", "kind": "error"}]
    assert double.hook("/faults", method="DELETE")["armed"] == []


@pytest.mark.parametrize(
    "body",
    [
        {"operation": "customers.create", "kind": "error"},
        {"operation": "refunds.create", "kind": "explode"},
        {"operation": "*", "kind": ["error"]},
        {"operation": "*", "kind": "error", "times": -1},
        {"operation": "*", "kind": "error", "times": "two"},
        [],
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(double: Running, body: object) -> None:
    assert double.http.post("/_double/faults", json=body).status_code == 400


def test_a_body_that_is_not_json_is_refused(double: Running) -> None:
    answer = httpx.post(f"{double.url}/_double/faults", content=b"{")
    assert answer.status_code == 400

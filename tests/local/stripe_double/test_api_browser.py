"""What a payment page may do with a publishable key and a client secret."""

from typing import Any

import httpx
import pytest
import stripe

from tests.local.stripe_double.conftest import Running

PUBLISHABLE = "pk_test_page"
ORIGIN = {"Origin": "http://127.0.0.1:8000"}
CARD = {
    "type": "card",
    "card[number]": "4242424242424242",
    "card[exp_month]": "12",
    "card[exp_year]": "2034",
    "card[cvc]": "123",
}


@pytest.fixture
def intent(client: stripe.StripeClient) -> stripe.PaymentIntent:
    """Made by the server, for any payment method, with something to hide."""
    return client.v1.payment_intents.create(
        {"amount": 2000, "currency": "usd", "capture_method": "manual", "metadata": {"a": "b"}}
    )


def page(double: Running) -> httpx.Client:
    headers = {"Authorization": f"Bearer {PUBLISHABLE}", **ORIGIN}
    return httpx.Client(base_url=double.url, headers=headers)


def secret(intent: stripe.PaymentIntent) -> str:
    assert intent.client_secret
    return intent.client_secret


def test_a_page_retrieves_its_intent(double: Running, intent: stripe.PaymentIntent) -> None:
    found = double.sdk(PUBLISHABLE).v1.payment_intents.retrieve(
        intent.id, {"client_secret": secret(intent)}
    )
    assert (found.status, found.amount, found.currency) == (intent.status, 2000, "usd")
    assert found.client_secret == intent.client_secret
    assert "metadata" not in found


def test_a_page_pays_with_a_card(double: Running, intent: stripe.PaymentIntent) -> None:
    with page(double) as browser:
        method = browser.post("/v1/payment_methods", data=CARD).json()
        form = {"client_secret": secret(intent), "payment_method": method["id"]}
        answer = browser.post(f"/v1/payment_intents/{intent.id}/confirm", data=form)
    assert answer.json()["status"] == "requires_capture"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "metadata" not in answer.json()


def test_a_page_is_told_of_a_decline(double: Running, intent: stripe.PaymentIntent) -> None:
    form = {"client_secret": secret(intent), "payment_method": "pm_card_chargeDeclined"}
    with page(double) as browser:
        answer = browser.post(f"/v1/payment_intents/{intent.id}/confirm", data=form)
    assert answer.status_code == 402
    told = answer.json()["error"]["payment_intent"]
    assert told["last_payment_error"]["message"] == "Your card was declined."
    assert "metadata" not in told


def test_the_key_may_come_as_a_parameter(double: Running, intent: stripe.PaymentIntent) -> None:
    query = {"key": PUBLISHABLE, "client_secret": secret(intent)}
    answer = httpx.get(f"{double.url}/v1/payment_intents/{intent.id}", params=query)
    assert answer.status_code == 200


@pytest.mark.parametrize("wrong", ["pi_1_secret_guess", ""])
def test_without_the_client_secret_nothing_is_told(
    double: Running, intent: stripe.PaymentIntent, wrong: str
) -> None:
    with page(double) as browser:
        for method, path in (("GET", ""), ("POST", "/confirm")):
            url = f"/v1/payment_intents/{intent.id}{path}"
            form: Any = {"client_secret": wrong}
            sent = {"params": form} if method == "GET" else {"data": form}
            answer = browser.request(method, url, **sent)
            assert answer.status_code == 400
            assert answer.json()["error"]["param"] == "client_secret"


def test_a_wrong_client_secret_is_an_error_for_servers_too(
    client: stripe.StripeClient, intent: stripe.PaymentIntent
) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="does not match"):
        client.v1.payment_intents.retrieve(intent.id, {"client_secret": "pi_1_secret_guess"})


def test_a_page_can_do_nothing_else(double: Running, intent: stripe.PaymentIntent) -> None:
    browser = double.sdk(PUBLISHABLE).v1
    for forbidden in (
        browser.payment_intents.list,
        browser.refunds.list,
        lambda: browser.payment_intents.cancel(intent.id),
        lambda: browser.payment_intents.capture(intent.id),
    ):
        with pytest.raises(stripe.AuthenticationError, match="publishable API key"):
            forbidden()


def test_a_browser_may_call_from_any_origin(double: Running) -> None:
    asks = {
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,stripe-version",
    }
    url = f"{double.url}/v1/payment_intents/pi_1/confirm"
    answer = httpx.options(url, headers=ORIGIN | asks)
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "authorization" in answer.headers["Access-Control-Allow-Headers"]


def challenged(double: Running, intent: stripe.PaymentIntent) -> str:
    """Confirms with a card that asks for authentication; the path where that is answered."""
    form = {"payment_method": "pm_card_threeDSecure2Required", "client_secret": secret(intent)}
    with page(double) as browser:
        url = f"/v1/payment_intents/{intent.id}/confirm"
        answer = browser.post(url, data=form).json()
    assert answer["status"] == "requires_action"
    return f"/_double/payment_intents/{intent.id}/authenticate"


@pytest.mark.parametrize(
    ("outcome", "status"),
    [("succeed", "requires_capture"), ("fail", "requires_payment_method")],
)
def test_a_challenge_is_answered_by_the_hook(
    double: Running, intent: stripe.PaymentIntent, outcome: str, status: str
) -> None:
    path = challenged(double, intent)
    answer = double.http.post(path, json={"outcome": outcome})
    assert answer.json()["status"] == status
    again = double.http.post(path, json={"outcome": outcome})
    assert again.status_code == 400


def test_an_outcome_is_success_or_failure(double: Running, intent: stripe.PaymentIntent) -> None:
    path = challenged(double, intent)
    bodies: list[Any] = [{}, {"outcome": "maybe"}, {"outcome": []}]
    for body in bodies:
        assert double.http.post(path, json=body).status_code == 400

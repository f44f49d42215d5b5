"""What is read of Stripe's objects, and what is not."""

import json
from typing import Any

import pytest

from payments.intents import Event, Intent
from payments.refusals import InvalidEvent


def rendered(**changes: Any) -> dict[str, Any]:
    """A payment intent as Stripe's API renders it."""
    intent = {
        "id": "pi_1",
        "object": "payment_intent",
        "status": "requires_capture",
        "amount": 5050,
        "amount_capturable": 5050,
        "amount_received": 0,
        "currency": "usd",
        "client_secret": "pi_1_secret_1",
        "metadata": {"order_id": "order-1", "payment_id": "payment-1", "correlation_id": "r-1"},
    }
    return intent | changes


def an_event(about: object, **changes: Any) -> bytes:
    event = {
        "id": "evt_1",
        "type": "payment_intent.succeeded",
        "created": 1,
        "data": {"object": about},
    }
    return json.dumps(event | changes).encode()


def test_an_intent_says_whose_it_is_and_what_is_held() -> None:
    intent = Intent.read(rendered())
    assert (intent.order_id, intent.correlation_id) == ("order-1", "r-1")
    assert (intent.money, intent.is_paid, intent.is_final) == (5050, True, False)


@pytest.mark.parametrize(
    ("status", "received", "money", "paid", "final"),
    [
        ("succeeded", 5050, 5050, True, True),
        ("canceled", 0, 0, False, True),
        ("requires_payment_method", 0, 0, False, False),
    ],
)
def test_an_intents_status_says_what_became_of_the_money(
    status: str, received: int, money: int, *, paid: bool, final: bool
) -> None:
    intent = Intent.read(rendered(status=status, amount_capturable=0, amount_received=received))
    assert (intent.money, intent.is_paid, intent.is_final) == (money, paid, final)


@pytest.mark.parametrize("metadata", [{}, None, {"cart": "7"}])
def test_an_intent_of_somebody_else_has_no_order(metadata: object) -> None:
    intent = Intent.read(rendered(metadata=metadata))
    assert (intent.order_id, intent.correlation_id) == (None, "pi_1")


def test_a_client_secret_is_never_shown_in_a_log() -> None:
    assert "pi_1_secret_1" not in repr(Intent.read(rendered()))


def test_an_event_carries_the_intent_as_it_was() -> None:
    event = Event.parse(an_event(rendered()))
    assert (event.id, event.type, event.created) == ("evt_1", "payment_intent.succeeded", 1)
    assert event.intent == Intent.read(rendered())


@pytest.mark.parametrize("about", [{"object": "charge"}, {}])
def test_an_event_about_something_else_has_no_intent(about: object) -> None:
    assert Event.parse(an_event(about)).intent is None


def test_a_thin_event_has_no_intent() -> None:
    assert Event.parse(an_event(None, data=None, created="2026-11-23T12:00:00Z")).intent is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"{}",
        b"[]",
        b"7",
        b"[" * 100_000,
        an_event("pi_1"),
        an_event(rendered(), created="today")[:-20],
        an_event({"object": "payment_intent"}),
    ],
)
def test_what_is_no_event_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidEvent):
        Event.parse(body)

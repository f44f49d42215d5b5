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


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("id", [None, 1, True, [], {}, "", "pi_1/cancel", "pi_\n", "p" * 256]),
        ("status", [None, 1, [], {}]),
        ("currency", [None, 1, []]),
        ("amount_capturable", ["5050", 50.5, -1, True, [1], {"a": 1}]),
        ("amount_received", ["5050", 50.5, -1, True]),
        ("client_secret", [1, ["pi_1"]]),
        ("metadata", ["order-1", "", 1, [], [1], False]),
    ],
)
def test_an_intent_of_another_form_is_no_event(field: str, values: list[Any]) -> None:
    for value in values:
        about = rendered(amount_capturable=0) | {field: value}
        with pytest.raises(InvalidEvent):
            Event.parse(an_event(about))


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("id", [None, 1, [], "", "evt 1"]),
        ("type", [None, 1, []]),
        ("created", [None, "1", True, []]),
        ("data", ["object", "", 1, [], False, {"object": []}, {"object": {"object": {}}}]),
    ],
)
def test_an_event_of_another_form_is_none(field: str, values: list[Any]) -> None:
    for value in values:
        with pytest.raises(InvalidEvent):
            Event.parse(an_event(rendered(), **{field: value}))


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"-Infinity"])
def test_a_time_is_a_number_of_json(number: bytes) -> None:
    with pytest.raises(InvalidEvent):
        Event.parse(an_event(rendered(), created=0.5).replace(b"0.5", number))


@pytest.mark.parametrize("order_id", ["", "order#1", "a" * 65, "../1", "\0", "é", 7, None, ["a"]])
def test_what_cannot_be_an_order_of_ours_is_none(order_id: object) -> None:
    assert Intent.read(rendered(metadata={"order_id": order_id})).order_id is None


@pytest.mark.parametrize("correlation_id", ["", "a" * 65, "a b", "\n", 7, None, {}])
def test_a_chain_without_a_plain_name_is_called_after_the_intent(correlation_id: object) -> None:
    metadata = {"order_id": "order-1", "correlation_id": correlation_id}
    assert Intent.read(rendered(metadata=metadata)).correlation_id == "pi_1"

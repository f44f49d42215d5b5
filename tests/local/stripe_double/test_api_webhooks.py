"""Webhooks over a socket, verified by the SDK; and the hooks that hold, repeat and lose them."""

from typing import Any

import pytest
import stripe

from tests.local.stripe_double.conftest import SECONDS, SECRET, Endpoint, Running, a_payment


def types(endpoint: Endpoint, count: int) -> set[str]:
    return {endpoint.next().event["type"] for _ in range(count)}


def quiet(double: Running) -> dict[str, Any]:
    return double.hook(f"/quiet?timeout={SECONDS}", method="GET")


def test_a_payment_tells_every_step(
    double: Running, client: stripe.StripeClient, endpoint: Endpoint
) -> None:
    intent = client.v1.payment_intents.create(a_payment())
    assert types(endpoint, 1) == {"payment_intent.created"}
    client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    assert types(endpoint, 2) == {"payment_intent.amount_capturable_updated", "charge.succeeded"}
    client.v1.payment_intents.capture(intent.id)
    assert types(endpoint, 2) == {"payment_intent.succeeded", "charge.captured"}
    client.v1.refunds.create({"payment_intent": intent.id})
    assert types(endpoint, 2) == {"charge.refunded", "refund.created"}
    assert quiet(double)["pending"] == 0


def test_the_sdk_verifies_and_reads_an_event(
    client: stripe.StripeClient, endpoint: Endpoint
) -> None:
    created = client.v1.payment_intents.create(
        a_payment(metadata={"order": "o1"}), {"idempotency_key": "order-1"}
    )
    received = endpoint.next()
    event = stripe.Webhook.construct_event(received.body, received.signature, SECRET)
    assert event.type == "payment_intent.created"
    assert event.api_version == stripe.api_version
    assert event.data.object["id"] == created.id
    assert event.data.object["metadata"]["order"] == "o1"
    assert event.request is not None
    assert event.request.idempotency_key == "order-1"
    assert created.last_response is not None
    assert event.request.id == created.last_response.request_id
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(received.body, received.signature, "whsec_other")


def test_an_event_is_repeated_until_it_is_received(
    double: Running, client: stripe.StripeClient, endpoint: Endpoint
) -> None:
    endpoint.statuses = [500, 503]
    client.v1.payment_intents.create(a_payment())
    bodies = {endpoint.next().body for _ in range(3)}
    assert len(bodies) == 1
    quiet(double)
    delivery = double.hook("/deliveries", method="GET")["data"][0]
    assert (delivery["state"], delivery["statuses"]) == ("delivered", [500, 503, 200])


def test_an_endpoint_that_is_not_there_is_tried_again(
    double: Running, client: stripe.StripeClient, endpoint: Endpoint
) -> None:
    gone = {"url": "http://127.0.0.1:1/webhook", "secret": SECRET}
    double.hook("/webhooks", {"paused": True, "endpoints": [gone]})
    client.v1.payment_intents.create(a_payment())
    event = double.hook("/events", method="GET")["data"][0]
    tried = double.hook(f"/events/{event['id']}/deliver")["data"][0]
    assert (tried["state"], tried["statuses"]) == ("given_up", [0])


def test_paused_events_can_be_sent_in_any_order(
    double: Running, client: stripe.StripeClient, endpoint: Endpoint
) -> None:
    assert double.hook("/webhooks", {"paused": True})["paused"]
    intent = client.v1.payment_intents.create(a_payment())
    client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    assert double.http.get("/_double/quiet?timeout=0").status_code == 504
    events = double.hook(f"/events?object={intent.id}", method="GET")["data"]
    assert len(events) == 3
    for event in events:
        double.hook(f"/events/{event['id']}/deliver")
    assert [endpoint.next().event["id"] for _ in events] == [event["id"] for event in events]
    assert double.hook("/webhooks", {"paused": False})["paused"] is False
    assert {endpoint.next().event["id"] for _ in events} == {event["id"] for event in events}


def test_events_are_listed_by_type_and_object(double: Running, client: stripe.StripeClient) -> None:
    first, second = (
        client.v1.payment_intents.create(a_payment()),
        client.v1.payment_intents.create(a_payment()),
    )
    client.v1.payment_intents.confirm(second.id, {"payment_method": "pm_card_visa"})
    everything = double.hook("/events", method="GET")["data"]
    assert len(everything) == 4
    created = double.hook("/events?type=payment_intent.created", method="GET")["data"]
    assert [event["data"]["object"]["id"] for event in created] == [second.id, first.id]
    about = double.hook(f"/events?object={second.id}", method="GET")["data"]
    assert {event["type"] for event in about} == {
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.amount_capturable_updated",
    }


def test_each_event_can_arrive_twice(
    double: Running, client: stripe.StripeClient, endpoint: Endpoint
) -> None:
    double.hook("/webhooks", {"copies": 2})
    client.v1.payment_intents.create(a_payment())
    first, second = endpoint.next(), endpoint.next()
    assert first.body == second.body
    quiet(double)
    deliveries = double.hook(f"/deliveries?event={first.event['id']}", method="GET")["data"]
    assert len(deliveries) == 2
    assert double.hook("/deliveries?event=evt_other", method="GET")["data"] == []


def test_pending_events_can_be_lost(
    double: Running, client: stripe.StripeClient, endpoint: Endpoint
) -> None:
    double.hook("/webhooks", {"paused": True})
    client.v1.payment_intents.create(a_payment())
    assert double.hook("/webhooks/discard") == {"discarded": 1}
    double.hook("/webhooks", {"paused": False})
    client.v1.refunds.list()
    assert quiet(double)["pending"] == 0
    assert endpoint.received.empty()


def test_an_unknown_event_cannot_be_sent(double: Running) -> None:
    assert double.http.post("/_double/events/evt_nope/deliver").status_code == 404


def test_an_endpoint_has_a_url_and_a_secret(double: Running) -> None:
    for wrong in ({"url": "http://x"}, "http://x"):
        answer = double.http.post("/_double/webhooks", json={"endpoints": [wrong]})
        assert answer.status_code == 400


def test_a_slow_bank_and_a_lapsed_authorization(
    double: Running, client: stripe.StripeClient
) -> None:
    assert double.hook("/processing", {"times": 2})["slow_confirmations"] == 2
    settled = {}
    for outcome in ("succeed", "fail"):
        intent = client.v1.payment_intents.create(a_payment())
        slow = client.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
        assert slow.status == "processing"
        path = f"/payment_intents/{intent.id}/settle"
        settled[outcome] = double.hook(path, {"outcome": outcome})
    assert settled["fail"]["status"] == "requires_payment_method"
    held = settled["succeed"]
    assert held["status"] == "requires_capture"
    assert double.hook(f"/payment_intents/{held['id']}/expire")["status"] == "canceled"
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.payment_intents.capture(held["id"])
    assert caught.value.code == "payment_intent_unexpected_state"


def test_a_reset_forgets_all_but_the_endpoints(
    double: Running, client: stripe.StripeClient, endpoint: Endpoint
) -> None:
    double.hook("/webhooks", {"paused": True, "copies": 2})
    double.arm("*", "error")
    double.arm("refunds.create", "error")
    double.hook("/processing", {})
    with pytest.raises(stripe.APIError):
        client.v1.payment_intents.create(a_payment(), {"idempotency_key": "order-1"})
    client.v1.payment_intents.create(a_payment())
    state = double.hook("/reset")
    assert state == {
        "endpoints": [endpoint.url],
        "paused": False,
        "copies": 1,
        "pending": 0,
        "armed": [],
        "slow_confirmations": 0,
    }
    assert client.v1.payment_intents.list().data == []
    assert client.v1.payment_intents.create(a_payment(), {"idempotency_key": "order-1"}).id
    assert endpoint.next().event["type"] == "payment_intent.created"

"""Faults in the middle of a purchase: nothing is lost, nothing happens twice."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.journeys.people import Person, eventually
from tests.journeys.processes import kill
from tests.journeys.stripe_account import StripeAccount
from tests.storm.service import UNDER_WAY, Service

pytestmark = pytest.mark.journey

FUNCTIONS = [
    "tickets/api",
    "tickets/publisher",
    "tickets/subscriber",
    "orders/api",
    "orders/publisher",
    "orders/subscriber",
    "payments/api",
    "payments/publisher",
    "payments/subscriber",
    "payments/webhook",
    "auth/authorizer",
]

type AwsClient = Callable[[Any], Any]


@pytest.fixture(scope="module", autouse=True)
def no_dead_letters(endpoints: dict[str, Any]) -> Iterator[None]:
    """Whatever a journey does, no event ends in a dead-letter queue; delayed ones are erasures."""
    yield
    service = Service(endpoints)
    eventually(lambda: service.messages(UNDER_WAY), lambda found: found == {}, within=60)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_killed_process_loses_nothing(
    seller: Person,
    buyer: Person,
    stripe_account: StripeAccount,
    endpoints: dict[str, Any],
    function: str,
) -> None:
    ticket = seller.lists()
    killed = kill(endpoints, function)
    reserves(buyer, ticket)
    killed += kill(endpoints, function)
    order = eventually(lambda: buys(buyer, ticket), bool, within=60)
    eventually(lambda: killed + kill(endpoints, function), bool)
    buyer.sees_order(order, "complete", within=60)
    seller.sees_ticket(ticket, "sold", within=60)
    assert buyer.payment(order)["status"] == "captured"
    assert stripe_account.captures_of(stripe_account.only_intent_of(order)) == 1


def reserves(buyer: Person, ticket: dict[str, Any]) -> dict[str, Any]:
    """The order that holds the ticket, whether it was there before or not."""
    answer = eventually(
        lambda: buyer.tries_to_reserve(ticket), lambda answer: answer.status_code in {200, 201}
    )
    return dict(answer.json())


def buys(buyer: Person, ticket: dict[str, Any]) -> dict[str, Any]:
    """The order that is paid; empty if it expired before the functions were back."""
    order = reserves(buyer, ticket)
    paid = eventually(lambda: buyer.pays(order), lambda answer: answer.status_code in {201, 409})
    return {} if paid.json().get("type") == "order-expired" else order


def test_events_that_come_again_change_nothing(
    seller: Person,
    buyer: Person,
    stripe_account: StripeAccount,
    aws_client: AwsClient,
    endpoints: dict[str, Any],
) -> None:
    ticket = seller.lists()
    order = buyer.reserves(ticket)
    buyer.pays(order)
    done = buyer.sees_order(order, "complete")
    sold = seller.sees_ticket(ticket, "sold")
    again = [
        ("ticketing.orders", "order:created", {**event_order(done), "version": 0}),
        ("ticketing.orders", "order:cancelled", {**event_order(done), "version": 1}),
        ("ticketing.expiration", "expiration:complete", expiration(done)),
    ]
    for source, detail_type, data in again:
        put_event(aws_client, endpoints, source, detail_type, data)
    marker = buyer.reserves(seller.lists())
    buyer.pays(marker)
    buyer.sees_order(marker, "complete")
    assert buyer.order(done) == done
    assert seller.ticket(sold) == sold
    assert buyer.payment(done)["status"] == "captured"
    intent = stripe_account.only_intent_of(done)
    assert intent.id not in [refund.payment_intent for refund in stripe_account.refunds()]


def event_order(order: dict[str, Any]) -> dict[str, Any]:
    """An order's event data, made from its view."""
    ticket = order["ticket"]
    snapshot = {key: ticket[key] for key in ("id", "title", "currency", "version")}
    return {
        **{key: order[key] for key in ("id", "userId", "expiresAt", "createdAt")},
        "status": "cancelled",
        "hold": 1,
        "ticket": snapshot | {"amount": round(ticket["price"] * 100)},
    }


def expiration(order: dict[str, Any]) -> dict[str, Any]:
    return {"orderId": order["id"], "expiresAt": "2026-01-01T00:00:00.000Z"}


def put_event(
    aws_client: AwsClient, endpoints: dict[str, Any], source: str, detail_type: str, data: Any
) -> None:
    metadata = {
        "id": f"again-{detail_type}",
        "time": "2026-01-01T00:00:00.000Z",
        "schemaVersion": 1,
        "correlationId": "journey",
        "causationId": "journey",
    }
    entry = {
        "EventBusName": endpoints["bus"],
        "Source": source,
        "DetailType": detail_type,
        "Detail": json.dumps({"metadata": metadata, "data": data}),
    }
    answer = aws_client("events").put_events(Entries=[entry])
    assert answer["FailedEntryCount"] == 0


@pytest.mark.parametrize(
    "kind", ["error_before", "error", "error_after", "drop_before", "drop_after"]
)
@pytest.mark.parametrize("operation", ["create", "confirm", "capture"])
def test_stripe_fails_once_and_the_purchase_succeeds_once(
    seller: Person, buyer: Person, stripe_account: StripeAccount, operation: str, kind: str
) -> None:
    order = buyer.reserves(seller.lists())
    fault = {"operation": f"payment_intents.{operation}", "kind": kind, "times": 1}
    stripe_account.hook("POST", "faults", fault)
    try:
        eventually(lambda: buyer.pays(order), lambda answer: answer.status_code in {201, 409})
        buyer.sees_order(order, "complete", within=60)
        assert stripe_account.hook("GET")["armed"] == []
    finally:
        stripe_account.hook("DELETE", "faults")
    assert stripe_account.captures_of(stripe_account.only_intent_of(order)) == 1


def test_a_webhook_that_comes_twice_and_late_changes_nothing(
    seller: Person,
    buyer: Person,
    stripe_account: StripeAccount,
    aws_client: AwsClient,
    endpoints: dict[str, Any],
) -> None:
    order = buyer.reserves(seller.lists())
    buyer.pays(order)
    buyer.sees_order(order, "complete")
    table = aws_client("dynamodb"), endpoints["tables"]["payments"]
    eventually(lambda: payment_item(table, order), lambda item: "open_shard" not in item)
    stripe_account.hook("GET", "quiet")
    before = buyer.payment(order), buyer.order(order)
    intent = stripe_account.only_intent_of(order)
    events = stripe_account.hook("GET", f"events?object={intent.id}")["data"]
    for event in events:
        sent = stripe_account.hook("POST", f"events/{event['id']}/deliver")["data"]
        assert all(delivery["statuses"][-1] == 200 for delivery in sent), sent
    assert (buyer.payment(order), buyer.order(order)) == before


def payment_item(table: tuple[Any, str], order: dict[str, Any]) -> dict[str, Any]:
    """The payment as it is stored; `open_shard` is there until nothing more can happen to it."""
    client, name = table
    key = {"pk": {"S": f"ORDER#{order['id']}"}}
    return dict(client.get_item(TableName=name, Key=key, ConsistentRead=True)["Item"])


def test_a_capture_that_fails_for_good_frees_the_ticket(
    seller: Person, buyer: Person, stripe_account: StripeAccount
) -> None:
    ticket = seller.lists()
    order = buyer.reserves(ticket)
    seller.sees_ticket(ticket, "reserved")
    hold = {"operation": "payment_intents.capture", "kind": "error_before", "times": 1000}
    stripe_account.hook("POST", "faults", hold)
    try:
        buyer.pays(order)
        buyer.sees_order(order, "awaiting:payment")
        intent = stripe_account.only_intent_of(order)
        stripe_account.hook("POST", f"payment_intents/{intent.id}/expire")
    finally:
        stripe_account.hook("DELETE", "faults")
    ended = buyer.sees_order(order, "cancelled", within=60)
    assert ended["cancelReason"] == "payment-failed"
    seller.sees_ticket(ticket, "available")
    assert buyer.payment(order)["status"] == "failed"
    assert stripe_account.captures_of(intent) == 0

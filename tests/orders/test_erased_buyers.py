"""What orders does when a buyer is gone: what is unpaid is free, what is paid stays theirs."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from orders import subscriber
from orders.models import Order
from orders.store import OrderStore
from tests.bus import carried_event, deliver, user_erased
from tests.orders.builders import (
    BUYER,
    OTHER,
    RESERVATION,
    a_cause,
    a_listed_ticket,
    a_reservation,
    an_order,
)
from ticketing import subscriber as shared
from ticketing.dynamo import Table
from ticketing.events import OrderCancelled

ERASED = user_erased(BUYER)


def receive(*events: Any) -> list[int]:
    return deliver(subscriber.lambda_handler, *events)


def reservations(store: OrderStore, count: int, *, buyer: str = BUYER) -> list[Order]:
    """So many orders of one buyer, made one after the other until now, each for its own ticket."""
    orders = []
    for number in range(count):
        at = datetime.now(UTC) - timedelta(seconds=count - number)
        ticket = a_listed_ticket(store, id=f"{buyer}-{number}")
        order = an_order(ticket, order_id=f"{buyer}-000{number}", buyer_id=buyer, now=at)
        store.reserve(order, ticket, a_cause(at))
        orders.append(order)
    return orders


def statuses(store: OrderStore, buyer: str = BUYER) -> list[str]:
    return [str(order.status) for order in store.orders_of(buyer, 100, None)]


def test_what_is_reserved_is_cancelled_with_its_event_and_the_tickets_are_free(
    store: OrderStore, table: Table
) -> None:
    orders = reservations(store, 2)
    reservations(store, 1, buyer=OTHER)
    assert receive(ERASED) == []
    for order in orders:
        item = table.get(f"ORDER#{order.id}") or {}
        event = carried_event(item)
        assert isinstance(event, OrderCancelled)
        assert (event.data.status, event.data.cancel_reason) == ("cancelled", "cancelled-by-buyer")
        assert event.metadata.causation_id == "event-1"
        ticket, _ = store.ticket_and_order(order.ticket.id, None)
        assert ticket
        assert ticket.order_id is None
    assert statuses(store, OTHER) == ["created"]


@pytest.mark.parametrize("complete", ["complete", "awaiting:payment"])
def test_what_is_paid_goes_on(store: OrderStore, complete: str) -> None:
    order = a_reservation(store, datetime.now(UTC))
    store.confirm(order.id, a_cause(datetime.now(UTC)))
    if complete == "complete":
        store.complete(order.id, a_cause())
    assert receive(ERASED) == []
    assert statuses(store) == [complete]


@pytest.mark.parametrize("status", ["awaiting:payment", "cancelled"])
def test_an_order_that_is_no_longer_what_the_index_shows_goes_its_own_way(
    store: OrderStore, monkeypatch: pytest.MonkeyPatch, status: str
) -> None:
    order = a_reservation(store, datetime.now(UTC))
    seen = store.orders_of(BUYER, 100, None)
    if status == "cancelled":
        store.cancel(order, a_cause())
    else:
        store.confirm(order.id, a_cause(datetime.now(UTC)))
    pages = iter([seen, []])
    monkeypatch.setattr(store, "orders_of", lambda *_: next(pages))
    assert receive(ERASED) == []
    assert store.order(order.id).status == status


def test_a_repeated_event_changes_nothing(store: OrderStore, table: Table) -> None:
    order = a_reservation(store, datetime.now(UTC))
    receive(ERASED)
    before = table.get(f"ORDER#{order.id}")
    assert receive(ERASED, ERASED) == []
    assert table.get(f"ORDER#{order.id}") == before


def test_an_order_whose_time_is_over_is_left_to_its_timer(store: OrderStore) -> None:
    a_reservation(store, datetime.now(UTC) - RESERVATION - timedelta(seconds=1))
    assert receive(ERASED) == []
    assert statuses(store) == ["created"]


def test_many_orders_are_cancelled_over_several_deliveries(
    store: OrderStore, deferred: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared, "PORTION", 2)
    monkeypatch.setattr(subscriber, "PAGE", 2)
    reservations(store, 5)
    left = []
    for _ in range(3):
        assert receive(ERASED) == []
        left.append(statuses(store).count("created"))
    assert left == [3, 1, 0]
    assert [message["DelaySeconds"] for message in deferred] == [5, 5]

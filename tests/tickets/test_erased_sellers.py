"""What tickets does when a seller is gone: nothing of theirs stays for sale, whatever happens."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.bus import deliver, user_erased
from tests.tickets.builders import (
    NOON,
    OTHER,
    SELLER,
    a_cause,
    a_claim,
    a_listed_ticket,
    order_cancelled,
    order_created,
)
from ticketing import aws
from ticketing import subscriber as shared
from ticketing.dynamo import Table
from tickets import subscriber
from tickets.models import Status
from tickets.store import TicketStore

ERASED = user_erased(SELLER)
LATER = NOON + timedelta(minutes=20)
"""When every token of the seller's is over."""


def receive(*events: Any) -> list[int]:
    return deliver(subscriber.lambda_handler, *events)


def statuses(store: TicketStore) -> list[str]:
    """Of the seller's tickets, newest first."""
    return [str(ticket.status) for ticket in store.of_seller(SELLER, 100, None)]


def delays(deferred: list[dict[str, Any]]) -> list[int]:
    return [message["DelaySeconds"] for message in deferred]


def test_everything_for_sale_is_withdrawn_and_nothing_else(
    store: TicketStore, clock: list[datetime], deferred: list[Any]
) -> None:
    for number in range(3):
        a_listed_ticket(store, f"ticket-{number}")
    a_listed_ticket(store, "ticket-9", seller=OTHER)
    store.follow(a_claim(Status.SOLD, version=2), a_cause())
    assert receive(ERASED) == []
    assert statuses(store) == ["withdrawn", "sold", "withdrawn"]
    assert [ticket.id for ticket in store.on_sale(10, None)] == ["ticket-9"]


def test_a_held_ticket_stays_with_its_buyer_and_is_not_for_sale_again(
    store: TicketStore, clock: list[datetime], deferred: list[Any]
) -> None:
    a_listed_ticket(store)
    assert receive(order_created(), ERASED) == []
    assert statuses(store) == ["reserved"]
    receive(order_cancelled())
    assert statuses(store) == ["withdrawn"]


def test_the_event_comes_again_once_no_token_can_list_a_ticket(
    store: TicketStore, clock: list[datetime], deferred: list[dict[str, Any]]
) -> None:
    assert receive(ERASED) == []
    assert delays(deferred) == [15 * 60]
    clock[0] = NOON + timedelta(minutes=15)
    a_listed_ticket(store)
    assert receive(ERASED) == []
    assert statuses(store) == ["withdrawn"]
    assert delays(deferred) == [15 * 60, 2 * 60]
    clock[0] = NOON + timedelta(minutes=17)
    assert receive(ERASED) == []
    assert len(deferred) == 2


def test_a_ticket_that_the_index_did_not_show_is_withdrawn_by_the_next_delivery(
    store: TicketStore,
    clock: list[datetime],
    deferred: list[Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    a_listed_ticket(store)
    with monkeypatch.context() as lagging:
        lagging.setattr(store._table, "every", lambda *_: iter(()))
        assert receive(ERASED) == []
    assert statuses(store) == ["available"]
    clock[0] = LATER
    assert receive(ERASED) == []
    assert statuses(store) == ["withdrawn"]


def test_an_index_that_still_shows_a_ticket_as_open_is_not_believed(
    store: TicketStore,
    table: Table,
    clock: list[datetime],
    deferred: list[Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    a_listed_ticket(store)
    old = [*table.every("by_seller", ("user_id", SELLER))]
    receive(ERASED)
    before = table.get("TICKET#ticket-1")
    monkeypatch.setattr(store._table, "every", lambda *_: iter(old))
    assert receive(ERASED) == []
    assert table.get("TICKET#ticket-1") == before


def test_a_repeated_event_changes_nothing(
    store: TicketStore, table: Table, clock: list[datetime], deferred: list[Any]
) -> None:
    a_listed_ticket(store)
    clock[0] = LATER
    receive(ERASED)
    before = table.get("TICKET#ticket-1")
    assert receive(ERASED, ERASED) == []
    assert table.get("TICKET#ticket-1") == before
    assert deferred == []


def test_many_tickets_are_withdrawn_over_several_deliveries(
    store: TicketStore,
    clock: list[datetime],
    deferred: list[dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shared, "PORTION", 2)
    clock[0] = LATER
    for number in range(5):
        a_listed_ticket(store, f"ticket-{number}")
    left = []
    for _ in range(3):
        assert receive(ERASED) == []
        left.append(statuses(store).count("available"))
    assert left == [3, 1, 0]
    assert delays(deferred) == [5, 5]


def test_what_was_withdrawn_before_a_failure_stays_so_and_the_rest_follows(
    store: TicketStore, clock: list[datetime], deferred: list[Any]
) -> None:
    for number in range(3):
        a_listed_ticket(store, f"ticket-{number}")
    client: Any = aws.client("dynamodb")
    client.meta.events.register("before-call.dynamodb.UpdateItem", fail_on("ticket-1"), "fail")
    try:
        assert receive(ERASED) == [0]
    finally:
        client.meta.events.unregister("before-call.dynamodb.UpdateItem", unique_id="fail")
    assert statuses(store) == ["withdrawn", "available", "available"]
    assert receive(ERASED) == []
    assert statuses(store) == ["withdrawn"] * 3


def fail_on(ticket_id: str) -> Any:
    def fail(params: dict[str, Any], **_: object) -> None:
        if f"TICKET#{ticket_id}" in str(params["body"]):
            raise ConnectionError

    return fail

"""What tickets does with the events of orders: once, in any order."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.bus import carried_event, deliver
from tests.tickets.builders import (
    SELLER,
    a_cause,
    a_listed_ticket,
    order_cancelled,
    order_completed,
    order_created,
)
from ticketing import aws
from ticketing.dynamo import Item, Table
from ticketing.events import TicketUpdated
from tickets import subscriber
from tickets.store import TicketStore, ticket_key


def receive(*events: Any) -> list[int]:
    return deliver(subscriber.lambda_handler, *events)


def stored(table: Table) -> Item:
    item = table.get(ticket_key("ticket-1"))
    assert item
    return item


@pytest.mark.parametrize(
    ("events", "status", "order_id"),
    [
        ([order_created()], "reserved", "order-1"),
        ([order_created(), order_cancelled()], "available", None),
        ([order_created(), order_completed()], "sold", "order-1"),
        ([order_completed()], "sold", "order-1"),
        ([order_cancelled(), order_created(2)], "reserved", "order-2"),
    ],
)
def test_a_ticket_follows_its_orders(
    store: TicketStore, events: list[Any], status: str, order_id: str | None
) -> None:
    a_listed_ticket(store)
    assert receive(*events) == []
    ticket = store.ticket("ticket-1")
    assert (ticket.status, ticket.order_id, ticket.version) == (status, order_id, len(events))


def test_the_change_names_the_event_that_caused_it(store: TicketStore, table: Table) -> None:
    a_listed_ticket(store)
    receive(order_created())
    event = carried_event(stored(table))
    assert isinstance(event, TicketUpdated)
    assert (event.metadata.correlation_id, event.metadata.causation_id) == ("request-1", "event-1")


def test_a_repeated_event_changes_nothing(store: TicketStore, table: Table) -> None:
    a_listed_ticket(store)
    receive(order_created())
    before = stored(table)
    assert receive(order_created()) == []
    assert stored(table) == before


def test_an_order_of_a_ticket_that_is_not_there_yet_comes_again(
    store: TicketStore, table: Table
) -> None:
    assert receive(order_created(), order_cancelled()) == [0, 1]
    assert table.get(ticket_key("ticket-1")) is None
    a_listed_ticket(store)
    assert receive(order_created(), order_cancelled()) == []


HISTORY = [
    order_created(1),
    order_cancelled(1, version=1),
    order_created(2),
    order_cancelled(2, version=2),
    order_created(3),
    order_completed(3),
]
"""Three orders of one ticket, as it happened."""


def in_order(history: Sequence[Any], *, withdrawn: bool) -> tuple[str, str | None]:
    """Status and order after a history that arrives as it happened: the rule without machinery."""
    order = history[-1].data
    if order.status == "complete":
        return "sold", order.id
    if order.status == "cancelled":
        return ("withdrawn" if withdrawn else "available"), None
    return "reserved", order.id


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[list[Any], list[Any]]:
    """A history, and its events in any order, some of them more than once."""
    history = HISTORY[: draw(st.integers(1, len(HISTORY)))]
    repeated = draw(st.lists(st.sampled_from(history), max_size=4))
    return history, draw(st.permutations([*history, *repeated]))


withdrawals = st.sampled_from(["withdrawn before", "never withdrawn"])


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(delivery=deliveries(), withdrawal=withdrawals)
def test_events_in_any_order_end_where_they_do_as_it_happened(
    store: TicketStore, table: Table, delivery: tuple[list[Any], list[Any]], withdrawal: str
) -> None:
    history, arriving = delivery
    aws.client("dynamodb").delete_item(
        TableName="tickets-table", Key={"pk": {"S": ticket_key("ticket-1")}}
    )
    a_listed_ticket(store)
    withdrawn = withdrawal == "withdrawn before"
    if withdrawn:
        store.withdraw("ticket-1", SELLER, None, a_cause())
    versions = [stored(table)["version"]]
    for event in arriving:
        assert receive(event) == []
        versions.append(stored(table)["version"])
    item = stored(table)
    assert (item["status"], item["order_id"]) == in_order(history, withdrawn=withdrawn)
    assert ("on_sale" in item) == (item["status"] == "available")
    assert versions == sorted(versions)
    assert versions[-1] - versions[0] <= len(history)

"""The orders table: every condition is tripped, and every state change carries its event."""

from datetime import timedelta
from typing import Any

import pytest

from orders.models import Order, OrderExists, OrderStatus
from orders.refusals import (
    AlreadyDone,
    HeldByCaller,
    HoldLost,
    NotYet,
    OrderNotFound,
    OrderPaid,
    TicketChanged,
    TicketReserved,
    TicketWithdrawn,
)
from orders.store import OrderStore, order_key, position, ticket_key
from tests.bus import carried_event
from tests.orders.builders import (
    BUYER,
    NOON,
    OTHER,
    RESERVATION,
    a_cause,
    a_listed_ticket,
    a_reservation,
    an_order,
    ticket_facts,
)
from ticketing.dynamo import Table
from ticketing.events import OrderCancelled, OrderCompleted, OrderConfirmed, OrderCreated

EXPIRED = NOON + RESERVATION + timedelta(seconds=2)


def stored(table: Table, order: Order) -> dict[str, Any]:
    item = table.get(order_key(order.id))
    assert item
    return item


def held_by(table: Table) -> str | None:
    item = table.get(ticket_key("ticket-1"))
    assert item
    return item.get("order_id")


def test_reserve_holds_the_ticket_and_carries_order_created(
    store: OrderStore, table: Table
) -> None:
    order = a_reservation(store)
    event = carried_event(stored(table, order))
    assert isinstance(event, OrderCreated)
    assert event.data.ticket.amount == 5050
    assert event.data.expires_at == NOON + RESERVATION
    assert event.metadata.correlation_id == "request-1"
    assert (held_by(table), event.data.hold) == (order.id, 1)


def test_reserve_refuses_a_held_ticket(store: OrderStore, table: Table) -> None:
    ticket = a_listed_ticket(store)
    first = a_reservation(store)
    with pytest.raises(TicketReserved):
        store.reserve(an_order(ticket, order_id="0002", buyer_id=OTHER), ticket, a_cause())
    assert held_by(table) == first.id
    assert table.get(order_key("0002")) is None


def test_reserve_tells_the_holder_which_order_holds_the_ticket(store: OrderStore) -> None:
    ticket = a_listed_ticket(store)
    first = a_reservation(store)
    with pytest.raises(HeldByCaller) as held:
        store.reserve(an_order(ticket, order_id="0002"), ticket, a_cause())
    assert held.value.order_id == first.id


def test_reserve_refuses_a_ticket_that_was_held_when_it_was_read(
    store: OrderStore, table: Table
) -> None:
    first = a_reservation(store)
    ticket, _ = store.ticket_and_order("ticket-1", None)
    assert ticket
    with pytest.raises(TicketReserved):
        store.reserve(an_order(ticket, order_id="0002", buyer_id=OTHER), ticket, a_cause())
    assert held_by(table) == first.id


def test_reserve_refuses_a_ticket_that_was_withdrawn_when_it_was_read(
    store: OrderStore, table: Table
) -> None:
    ticket = a_listed_ticket(store, withdrawn=True)
    with pytest.raises(TicketWithdrawn):
        store.reserve(an_order(ticket), ticket, a_cause())
    assert held_by(table) is None


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"version": 4, "amount": 6000}, TicketChanged),
        ({"version": 4, "withdrawn": True}, TicketWithdrawn),
    ],
)
def test_reserve_refuses_a_ticket_that_changed_since_it_was_read(
    store: OrderStore, table: Table, change: dict[str, Any], refusal: type[Exception]
) -> None:
    ticket = a_listed_ticket(store)
    store.copy_ticket(ticket_facts(**change))
    with pytest.raises(refusal):
        store.reserve(an_order(ticket), ticket, a_cause())
    assert held_by(table) is None


def test_reserve_refuses_a_ticket_that_was_held_and_freed_since_it_was_read(
    store: OrderStore,
) -> None:
    ticket = a_listed_ticket(store)
    store.cancel(a_reservation(store), a_cause())
    with pytest.raises(TicketChanged):
        store.reserve(an_order(ticket, order_id="0002"), ticket, a_cause())


def test_reserve_returns_the_order_of_a_repeated_id(store: OrderStore) -> None:
    ticket = a_listed_ticket(store)
    first = a_reservation(store)
    with pytest.raises(OrderExists) as repeated:
        store.reserve(an_order(ticket), ticket, a_cause())
    assert repeated.value.order == first


def test_two_reservations_of_one_ticket_are_counted(store: OrderStore, table: Table) -> None:
    store.cancel(a_reservation(store), a_cause())
    second = a_reservation(store, order_id="0002")
    assert second.hold == 2
    assert held_by(table) == "0002"


def test_confirm_commits_the_order_and_stops_its_clock(store: OrderStore, table: Table) -> None:
    order = a_reservation(store)
    store.confirm(order.id, a_cause())
    item = stored(table, order)
    assert isinstance(carried_event(item), OrderConfirmed)
    assert (item["status"], item["version"]) == ("awaiting:payment", 1)
    assert "expiry_shard" not in item
    assert held_by(table) == order.id


def test_confirm_is_possible_until_the_grace_is_over(store: OrderStore) -> None:
    order = a_reservation(store)
    confirmed = store.confirm(order.id, a_cause(EXPIRED - timedelta(milliseconds=1)))
    assert confirmed.status is OrderStatus.AWAITING_PAYMENT


def test_confirm_refuses_an_order_whose_time_is_over(store: OrderStore, table: Table) -> None:
    order = a_reservation(store)
    with pytest.raises(NotYet):
        store.confirm(order.id, a_cause(EXPIRED))
    assert stored(table, order)["status"] == "created"


def test_confirm_changes_nothing_the_second_time(store: OrderStore, table: Table) -> None:
    order = a_reservation(store)
    store.confirm(order.id, a_cause())
    with pytest.raises(AlreadyDone):
        store.confirm(order.id, a_cause())
    assert stored(table, order)["version"] == 1


def test_confirm_refuses_a_cancelled_order(store: OrderStore, table: Table) -> None:
    order = a_reservation(store)
    store.cancel(order, a_cause())
    with pytest.raises(AlreadyDone):
        store.confirm(order.id, a_cause())
    assert stored(table, order)["status"] == "cancelled"


def test_no_order_can_be_confirmed_that_does_not_exist(store: OrderStore) -> None:
    with pytest.raises(OrderNotFound):
        store.confirm("nothing", a_cause())


def test_complete_ends_a_committed_order(store: OrderStore, table: Table) -> None:
    order = a_reservation(store)
    store.confirm(order.id, a_cause())
    store.complete(order.id, a_cause())
    item = stored(table, order)
    assert isinstance(carried_event(item), OrderCompleted)
    assert (item["status"], item["version"]) == ("complete", 2)
    with pytest.raises(AlreadyDone):
        store.complete(order.id, a_cause())


def test_complete_refuses_an_order_that_is_not_committed(store: OrderStore) -> None:
    order = a_reservation(store)
    with pytest.raises(NotYet):
        store.complete(order.id, a_cause())


def test_cancel_frees_the_ticket_and_carries_order_cancelled(
    store: OrderStore, table: Table
) -> None:
    order = a_reservation(store)
    store.cancel(order, a_cause())
    event = carried_event(stored(table, order))
    assert isinstance(event, OrderCancelled)
    assert event.data.cancel_reason == "cancelled-by-buyer"
    assert (event.data.version, event.data.hold) == (1, 1)
    assert held_by(table) is None
    assert "expiry_shard" not in stored(table, order)


def test_cancel_refuses_a_committed_order(store: OrderStore, table: Table) -> None:
    order = a_reservation(store)
    store.confirm(order.id, a_cause())
    with pytest.raises(OrderPaid):
        store.cancel(order, a_cause())
    assert held_by(table) == order.id


def test_cancel_does_not_free_the_ticket_of_a_later_order(store: OrderStore, table: Table) -> None:
    first = a_reservation(store)
    store.cancel(first, a_cause())
    second = a_reservation(store, order_id="0002")
    with pytest.raises(AlreadyDone):
        store.cancel(first, a_cause())
    assert held_by(table) == second.id


def test_expire_waits_for_the_end_of_the_grace(store: OrderStore, table: Table) -> None:
    order = a_reservation(store)
    with pytest.raises(NotYet):
        store.expire(order, a_cause(EXPIRED - timedelta(milliseconds=1)))
    assert held_by(table) == order.id
    store.expire(order, a_cause(EXPIRED))
    assert stored(table, order)["cancel_reason"] == "expired"
    assert held_by(table) is None


def test_expire_leaves_a_committed_order_alone(store: OrderStore, table: Table) -> None:
    order = a_reservation(store)
    store.confirm(order.id, a_cause())
    with pytest.raises(OrderPaid):
        store.expire(order, a_cause(EXPIRED))
    assert stored(table, order)["status"] == "awaiting:payment"


@pytest.mark.parametrize("committed", [False, True])
def test_fail_cancels_an_unpaid_order(store: OrderStore, table: Table, committed: bool) -> None:  # noqa: FBT001
    order = a_reservation(store)
    if committed:
        store.confirm(order.id, a_cause())
    store.fail(order, a_cause())
    assert stored(table, order)["cancel_reason"] == "payment-failed"
    assert held_by(table) is None


def test_fail_refuses_a_complete_order(store: OrderStore) -> None:
    order = a_reservation(store)
    store.confirm(order.id, a_cause())
    store.complete(order.id, a_cause())
    with pytest.raises(OrderPaid):
        store.fail(order, a_cause())


def test_a_release_is_all_or_nothing(store: OrderStore, table: Table) -> None:
    order = a_reservation(store)
    elsewhere = an_order(order_id=order.id, ticket=a_listed_ticket(store, id="ticket-2"))
    with pytest.raises(HoldLost):
        store.cancel(elsewhere, a_cause())
    assert stored(table, order)["status"] == "created"


def test_the_copy_of_a_ticket_takes_only_newer_facts(store: OrderStore, table: Table) -> None:
    a_listed_ticket(store)
    for version in (3, 2):
        with pytest.raises(AlreadyDone):
            store.copy_ticket(ticket_facts(version=version, title="Older"))
    store.copy_ticket(ticket_facts(version=4, title="Newer"))
    item = table.get(ticket_key("ticket-1"))
    assert item
    assert (item["title"], item["version"], item["hold"]) == ("Newer", 4, 0)


def test_the_copy_of_a_ticket_keeps_its_hold(store: OrderStore, table: Table) -> None:
    order = a_reservation(store)
    store.copy_ticket(ticket_facts(version=9, withdrawn=True))
    item = table.get(ticket_key("ticket-1"))
    assert item
    assert (item["order_id"], item["holder_id"], item["hold"]) == (order.id, BUYER, 1)


def test_orders_of_a_buyer_come_newest_first_in_pages(store: OrderStore) -> None:
    for place in range(5):
        a_listed_ticket(store, id=f"ticket-{place}")
        ticket, _ = store.ticket_and_order(f"ticket-{place}", None)
        assert ticket
        order = an_order(ticket, order_id=f"000{place}", now=NOON + timedelta(seconds=place))
        store.reserve(order, ticket, a_cause())
    first = store.orders_of(BUYER, 3, None)
    rest = store.orders_of(BUYER, 3, position(first[-1]))
    assert [order.id for order in first + rest] == ["0004", "0003", "0002", "0001", "0000"]
    assert store.orders_of(OTHER, 3, None) == []


def test_overdue_finds_only_created_orders_whose_time_is_over(store: OrderStore) -> None:
    orders = {}
    for place, name in enumerate(["due", "later", "committed", "cancelled"]):
        ticket = a_listed_ticket(store, id=name)
        minutes = 5 if name == "later" else 0
        order = an_order(ticket, order_id=f"000{place}", now=NOON + timedelta(minutes=minutes))
        store.reserve(order, ticket, a_cause())
        orders[name] = order
    store.confirm(orders["committed"].id, a_cause())
    store.cancel(orders["cancelled"], a_cause())
    assert [order.id for order in store.overdue(EXPIRED)] == [orders["due"].id]


def test_an_order_and_its_ticket_are_read_together(store: OrderStore) -> None:
    order = a_reservation(store)
    ticket, found = store.ticket_and_order("ticket-1", order.id)
    assert ticket
    assert (ticket.order_id, found) == (order.id, order)
    assert store.ticket_and_order("nothing", "nothing") == (None, None)


def test_a_lost_reply_of_a_confirmation_is_not_a_refusal(
    store: OrderStore, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = a_reservation(store)
    client = table._client
    update_item, calls = client.update_item, []

    def lose_the_first_reply(**request: Any) -> Any:
        calls.append(request)
        if len(calls) == 1:
            update_item(**request)
        return update_item(**request)

    monkeypatch.setattr(client, "update_item", lose_the_first_reply)
    assert store.confirm(order.id, a_cause()).status is OrderStatus.AWAITING_PAYMENT
    assert stored(table, order)["version"] == 1

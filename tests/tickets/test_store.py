"""The tickets table: every condition is tripped, and every state change carries its event."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.bus import carried_event
from tests.tickets.builders import (
    OTHER,
    SELLER,
    a_cause,
    a_claim,
    a_listed_ticket,
    a_ticket,
    an_offer,
)
from ticketing import aws, dynamo
from ticketing.dynamo import Item, Table
from ticketing.errors import Refusal, Unavailable
from ticketing.events import TicketCreated, TicketUpdated
from tickets.models import Claim, Status, Ticket
from tickets.refusals import (
    NotTheSeller,
    StaleVersion,
    Superseded,
    TicketNotFound,
    TicketReserved,
    TicketSold,
    TicketWithdrawn,
)
from tickets.store import TicketStore, position, ticket_key

RESERVED = a_claim(Status.RESERVED)
CANCELLED = a_claim(Status.AVAILABLE, version=1)
SOLD = a_claim(Status.SOLD, version=2)


def stored(table: Table, ticket_id: str = "ticket-1") -> Item:
    item = table.get(ticket_key(ticket_id))
    assert item
    return item


def shown(table: Table) -> tuple[Any, ...]:
    """What buyers see of ticket-1: its version, status, order, and whether it is in the list."""
    item = stored(table)
    return item["version"], item["status"], item["order_id"], "on_sale" in item


def follow(store: TicketStore, *claims: Claim) -> None:
    for claim in claims:
        store.follow(claim, a_cause())


def edit(store: TicketStore, version: int | None = None, seller: str = SELLER) -> None:
    store.edit("ticket-1", an_offer(amount=6000), seller, version, a_cause())


def withdraw(store: TicketStore, version: int | None = None, seller: str = SELLER) -> None:
    store.withdraw("ticket-1", seller, version, a_cause())


def withdraw_even_held(store: TicketStore, seller: str = SELLER) -> None:
    store.withdraw_even_held("ticket-1", seller, a_cause())


def test_create_stores_the_ticket_with_ticket_created(store: TicketStore, table: Table) -> None:
    ticket = a_listed_ticket(store)
    assert store.ticket("ticket-1") == ticket
    assert shown(table) == (0, "available", None, True)
    event = carried_event(stored(table))
    assert isinstance(event, TicketCreated)
    assert (event.data.amount, event.data.user_id) == (5050, SELLER)
    assert event.metadata.correlation_id == "request-1"


def test_create_never_replaces_a_ticket(store: TicketStore) -> None:
    first = a_listed_ticket(store)
    with pytest.raises(Unavailable):
        store.create(a_ticket(title="Another"), a_cause())
    assert store.ticket("ticket-1") == first


def test_an_unknown_ticket_is_not_found(store: TicketStore) -> None:
    with pytest.raises(TicketNotFound):
        store.ticket("ticket-1")


def test_edit_replaces_the_offer_with_ticket_updated(store: TicketStore, table: Table) -> None:
    a_listed_ticket(store)
    offer = an_offer(title="PJ Harvey", amount=700, currency="eur", venue=None, starts_at=None)
    ticket = store.edit("ticket-1", offer, SELLER, 0, a_cause("request-2"))
    assert ticket == store.ticket("ticket-1")
    assert (ticket.title, ticket.amount, ticket.currency) == ("PJ Harvey", 700, "eur")
    assert (ticket.venue, ticket.starts_at) == (None, None)
    assert shown(table) == (1, "available", None, True)
    event = carried_event(stored(table))
    assert isinstance(event, TicketUpdated)
    assert (event.data.version, event.data.venue) == (1, None)
    assert event.metadata.correlation_id == "request-2"


def test_withdraw_takes_the_ticket_off_sale_with_ticket_updated(
    store: TicketStore, table: Table
) -> None:
    a_listed_ticket(store)
    withdraw(store, version=0)
    assert shown(table) == (1, "withdrawn", None, False)
    event = carried_event(stored(table))
    assert isinstance(event, TicketUpdated)
    assert (event.data.status, event.data.withdrawn) == ("withdrawn", True)


@pytest.mark.parametrize("change", [edit, withdraw])
@pytest.mark.parametrize(
    ("claims", "arguments", "refusal"),
    [
        ([], {"seller": OTHER}, NotTheSeller),
        ([RESERVED], {}, TicketReserved),
        ([RESERVED, SOLD], {}, TicketSold),
        ([RESERVED], {"version": 0}, TicketReserved),
        ([RESERVED, CANCELLED], {"version": 1}, StaleVersion),
        ([], {"version": 7}, StaleVersion),
    ],
)
def test_a_refused_change_leaves_the_ticket_as_it_is(  # noqa: PLR0913, PLR0917
    store: TicketStore,
    table: Table,
    change: Any,
    claims: list[Claim],
    arguments: dict[str, Any],
    refusal: type[Refusal],
) -> None:
    a_listed_ticket(store)
    follow(store, *claims)
    before = stored(table)
    with pytest.raises(refusal):
        change(store, **arguments)
    assert stored(table) == before


@pytest.mark.parametrize("change", [edit, withdraw])
def test_a_change_makes_no_ticket_that_is_not_there(
    store: TicketStore, table: Table, change: Any
) -> None:
    with pytest.raises(TicketNotFound):
        change(store)
    assert table.get(ticket_key("ticket-1")) is None


@pytest.mark.parametrize("change", [edit, withdraw])
def test_a_withdrawn_ticket_is_changed_no_more(
    store: TicketStore, table: Table, change: Any
) -> None:
    a_listed_ticket(store)
    withdraw(store)
    before = stored(table)
    with pytest.raises(TicketWithdrawn):
        change(store)
    assert stored(table) == before


@contextmanager
def losing(answer: Callable[..., int | None]) -> Iterator[None]:
    """`answer` says how many seconds until botocore sends an update again; None: it got through."""
    events: Any = aws.client("dynamodb").meta.events
    events.register_first("needs-retry.dynamodb.UpdateItem", answer, "lose")
    try:
        yield
    finally:
        events.unregister("needs-retry.dynamodb.UpdateItem", unique_id="lose")


def first_answer(attempts: int, **_: Any) -> int | None:
    return 0 if attempts == 1 else None


@pytest.mark.parametrize("version", [None, 0])
def test_an_edit_whose_answer_was_lost_is_applied_once(
    store: TicketStore, table: Table, version: int | None
) -> None:
    a_listed_ticket(store)
    with losing(first_answer):
        edit(store, version)
    assert (stored(table)["version"], stored(table)["amount"]) == (1, 6000)


def test_an_edit_whose_answer_was_lost_is_another_one_after_the_ticket_moved_on(
    store: TicketStore, table: Table
) -> None:
    """Its event would else be published with two versions."""
    a_listed_ticket(store)
    lost: list[Item] = []

    def lose_and_move_on(attempts: int, **_: Any) -> int | None:
        if lost or attempts != 1:
            return None
        lost.append(stored(table))
        follow(store, RESERVED, CANCELLED)
        return 0

    with losing(lose_and_move_on):
        edit(store)
    assert (lost[0]["version"], lost[0]["amount"]) == (1, 6000)
    assert (stored(table)["version"], stored(table)["amount"]) == (4, 6000)
    assert stored(table)["outbox"]["id"] != lost[0]["outbox"]["id"]


def test_an_edit_of_a_ticket_that_changes_all_the_time_is_made_another_time(
    store: TicketStore, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_listed_ticket(store)
    read = store.ticket

    def read_too_early(ticket_id: str) -> Ticket:
        ticket, hold = read(ticket_id), stored(table)["hold"] + 1
        follow(store, a_claim(Status.RESERVED, hold), a_claim(Status.AVAILABLE, hold, version=1))
        return ticket

    monkeypatch.setattr(store, "ticket", read_too_early)
    with pytest.raises(Unavailable):
        edit(store)
    assert shown(table) == (6, "available", None, True)
    assert stored(table)["amount"] == 5050


def test_a_reserved_ticket_is_off_sale_with_ticket_updated(
    store: TicketStore, table: Table
) -> None:
    a_listed_ticket(store)
    follow(store, RESERVED)
    assert shown(table) == (1, "reserved", "order-1", False)
    event = carried_event(stored(table))
    assert isinstance(event, TicketUpdated)
    assert (event.data.status, event.data.order_id, event.data.version) == (
        "reserved",
        "order-1",
        1,
    )


def test_a_ticket_that_is_let_go_is_back_on_sale(store: TicketStore, table: Table) -> None:
    a_listed_ticket(store)
    follow(store, RESERVED, CANCELLED)
    assert shown(table) == (2, "available", None, True)
    assert [ticket.id for ticket in store.on_sale(10, None)] == ["ticket-1"]


def test_a_sold_ticket_names_its_order(store: TicketStore, table: Table) -> None:
    a_listed_ticket(store)
    follow(store, RESERVED, SOLD)
    assert shown(table) == (2, "sold", "order-1", False)


def test_a_hold_wins_over_a_withdrawal_until_it_ends(store: TicketStore, table: Table) -> None:
    a_listed_ticket(store)
    withdraw(store)
    follow(store, RESERVED)
    assert shown(table) == (2, "reserved", "order-1", False)
    assert stored(table)["withdrawn"] is True
    follow(store, CANCELLED)
    assert shown(table) == (3, "withdrawn", None, False)
    event = carried_event(stored(table))
    assert isinstance(event, TicketUpdated)
    assert (event.data.status, event.data.version) == ("withdrawn", 3)


def test_a_held_ticket_can_be_withdrawn_for_the_time_after(
    store: TicketStore, table: Table
) -> None:
    a_listed_ticket(store)
    follow(store, RESERVED)
    withdraw_even_held(store)
    assert shown(table) == (2, "reserved", "order-1", False)
    event = carried_event(stored(table))
    assert isinstance(event, TicketUpdated)
    assert (event.data.status, event.data.withdrawn) == ("reserved", True)
    follow(store, CANCELLED)
    assert shown(table) == (3, "withdrawn", None, False)


def test_a_ticket_that_nobody_holds_is_withdrawn_at_once(store: TicketStore, table: Table) -> None:
    a_listed_ticket(store)
    withdraw_even_held(store)
    assert shown(table) == (1, "withdrawn", None, False)


@pytest.mark.parametrize(
    ("claims", "seller", "refusal"),
    [([RESERVED, SOLD], SELLER, TicketSold), ([], OTHER, NotTheSeller)],
)
def test_what_is_sold_or_of_another_seller_is_not_withdrawn_held_or_not(
    store: TicketStore, table: Table, claims: list[Claim], seller: str, refusal: type[Refusal]
) -> None:
    a_listed_ticket(store)
    follow(store, *claims)
    before = stored(table)
    with pytest.raises(refusal):
        withdraw_even_held(store, seller)
    assert stored(table) == before


def test_a_held_ticket_is_withdrawn_once(store: TicketStore, table: Table) -> None:
    a_listed_ticket(store)
    follow(store, RESERVED)
    withdraw_even_held(store)
    before = stored(table)
    with pytest.raises(TicketWithdrawn):
        withdraw_even_held(store)
    assert stored(table) == before


def test_a_held_withdrawal_whose_answer_was_lost_is_applied_once(
    store: TicketStore, table: Table
) -> None:
    a_listed_ticket(store)
    follow(store, RESERVED)
    with losing(first_answer):
        withdraw_even_held(store)
    assert shown(table) == (2, "reserved", "order-1", False)
    assert stored(table)["withdrawn"] is True


def change_hands(monkeypatch: pytest.MonkeyPatch, store: TicketStore, times: int) -> None:
    """So often an attempt to withdraw finds the ticket held, and it is let go right after."""
    withdraw_now, holds = store.withdraw, iter(range(1, times + 1))

    def withdraw(*arguments: Any) -> None:
        hold = next(holds, None)
        if hold is None:
            withdraw_now(*arguments)
            return
        follow(store, a_claim(Status.RESERVED, hold))
        try:
            withdraw_now(*arguments)
        finally:
            follow(store, a_claim(Status.AVAILABLE, hold, version=1))

    monkeypatch.setattr(store, "withdraw", withdraw)


def test_a_ticket_that_is_let_go_between_two_attempts_is_withdrawn_all_the_same(
    store: TicketStore, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_listed_ticket(store)
    change_hands(monkeypatch, store, times=1)
    withdraw_even_held(store)
    assert shown(table) == (3, "withdrawn", None, False)


def test_a_ticket_that_changes_hands_all_the_time_is_withdrawn_another_time(
    store: TicketStore, table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_listed_ticket(store)
    change_hands(monkeypatch, store, times=3)
    with pytest.raises(Unavailable):
        withdraw_even_held(store)
    assert shown(table) == (6, "available", None, True)


def test_a_withdrawn_ticket_that_was_held_is_sold_all_the_same(
    store: TicketStore, table: Table
) -> None:
    a_listed_ticket(store)
    withdraw(store)
    follow(store, RESERVED, SOLD)
    assert shown(table) == (3, "sold", "order-1", False)


def test_an_edit_that_beats_the_news_of_a_hold_is_kept(store: TicketStore, table: Table) -> None:
    a_listed_ticket(store)
    edit(store)
    follow(store, RESERVED, CANCELLED)
    assert shown(table) == (3, "available", None, True)
    assert stored(table)["amount"] == 6000


@pytest.mark.parametrize(
    ("first", "late"),
    [
        (RESERVED, RESERVED),
        (CANCELLED, RESERVED),
        (SOLD, RESERVED),
        (a_claim(hold=2), CANCELLED),
        (a_claim(hold=2), a_claim(hold=1, version=3)),
    ],
)
def test_a_claim_that_is_not_later_changes_nothing(
    store: TicketStore, table: Table, first: Claim, late: Claim
) -> None:
    a_listed_ticket(store)
    follow(store, first)
    before = stored(table)
    with pytest.raises(Superseded):
        follow(store, late)
    assert stored(table) == before


def test_the_late_end_of_a_hold_on_a_withdrawn_ticket_changes_nothing(
    store: TicketStore, table: Table
) -> None:
    a_listed_ticket(store)
    withdraw(store)
    follow(store, a_claim(hold=2))
    with pytest.raises(Superseded):
        follow(store, CANCELLED)
    assert shown(table) == (2, "reserved", "order-2", False)


@pytest.mark.parametrize("claim", [RESERVED, CANCELLED, SOLD])
def test_a_claim_makes_no_ticket_that_is_not_there(
    store: TicketStore, table: Table, claim: Claim
) -> None:
    with pytest.raises(TicketNotFound):
        follow(store, claim)
    assert table.get(ticket_key("ticket-1")) is None


def ids(count: int) -> list[str]:
    return [f"ticket-{number:02}" for number in range(count)]


def test_the_list_holds_what_can_be_bought_newest_first(store: TicketStore) -> None:
    for ticket_id in ["ticket-3", "ticket-1", "ticket-2"]:
        a_listed_ticket(store, ticket_id)
    follow(store, RESERVED)
    assert [ticket.id for ticket in store.on_sale(10, None)] == ["ticket-3", "ticket-2"]


def test_a_seller_has_their_own_tickets_in_every_status_newest_first(store: TicketStore) -> None:
    for ticket_id in ["ticket-1", "ticket-2", "ticket-3"]:
        a_listed_ticket(store, ticket_id)
    a_listed_ticket(store, "ticket-4", seller=OTHER)
    follow(store, RESERVED, SOLD)
    store.withdraw("ticket-3", SELLER, None, a_cause())
    found = store.of_seller(SELLER, 2, None)
    found += store.of_seller(SELLER, 2, position(found[-1]))
    assert [(ticket.id, ticket.status) for ticket in found] == [
        ("ticket-3", "withdrawn"),
        ("ticket-2", "available"),
        ("ticket-1", "sold"),
    ]


def test_the_open_tickets_of_a_seller_are_those_for_sale_or_held(
    store: TicketStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dynamo, "PAGE", 2)
    for ticket_id in [*ids(4), "ticket-1"]:
        a_listed_ticket(store, ticket_id)
    a_listed_ticket(store, "ticket-9", seller=OTHER)
    follow(store, RESERVED)
    store.withdraw("ticket-02", SELLER, None, a_cause())
    store.follow(SOLD._replace(ticket_id="ticket-00"), a_cause())
    found = [ticket.id for ticket in store.open_tickets_of(SELLER)]
    assert found == ["ticket-1", "ticket-03", "ticket-01"]


@pytest.mark.parametrize(("written", "read"), [(1, 1), (3, 3), (1, 4)])
def test_pages_follow_each_other_whatever_the_number_of_partitions(
    table: Table, written: int, read: int
) -> None:
    for ticket_id in ids(12):
        a_listed_ticket(TicketStore(table, written), ticket_id)
    pages, after = [], None
    for _ in range(4):
        page = TicketStore(table, read).on_sale(4, after)
        pages += [ticket.id for ticket in page]
        after = position(page[-1]) if page else after
    assert pages == ids(12)[::-1]


def test_a_cursor_works_after_partitions_were_added(table: Table) -> None:
    before, after = TicketStore(table, 1), TicketStore(table, 4)
    for ticket_id in ids(6):
        a_listed_ticket(before, ticket_id)
    first = before.on_sale(3, None)
    for ticket_id in ["ticket-10", "ticket-11"]:
        a_listed_ticket(after, ticket_id)
    rest = after.on_sale(10, position(first[-1]))
    assert [ticket.id for ticket in [*first, *rest]] == ids(6)[::-1]


def test_a_cursor_works_after_its_ticket_left_the_list(store: TicketStore) -> None:
    for ticket_id in ["ticket-0", "ticket-1", "ticket-2"]:
        a_listed_ticket(store, ticket_id)
    after = position(store.on_sale(2, None)[-1])
    follow(store, RESERVED)
    assert [ticket.id for ticket in store.on_sale(2, after)] == ["ticket-0"]


def test_tickets_on_sale_are_spread_over_the_partitions(table: Table) -> None:
    store = TicketStore(table, 4)
    for ticket_id in ids(24):
        a_listed_ticket(store, ticket_id)
    used = {stored(table, ticket_id)["on_sale"] for ticket_id in ids(24)}
    assert used == {"0", "1", "2", "3"}

"""The orders API as a caller sees it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from orders import api
from orders.store import OrderStore
from tests.gateway import Gateway
from tests.orders.builders import (
    BUYER,
    OTHER,
    SELLER,
    a_cause,
    a_listed_ticket,
    ticket_facts,
)
from ticketing.dynamo import Table

gateway = Gateway(api.lambda_handler)


def reserve(user: str = BUYER, key: str | None = None, **body: Any) -> Any:
    headers = {} if key is None else {"Idempotency-Key": key}
    return gateway(
        "POST", "/api/orders", {"ticketId": "ticket-1"} | body, user=user, headers=headers
    )


def test_reserve_answers_with_the_order(store: OrderStore) -> None:
    a_listed_ticket(store)
    answer = reserve()
    assert answer.status == 201
    assert answer.headers["location"] == f"/api/orders/{answer.json['id']}"
    assert set(answer.json) == {
        "id",
        "userId",
        "status",
        "expiresAt",
        "createdAt",
        "version",
        "cancelReason",
        "ticket",
    }
    assert answer.json["ticket"] == {
        "id": "ticket-1",
        "title": "Nick Cave",
        "price": 50.5,
        "currency": "usd",
        "version": 3,
    }
    lasts = datetime.fromisoformat(answer.json["expiresAt"]) - datetime.now(UTC)
    assert timedelta(seconds=890) < lasts <= timedelta(seconds=901)


def test_reserve_needs_a_session(store: OrderStore) -> None:
    assert gateway("POST", "/api/orders", {"ticketId": "ticket-1"}).status == 401


def test_reserve_refuses_an_unknown_ticket(table: Table) -> None:
    answer = reserve()
    assert (answer.status, answer.slug) == (404, "ticket-not-found")


@pytest.mark.parametrize(
    ("facts", "user", "slug"),
    [({}, SELLER, "own-ticket"), ({"withdrawn": True}, BUYER, "ticket-withdrawn")],
)
def test_reserve_refuses_what_cannot_be_bought(
    store: OrderStore, facts: dict[str, Any], user: str, slug: str
) -> None:
    a_listed_ticket(store, **facts)
    answer = reserve(user)
    assert (answer.status, answer.slug) == (409, slug)


def test_reserve_refuses_a_held_ticket_and_then_a_sold_one(store: OrderStore) -> None:
    a_listed_ticket(store)
    reserve()
    answer = reserve(OTHER)
    assert (answer.status, answer.slug) == (409, "ticket-reserved")
    store.copy_ticket(ticket_facts(version=9, sold=True))
    answer = reserve(OTHER)
    assert (answer.status, answer.slug) == (409, "ticket-sold")


def test_a_holder_gets_the_same_order_again(store: OrderStore) -> None:
    a_listed_ticket(store)
    first, second = reserve(), reserve()
    assert (second.status, second.json) == (200, first.json)


@pytest.mark.parametrize("price", [50.5, "50.50"])
def test_reserve_accepts_the_price_that_the_buyer_saw(store: OrderStore, price: Any) -> None:
    a_listed_ticket(store)
    assert reserve(price=price).status == 201


@pytest.mark.parametrize("currency", ["usd", "USD"])
def test_reserve_accepts_the_currency_that_the_buyer_saw(store: OrderStore, currency: str) -> None:
    a_listed_ticket(store)
    assert reserve(price=50.5, currency=currency).status == 201


@pytest.mark.parametrize("seen", [{"price": 50}, {"price": 50.5, "currency": "gbp"}])
def test_reserve_refuses_another_price(store: OrderStore, seen: dict[str, Any]) -> None:
    a_listed_ticket(store)
    answer = reserve(**seen)
    assert (answer.status, answer.slug) == (409, "price-changed")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"ticketId": 1},
        {"ticketId": ""},
        {"ticketId": "a" * 65},
        {"ticketId": "a" * 30_000},
        {"ticketId": "a", "price": True},
        {"ticketId": "a", "currency": "xxx"},
        {"ticketId": "a", "x": 1},
    ],
)
def test_reserve_refuses_bad_input(table: Table, body: dict[str, Any]) -> None:
    assert gateway("POST", "/api/orders", body, user=BUYER).status == 400


def test_one_key_gives_one_order_whatever_became_of_it(store: OrderStore) -> None:
    a_listed_ticket(store)
    first = reserve(key="k", price=50.5)
    again = reserve(key="k", price="50.50")
    assert (first.status, again.status) == (201, 201)
    assert again.json == first.json
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    gateway("DELETE", f"/api/orders/{first.json['id']}", user=BUYER)
    assert reserve(key="k", price=50.5).json["status"] == "cancelled"


def test_a_key_with_another_body_is_refused(store: OrderStore) -> None:
    a_listed_ticket(store)
    reserve(key="k")
    for body in ({"price": 50.5}, {"ticketId": "ticket-2"}):
        answer = reserve(key="k", **body)
        assert (answer.status, answer.slug) == (422, "idempotency-key-reused")


def test_a_key_belongs_to_one_user(store: OrderStore) -> None:
    a_listed_ticket(store)
    reserve(key="k")
    assert reserve(OTHER, key="k").slug == "ticket-reserved"


def test_two_copies_of_a_request_at_once_make_one_order(
    store: OrderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = a_listed_ticket(store)
    first = reserve(key="k")
    monkeypatch.setattr(OrderStore, "ticket_and_order", lambda *_: (ticket, None))
    second = reserve(key="k")
    assert (second.status, second.json) == (201, first.json)
    assert second.headers["idempotent-replayed"] == "true"


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_a_bad_key_is_refused(table: Table, key: str) -> None:
    answer = reserve(key=key)
    assert (answer.status, answer.json["errors"][0]["field"]) == (400, "Idempotency-Key")


def test_reserve_reads_a_changed_ticket_again(
    store: OrderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = a_listed_ticket(store)
    store.copy_ticket(ticket_facts(version=4, amount=6000))
    read, stale = OrderStore.ticket_and_order, [seen]

    def read_stale_once(self: OrderStore, ticket_id: str, order_id: str | None) -> Any:
        return (stale.pop(), None) if stale else read(self, ticket_id, order_id)

    monkeypatch.setattr(OrderStore, "ticket_and_order", read_stale_once)
    assert reserve().json["ticket"]["price"] == 60


def test_reserve_gives_up_on_a_ticket_that_never_rests(
    store: OrderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = a_listed_ticket(store)
    store.copy_ticket(ticket_facts(version=4))
    monkeypatch.setattr(OrderStore, "ticket_and_order", lambda *_: (seen, None))
    answer = reserve()
    assert (answer.status, answer.headers["retry-after"]) == (503, "1")


def test_a_double_click_that_races_itself_gets_the_order(
    store: OrderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = a_listed_ticket(store)
    first = reserve()
    monkeypatch.setattr(OrderStore, "ticket_and_order", lambda *_: (ticket, None))
    second = reserve()
    assert (second.status, second.json["id"]) == (200, first.json["id"])


def test_an_order_that_ended_while_it_was_looked_up_holds_nothing(
    store: OrderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_listed_ticket(store)
    first = reserve()
    read, held = OrderStore.ticket_and_order, [store.ticket_and_order("ticket-1", None)]
    gateway("DELETE", f"/api/orders/{first.json['id']}", user=BUYER)

    def read_held_once(self: OrderStore, ticket_id: str, order_id: str | None) -> Any:
        return held.pop() if held else read(self, ticket_id, order_id)

    monkeypatch.setattr(OrderStore, "ticket_and_order", read_held_once)
    second = reserve()
    assert (second.status, second.json["status"]) == (201, "created")
    assert second.json["id"] != first.json["id"]


def test_orders_are_listed_in_pages_newest_first(store: OrderStore) -> None:
    ids = []
    for place in range(3):
        a_listed_ticket(store, id=f"ticket-{place}")
        ids.append(reserve(ticketId=f"ticket-{place}").json["id"])
    first = gateway("GET", "/api/orders?limit=2", user=BUYER)
    link = first.headers["link"]
    assert link.endswith('rel="next"')
    rest = gateway("GET", link.split(">")[0].lstrip("<"), user=BUYER)
    assert [order["id"] for order in first.json + rest.json] == ids[::-1]
    assert "link" not in rest.headers


def test_an_order_is_shown_to_its_buyer_only(store: OrderStore) -> None:
    a_listed_ticket(store)
    order = reserve().json
    assert gateway("GET", f"/api/orders/{order['id']}", user=BUYER).json == order
    for user in (OTHER, SELLER):
        answer = gateway("GET", f"/api/orders/{order['id']}", user=user)
        assert (answer.status, answer.slug) == (404, "order-not-found")
    assert gateway("GET", "/api/orders/nothing", user=BUYER).status == 404
    assert gateway("GET", f"/api/orders/{order['id']}").status == 401


def test_cancel_frees_the_ticket_and_is_idempotent(store: OrderStore) -> None:
    a_listed_ticket(store)
    path = f"/api/orders/{reserve().json['id']}"
    for _ in range(2):
        answer = gateway("DELETE", path, user=BUYER)
        assert (answer.status, answer.body) == (204, "")
    shown = gateway("GET", path, user=BUYER).json
    assert (shown["status"], shown["cancelReason"]) == ("cancelled", "cancelled-by-buyer")
    assert reserve(OTHER).status == 201


def test_cancel_refuses_strangers_and_paid_orders(store: OrderStore) -> None:
    a_listed_ticket(store)
    order_id = reserve().json["id"]
    assert gateway("DELETE", f"/api/orders/{order_id}", user=OTHER).status == 404
    store.confirm(order_id, a_cause(datetime.now(UTC)))
    answer = gateway("DELETE", f"/api/orders/{order_id}", user=BUYER)
    assert (answer.status, answer.slug) == (409, "order-paid")

"""The tickets API as a caller sees it."""

import re
from typing import Any

import pytest

from tests.bus import carried_event
from tests.gateway import Answer, Gateway
from tests.tickets.builders import OTHER, SELLER, a_cause, a_claim, a_listed_ticket
from ticketing.dynamo import Table
from ticketing.events import TicketCreated
from ticketing.paging import Page
from tickets import api
from tickets.models import Status
from tickets.store import TicketStore, position, ticket_key

gateway = Gateway(api.lambda_handler)

NICK_CAVE = {"title": "Nick Cave", "price": "49.50", "venue": "Wembley Arena"}
TICKET = "/api/tickets/ticket-1"


def create(key: str | None = None, user: str = SELLER, **changes: Any) -> Answer:
    headers = {} if key is None else {"Idempotency-Key": key}
    return gateway("POST", "/api/tickets", NICK_CAVE | changes, user=user, headers=headers)


def edit(if_match: str | None = None, user: str | None = SELLER, **changes: Any) -> Answer:
    return gateway("PUT", TICKET, NICK_CAVE | changes, user=user, headers=conditional(if_match))


def withdraw(if_match: str | None = None, user: str | None = SELLER) -> Answer:
    return gateway("DELETE", TICKET, user=user, headers=conditional(if_match))


def conditional(if_match: str | None) -> dict[str, str]:
    return {} if if_match is None else {"If-Match": if_match}


def shown_ids(answer: Answer) -> list[str]:
    return [ticket["id"] for ticket in answer.json]


def test_create_answers_with_the_ticket(store: TicketStore, table: Table) -> None:
    answer = create(startsAt="2027-06-01T20:00:00+01:00")
    assert answer.status == 201
    ticket = answer.json
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]{21}", ticket["id"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", ticket["createdAt"])
    assert ticket == {
        "id": ticket["id"],
        "title": "Nick Cave",
        "price": 49.5,
        "currency": "usd",
        "venue": "Wembley Arena",
        "startsAt": "2027-06-01T19:00:00.000Z",
        "startsAtOffset": "+01:00",
        "userId": SELLER,
        "version": 0,
        "status": "available",
        "orderId": None,
        "createdAt": ticket["createdAt"],
    }
    assert answer.headers["location"] == f"/api/tickets/{ticket['id']}"
    assert answer.headers["etag"] == '"0"'
    assert gateway("GET", answer.headers["location"]).json == ticket
    item = table.get(ticket_key(ticket["id"]))
    assert item
    event = carried_event(item)
    assert isinstance(event, TicketCreated)
    assert event.metadata.correlation_id == answer.headers["x-request-id"]
    assert event.model_dump(mode="json")["data"]["starts_at"] == "2027-06-01T19:00:00.000Z"


@pytest.mark.parametrize(
    ("starts_at", "shown"),
    [
        (None, (None, None)),
        ("2027-06-01T19:00:00.000Z", ("2027-06-01T19:00:00.000Z", "+00:00")),
        ("2027-06-01T20:00:00.000-04:00", ("2027-06-02T00:00:00.000Z", "-04:00")),
    ],
)
def test_a_start_is_told_in_utc_beside_the_clock_of_its_place(
    store: TicketStore, starts_at: str | None, shown: tuple[str | None, str | None]
) -> None:
    a_listed_ticket(store, starts_at=starts_at)
    answer = gateway("GET", TICKET).json
    assert (answer["startsAt"], answer["startsAtOffset"]) == shown


def test_the_clock_of_the_place_cannot_be_written_alone(table: Table) -> None:
    answer = create(startsAtOffset="+01:00")
    assert (answer.status, answer.json["errors"][0]["field"]) == (400, "startsAtOffset")


def test_create_needs_a_session(table: Table) -> None:
    answer = gateway("POST", "/api/tickets", NICK_CAVE)
    assert (answer.status, answer.slug) == (401, "not-signed-in")


def test_create_refuses_bad_input_with_one_entry_for_each_field(table: Table) -> None:
    answer = create(title=" ", price=0)
    assert (answer.status, answer.slug) == (400, "invalid-input")
    assert answer.json["errors"] == [
        {"message": "Title must not be empty", "field": "title"},
        {"message": "Price must be greater than 0", "field": "price"},
    ]


def test_create_refuses_what_is_not_json(table: Table) -> None:
    text = {"content-type": "text/plain"}
    answer = gateway("POST", "/api/tickets", "Nick Cave", user=SELLER, headers=text)
    assert (answer.status, answer.slug) == (415, "unsupported-media-type")


def test_create_refuses_a_body_that_is_too_large(table: Table) -> None:
    assert create(venue="x" * 33_000).status == 413


def test_the_same_key_gives_the_same_ticket_as_it_is_now(
    store: TicketStore, calls: list[str]
) -> None:
    first = create(key="k")
    calls.clear()
    again = create(key="k", title=" Nick Cave ", price=49.5)
    assert calls == ["PutItem"]
    assert (first.status, again.status) == (201, 201)
    assert again.json == first.json
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    store.withdraw(first.json["id"], SELLER, None, a_cause())
    now = create(key="k")
    assert (now.json["status"], now.headers["etag"]) == ("withdrawn", '"1"')


def test_without_a_key_or_with_another_one_it_is_another_ticket(store: TicketStore) -> None:
    made = [create(), create(), create(key="a"), create(key="b"), create(key="a", user=OTHER)]
    assert len({answer.json["id"] for answer in made}) == 5


@pytest.mark.parametrize(
    "change",
    [
        {"title": "PJ Harvey"},
        {"price": 49},
        {"currency": "eur"},
        {"venue": None},
        {"startsAt": None},
        {"startsAt": "2027-06-01T20:00:00Z"},
        {"startsAt": "2027-06-01T19:00:00+01:00"},
    ],
)
def test_a_key_with_another_offer_is_refused(store: TicketStore, change: dict[str, Any]) -> None:
    offer = {"startsAt": "2027-06-01T18:00:00Z"}
    first = create(key="k", **offer)
    assert create(key="k", startsAt="2027-06-01T18:00:00.000+00:00").json == first.json
    answer = create(key="k", **offer | change)
    assert (answer.status, answer.slug) == (422, "idempotency-key-reused")
    assert gateway("GET", first.headers["location"]).json == first.json


@pytest.mark.parametrize("key", ["", " k", "k" * 256, "ключ"])
def test_a_bad_key_lists_nothing(table: Table, key: str) -> None:
    answer = create(key=key)
    assert (answer.status, answer.json["errors"][0]["field"]) == (400, "Idempotency-Key")
    assert gateway("GET", "/api/tickets").json == []


def test_tickets_with_and_without_a_key_are_listed_as_they_came(store: TicketStore) -> None:
    made = [create(key=key).json["id"] for key in ("a", None, "b", None, "c")]
    with_a_tie = sorted(made, key=lambda one: store.ticket(one).position, reverse=True)
    assert shown_ids(gateway("GET", "/api/tickets")) == with_a_tie
    assert shown_ids(gateway("GET", "/api/tickets/mine", user=SELLER)) == with_a_tie


def test_a_ticket_is_public_and_cached_for_a_moment(store: TicketStore) -> None:
    a_listed_ticket(store)
    answer = gateway("GET", TICKET)
    assert (answer.status, answer.json["title"]) == (200, "Nick Cave")
    assert answer.headers["cache-control"] == "public, max-age=1"
    assert answer.headers["etag"] == '"0"'


@pytest.mark.parametrize("status", [Status.RESERVED, Status.SOLD])
def test_a_held_or_sold_ticket_is_shown_with_its_order(store: TicketStore, status: Status) -> None:
    a_listed_ticket(store)
    store.follow(a_claim(status), a_cause())
    answer = gateway("GET", TICKET)
    assert (answer.json["status"], answer.json["orderId"]) == (status, "order-1")


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_an_unknown_ticket_is_not_found(table: Table, method: str) -> None:
    answer = gateway(method, TICKET, user=SELLER)
    assert (answer.status, answer.slug) == (404, "ticket-not-found")


def test_an_unknown_ticket_cannot_be_edited(table: Table) -> None:
    assert edit().slug == "ticket-not-found"


def test_edit_replaces_the_ticket(store: TicketStore) -> None:
    a_listed_ticket(store)
    answer = gateway("PUT", TICKET, {"title": "PJ Harvey", "price": 30}, user=SELLER)
    assert (answer.status, answer.headers["etag"]) == (200, '"1"')
    assert answer.headers["cache-control"] == "no-store"
    assert (answer.json["title"], answer.json["price"], answer.json["version"]) == (
        "PJ Harvey",
        30,
        1,
    )
    assert (answer.json["venue"], answer.json["startsAt"]) == (None, None)
    assert gateway("GET", TICKET).json == answer.json


@pytest.mark.parametrize("change", [edit, withdraw])
def test_a_change_needs_a_session(store: TicketStore, change: Any) -> None:
    a_listed_ticket(store)
    assert change(user=None).status == 401
    assert store.ticket("ticket-1").version == 0


@pytest.mark.parametrize("change", [edit, withdraw])
def test_only_the_seller_changes_a_ticket(store: TicketStore, change: Any) -> None:
    a_listed_ticket(store)
    answer = change(user=OTHER)
    assert (answer.status, answer.slug) == (403, "not-the-seller")
    assert store.ticket("ticket-1").version == 0


@pytest.mark.parametrize("change", [edit, withdraw])
@pytest.mark.parametrize("status", [Status.RESERVED, Status.SOLD])
def test_a_held_or_sold_ticket_is_not_changed(
    store: TicketStore, change: Any, status: Status
) -> None:
    a_listed_ticket(store)
    store.follow(a_claim(status), a_cause())
    answer = change()
    assert (answer.status, answer.slug) == (409, f"ticket-{status}")


def test_a_withdrawn_ticket_is_not_edited(store: TicketStore) -> None:
    a_listed_ticket(store)
    withdraw()
    assert (edit().status, edit().slug) == (409, "ticket-withdrawn")


@pytest.mark.parametrize("change", [edit, withdraw])
@pytest.mark.parametrize("if_match", ['"0"', 'W/"0"', "*", ' "0" '])
def test_a_change_of_the_version_seen_is_made(
    store: TicketStore, change: Any, if_match: str
) -> None:
    a_listed_ticket(store)
    assert change(if_match).status in {200, 204}
    assert store.ticket("ticket-1").version == 1


@pytest.mark.parametrize("change", [edit, withdraw])
def test_a_change_of_another_version_than_the_one_seen_is_refused(
    store: TicketStore, change: Any
) -> None:
    a_listed_ticket(store)
    edit()
    answer = change('"0"')
    assert (answer.status, answer.slug) == (412, "stale-version")
    assert store.ticket("ticket-1").version == 1


@pytest.mark.parametrize("change", [edit, withdraw])
@pytest.mark.parametrize("if_match", ["0", '"x"', '""', '"-1"', '"0", "1"', '"1e3"', f'"{10**40}"'])
def test_a_version_that_cannot_be_is_refused(
    store: TicketStore, change: Any, if_match: str
) -> None:
    a_listed_ticket(store)
    answer = change(if_match)
    assert (answer.status, answer.slug) == (400, "invalid-input")
    assert answer.json["errors"][0]["field"] == "If-Match"


def test_withdrawing_twice_is_fine_and_announced_once(store: TicketStore, table: Table) -> None:
    a_listed_ticket(store)
    first = withdraw('"0"')
    assert (first.status, first.body) == (204, "")
    item = table.get(ticket_key("ticket-1"))
    assert (withdraw('"0"').status, withdraw().status) == (204, 204)
    assert table.get(ticket_key("ticket-1")) == item


def test_a_withdrawal_stands_while_an_order_holds_the_ticket(store: TicketStore) -> None:
    a_listed_ticket(store)
    withdraw()
    store.follow(a_claim(), a_cause())
    assert withdraw().status == 204
    assert gateway("GET", TICKET).json["status"] == "reserved"


def test_the_list_is_public_cached_and_newest_first(store: TicketStore) -> None:
    for ticket_id in ["ticket-1", "ticket-2", "ticket-3"]:
        a_listed_ticket(store, ticket_id)
    store.follow(a_claim(), a_cause())
    answer = gateway("GET", "/api/tickets")
    assert (answer.status, shown_ids(answer)) == (200, ["ticket-3", "ticket-2"])
    assert answer.headers["cache-control"] == "public, max-age=1"
    assert "link" not in answer.headers


@pytest.mark.parametrize(("path", "user"), [("/api/tickets", None), ("/api/tickets/mine", SELLER)])
def test_pages_lead_through_the_whole_list(store: TicketStore, path: str, user: str | None) -> None:
    for number in range(5):
        a_listed_ticket(store, f"ticket-{number}")
    pages, url = [], f"{path}?limit=2"
    while url:
        answer = gateway("GET", url, user=user)
        pages.append(shown_ids(answer))
        link = re.fullmatch('<(.+)>; rel="next"', answer.headers.get("link", ""))
        url = link[1] if link else ""
    assert pages == [["ticket-4", "ticket-3"], ["ticket-2", "ticket-1"], ["ticket-0"]]


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "cursor=x", "cursor="])
@pytest.mark.parametrize("path", ["/api/tickets", "/api/tickets/mine"])
def test_a_bad_limit_or_cursor_is_refused(table: Table, path: str, query: str) -> None:
    assert gateway("GET", f"{path}?{query}", user=SELLER).status == 400


@pytest.mark.parametrize("forged", [{"position": "\0"}, {"x": "y"}, {"position": ""}])
def test_a_forged_position_is_never_a_defect(store: TicketStore, forged: dict[str, str]) -> None:
    a_listed_ticket(store)
    page = Page("/api/tickets", 20, None)
    url = page.next_link("", forged)["Link"].split(">")[0].removeprefix("<")
    assert gateway("GET", url).status in {200, 400}


def test_a_cursor_of_another_seller_is_refused(store: TicketStore) -> None:
    ticket = a_listed_ticket(store)
    page = Page("/api/tickets/mine", 20, None)
    url = page.next_link(SELLER, position(ticket))["Link"].split(">")[0].removeprefix("<")
    assert gateway("GET", url, user=SELLER).status == 200
    assert gateway("GET", url, user=OTHER).status == 400


def test_own_tickets_need_a_session(table: Table) -> None:
    assert gateway("GET", "/api/tickets/mine").status == 401


def test_own_tickets_are_private(store: TicketStore) -> None:
    a_listed_ticket(store)
    a_listed_ticket(store, "ticket-2", seller=OTHER)
    answer = gateway("GET", "/api/tickets/mine", user=SELLER)
    assert shown_ids(answer) == ["ticket-1"]
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("PATCH", TICKET, "DELETE, GET, PUT"), ("PUT", "/api/tickets", "GET, POST")],
)
def test_another_method_is_not_allowed(table: Table, method: str, path: str, allowed: str) -> None:
    answer = gateway(method, path, user=SELLER)
    assert (answer.status, answer.headers["allow"]) == (405, allowed)


def test_each_operation_makes_one_aws_call(store: TicketStore, calls: list[str]) -> None:
    a_listed_ticket(store)
    calls.clear()
    assert create().status == 201
    assert gateway("GET", "/api/tickets").status == 200
    assert gateway("GET", "/api/tickets/mine", user=SELLER).status == 200
    assert gateway("GET", TICKET).status == 200
    assert edit('"0"').status == 200
    assert withdraw().status == 204
    assert withdraw().status == 204
    assert calls == ["PutItem", "Query", "Query", "GetItem", *["UpdateItem"] * 3]

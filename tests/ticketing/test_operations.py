"""Operations: which one a request is for, and what its handler is given."""

from http import HTTPStatus

import pytest

from tests.gateway import http_event
from ticketing.errors import Invalid, MethodNotAllowed, NotFound, Unauthorized
from ticketing.operations import Operation, find, readers
from ticketing.paging import Page
from ticketing.request import Request, User
from ticketing.schema import Input


class Wish(Input):
    ticket_id: str


def nothing() -> None:
    """Do nothing."""


def operation(method: str, path: str) -> Operation:
    return Operation(method, path, HTTPStatus.OK, [], nothing, {})


SHOW, MINE = operation("GET", "/api/tickets/{id}"), operation("GET", "/api/tickets/mine")
EDIT, LIST = operation("PUT", "/api/tickets/{id}"), operation("GET", "/api/tickets")
PLACE = operation("GET", "/api/tickets/{id}/places/{place}")
OPERATIONS = [SHOW, MINE, EDIT, LIST, PLACE]


@pytest.mark.parametrize(
    ("method", "path", "found", "parameters"),
    [
        ("GET", "/api/tickets", LIST, {}),
        ("GET", "/api/tickets/mine", MINE, {}),
        ("GET", "/api/tickets/a-B_9", SHOW, {"id": "a-B_9"}),
        ("PUT", "/api/tickets/a", EDIT, {"id": "a"}),
        ("GET", "/api/tickets/" + "a" * 64, SHOW, {"id": "a" * 64}),
        ("GET", "/api/tickets/a/places/b", PLACE, {"id": "a", "place": "b"}),
    ],
)
def test_a_path_and_method_have_one_operation(
    method: str, path: str, found: Operation, parameters: dict[str, str]
) -> None:
    assert find(OPERATIONS, method, path) == (found, parameters)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "//",
        "/api",
        "/api/ticket",
        "/api/tickets/",
        "/api/tickets//",
        "/API/tickets",
        "/api/tickets/a/b",
        "/api/tickets/é",
        "/api/tickets/a b",
        "/api/tickets/a%20b",
        "/api/tickets/a\n",
        "/api/tickets/..",
        "/api/tickets/{id}",
        '/api/tickets/"',
        "/api/tickets/\\",
        "/api/tickets/\0",
        "/api/tickets/\ud800",
        "/api/tickets/" + "a" * 65,
    ],
)
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_any_other_path_is_not_found_by_any_method(method: str, path: str) -> None:
    with pytest.raises(NotFound):
        find(OPERATIONS, method, path)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/api/tickets", "GET"),
        ("HEAD", "/api/tickets", "GET"),
        ("get", "/api/tickets", "GET"),
        ("PUT", "/api/tickets/mine", "GET"),
        ("OPTIONS", "/api/tickets/a", "GET, PUT"),
        ("\0", "/api/tickets/a", "GET, PUT"),
    ],
)
def test_another_method_is_told_which_are_allowed(method: str, path: str, allowed: str) -> None:
    with pytest.raises(MethodNotAllowed) as refused:
        find(OPERATIONS, method, path)
    assert refused.value.headers == {"Allow": allowed}


def request(url: str = "/api/orders", body: str = "{}", user: str | None = "buyer") -> Request:
    return Request(http_event("POST", url, body, user=user))


def call(handler: object, sent: Request, path: str = "/api/orders", **parameters: str) -> object:
    assert callable(handler)
    read = readers(handler, path)
    return Operation("POST", path, HTTPStatus.OK, [], handler, read).call(sent, parameters)


def test_a_handler_gets_what_it_declares() -> None:
    def handler(id: str, caller: User, body: Wish, sent: Request) -> object:  # noqa: A002
        return id, caller, body, sent

    sent = request(body='{"ticketId": "ticket-1"}')
    assert call(handler, sent, "/api/orders/{id}", id="order-1") == (
        "order-1",
        User("buyer"),
        Wish(ticketId="ticket-1"),
        sent,
    )


def test_what_a_handler_names_first_is_refused_first() -> None:
    def caller_first(caller: User, body: Wish) -> None:
        """Never called."""

    def body_first(body: Wish, caller: User) -> None:
        """Never called."""

    with pytest.raises(Unauthorized):
        call(caller_first, request(user=None))
    with pytest.raises(Invalid):
        call(body_first, request(user=None))


def private(caller: User, page: Page) -> Page:
    return page


def public(page: Page) -> Page:
    return page


def next_url(page: Page, scope: str) -> str:
    return page.next_link(scope, {"pk": "1"})["Link"].removeprefix("<").split(">")[0]


def test_the_cursor_of_a_private_list_is_its_readers_own() -> None:
    url = next_url(private(User("buyer"), Page("/api/orders", 2, None)), "buyer")
    assert call(private, request(url)) == Page("/api/orders", 2, {"pk": "1"})
    with pytest.raises(Invalid):
        call(private, request(url, user="other"))


def test_the_cursor_of_a_public_list_is_everybodys() -> None:
    url = next_url(Page("/api/orders", 2, None), "")
    for user in ("buyer", "other", None):
        assert call(public, request(url, user=user)) == Page("/api/orders", 2, {"pk": "1"})


@pytest.mark.parametrize("path", ["/api/orders/{id}", "/api/{a}/{b}"])
def test_a_handler_must_take_the_parameters_of_its_path(path: str) -> None:
    with pytest.raises(TypeError, match="does not take the parameters"):
        readers(nothing, path)


def test_a_handler_cannot_take_what_no_request_has() -> None:
    def odd(count: int) -> None:
        """Never called."""

    def quoted(page: "Page") -> None:
        """Never called."""

    quoted.__annotations__["page"] = "Page"
    with pytest.raises(TypeError, match="cannot take <class 'int'>"):
        readers(odd, "/api/orders")
    with pytest.raises(TypeError, match="cannot take Page"):
        readers(quoted, "/api/orders")

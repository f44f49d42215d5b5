"""The API as its client sees it: one method for each call, with the visitor's own credential."""

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from web.resources import Json, Listing, Order, Ticket
from web.settings import settings
from web.transport import Problem, Reply, Transport

PAGE_SIZE, MOST = 20, 100

PATIENCE = 9.0
"""Seconds after which a visit makes no other call: the last one may take twice as long."""

OURS = {"Accept": "application/json", "Sec-Fetch-Site": "same-origin"}
"""In every call: it is this site that makes it. A form was checked before it comes to a call."""

NOBODY = "Anonymous"
"""What the edge sends for a browser without a session."""


type Cookies = list[str]
"""Of a session that began or ended: what the browser is to keep."""


class Resumed(NamedTuple):
    """A session that goes on."""

    user_id: str
    cookies: Cookies


class OrderNow(NamedTuple):
    """An order, and what time it is where its reservation ends."""

    order: Order
    now: datetime


@cache
def transport() -> Transport:
    """Shared by all requests: its connections are kept."""
    return Transport(settings().api_url)


class Backend:
    """The API for one visitor; counts the calls made."""

    def __init__(self, identity: Mapping[str, str]) -> None:
        """`identity` are the headers by which the API knows the visitor and the edge."""
        self._identity = identity
        self._began = time.monotonic()
        self.calls = 0

    def tickets(self, cursor: str | None = None, limit: int = PAGE_SIZE) -> Listing[Ticket]:
        """Tickets that can be bought now."""
        return self._list("/api/tickets", cursor, limit, Ticket.of)

    def own_tickets(self, cursor: str | None = None) -> Listing[Ticket]:
        return self._list("/api/tickets/mine", cursor, PAGE_SIZE, Ticket.of)

    def orders(self, cursor: str | None = None) -> Listing[Order]:
        return self._list("/api/orders", cursor, PAGE_SIZE, Order.of)

    def ticket(self, ticket_id: str) -> Ticket:
        return Ticket.of(self._send("GET", f"/api/tickets/{quote(ticket_id)}").body)

    def create_ticket(self, fields: Mapping[str, str], key: str) -> Ticket:
        """The ticket that this form made, sent once or again; refused with 422 for another one."""
        once = {"Idempotency-Key": quote(key)} if key else {}
        return Ticket.of(self._send("POST", "/api/tickets", dict(fields), once).body)

    def edit_ticket(self, ticket_id: str, version: str, fields: Mapping[str, str]) -> Ticket:
        """Refused with 412 if the ticket is not the version that the seller saw."""
        path = f"/api/tickets/{quote(ticket_id)}"
        seen = {"If-Match": f'"{quote(version)}"'}
        return Ticket.of(self._send("PUT", path, dict(fields), seen).body)

    def withdraw(self, ticket_id: str) -> None:
        self._send("DELETE", f"/api/tickets/{quote(ticket_id)}")

    def reserve(self, ticket_id: str, seen: Mapping[str, str]) -> Order:
        """The visitor's order for this ticket, new or not, at the `price` and `currency` seen."""
        wish = {"ticketId": ticket_id} | {name: said for name, said in seen.items() if said}
        return Order.of(self._send("POST", "/api/orders", wish).body)

    def order(self, order_id: str) -> OrderNow:
        reply = self._send("GET", f"/api/orders/{quote(order_id)}")
        return OrderNow(Order.of(reply.body), time_of(reply))

    def cancel(self, order_id: str) -> None:
        self._send("DELETE", f"/api/orders/{quote(order_id)}")

    def sign_up(self, email: str, password: str) -> Cookies:
        return self._session("POST", "signup", {"email": email, "password": password})

    def sign_in(self, email: str, password: str) -> Cookies:
        return self._session("POST", "signin", {"email": email, "password": password})

    def sign_out(self, *, everywhere: bool = False) -> Cookies:
        return self._session("POST", "signout", {"everywhere": True} if everywhere else None)

    def change_password(self, current: str, new: str) -> Cookies:
        """Ends all sessions of the account but one that begins with it."""
        body = {"currentPassword": current, "newPassword": new}
        return self._session("POST", "password", body)

    def email(self) -> str:
        """The visitor's own address. Raises Problem for nobody."""
        user = self._send("GET", "/api/users/currentuser").body["currentUser"]
        if user is None:
            raise Problem(HTTPStatus.UNAUTHORIZED)
        return str(user["email"])

    def export(self) -> dict[str, Any]:
        """All that the API knows of the visitor: the account, and what it says is elsewhere."""
        account = self._send("GET", "/api/users/me/export").body
        elsewhere = account.pop("elsewhere")
        return {"account": account} | {name: [*self._every(elsewhere[name])] for name in elsewhere}

    def erase(self, password: str) -> Cookies:
        """Erase the visitor's account, for good."""
        return self._session("DELETE", "me", {"password": password})

    def resume(self, refresh_token: str) -> Resumed:
        """Go on with a session whose access token has expired; later calls have the new one."""
        wish = {"refreshToken": refresh_token}
        headers = {"Authorization": NOBODY, "Prefer": "return=token"}
        reply = self._send("POST", "/api/users/refresh", wish, headers)
        self._identity = {**self._identity, "Authorization": f"Session {reply.body['token']}"}
        return Resumed(reply.body["id"], reply.headers.getlist("Set-Cookie"))

    def _session(self, method: str, call: str, body: Mapping[str, object] | None) -> Cookies:
        reply = self._send(method, f"/api/users/{call}", body)
        return reply.headers.getlist("Set-Cookie")

    def _list[Item](
        self, path: str, cursor: str | None, limit: int, item_of: Callable[[Json], Item]
    ) -> Listing[Item]:
        page = self._page(path, cursor, limit)
        return Listing([item_of(data) for data in page.items], page.is_first, page.next_cursor)

    def _every(self, path: str) -> Iterator[Any]:
        """All items of a list, as the API has them."""
        page = self._page(path, None, MOST)
        yield from page.items
        while page.next_cursor:
            page = self._page(path, page.next_cursor, MOST)
            yield from page.items

    def _page(self, path: str, cursor: str | None, limit: int) -> Listing[Any]:
        query = {"limit": str(limit)} | ({"cursor": cursor} if cursor else {})
        reply = self._send("GET", f"{path}?{urlencode(query)}")
        return Listing(reply.body, cursor is None, next_cursor(reply.headers.get("Link", "")))

    def _send(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Raises Problem, also when there might be no time left to say so after the call."""
        if time.monotonic() - self._began > PATIENCE:
            raise Problem.unreachable()
        self.calls += 1
        sent = {**self._identity, **OURS, **(headers or {})}
        return transport().send(method, path, sent, body)


def next_cursor(link: str) -> str | None:
    """The cursor in a `Link` header (RFC 8288) that leads to the next page."""
    target, _, relation = link.partition(">")
    if 'rel="next"' not in relation:
        return None
    return parse_qs(urlsplit(target.lstrip("<")).query).get("cursor", [None])[0]


def time_of(reply: Reply) -> datetime:
    """When the API answered, by its own clock; by ours if it does not say."""
    date = reply.headers.get("Date")
    return parsedate_to_datetime(date) if date else datetime.now(UTC)


def is_unavailable(problem: Problem) -> bool:
    """Whether the same request may well succeed in a moment."""
    return problem.status in (
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    )

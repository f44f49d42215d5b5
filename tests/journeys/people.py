"""The people of a journey: each one has an account and a session, and uses nothing but the API."""

import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

PASSWORD = "correct horse battery"

CARD = "tok_visa"

POLL_SECONDS = 0.05

NO_AUTHORITIES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For plain HTTP: to load those of the machine takes each client 20 ms."""


def eventually[Found](
    look: Callable[[], Found], good: Callable[[Found], bool], within: float = 15
) -> Found:
    """What `look` finds once it is `good`; fails after `within` seconds with what it found last."""
    deadline = time.monotonic() + within
    while not good(found := look()):
        assert time.monotonic() < deadline, f"after {within} s still {found!r}"
        threading.Event().wait(POLL_SECONDS)
    return found


class Browser(httpx.Client):
    """Keeps cookies, names its page's origin, and goes on when its access token has expired."""

    def __init__(self, url: str) -> None:
        super().__init__(base_url=url, timeout=30, headers={"Origin": url}, verify=NO_AUTHORITIES)

    def request(self, method: str, url: Any, **options: Any) -> httpx.Response:
        answer = super().request(method, url, **options)
        is_expired = answer.status_code == httpx.codes.UNAUTHORIZED and "refresh" in self.cookies
        if is_expired and super().request("POST", "/api/users/refresh").is_success:
            return super().request(method, url, **options)
        return answer


@dataclass(frozen=True)
class Person:
    """A signed-up user; `http` keeps the session's cookies."""

    id: str
    email: str
    http: httpx.Client

    @classmethod
    def sign_up(cls, url: str) -> "Person":
        http = Browser(url)
        email = f"{uuid4().hex[:12]}@example.com"
        answer = http.post("/api/users/signup", json={"email": email, "password": PASSWORD})
        assert answer.status_code == 201, answer.text
        return cls(answer.json()["id"], email, http)

    def lists(self, title: str = "Nick Cave", price: Any = 49.5, **more: Any) -> dict[str, Any]:
        """A ticket of this person's, known to everybody who sells orders for it."""
        answer = self.http.post("/api/tickets", json={"title": title, "price": price, **more})
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def reserves(self, ticket: dict[str, Any]) -> dict[str, Any]:
        """The order for a ticket, as soon as orders has heard of it."""
        answer = self.tries_to_reserve(ticket)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def tries_to_reserve(self, ticket: dict[str, Any], **more: Any) -> httpx.Response:
        return eventually(
            lambda: self.http.post("/api/orders", json={"ticketId": ticket["id"], **more}),
            lambda answer: answer.status_code != 404,
        )

    def hears_of(self, ticket: dict[str, Any]) -> None:
        """Wait until orders knows the ticket: then it refuses a wrong price."""
        assert self.tries_to_reserve(ticket, price=1).status_code == httpx.codes.CONFLICT

    def pays(self, order: dict[str, Any], token: str | None = CARD) -> httpx.Response:
        """The answer to a payment, as soon as payments has heard of the order."""
        body = {"orderId": order["id"]} | ({"token": token} if token else {})
        return eventually(
            lambda: self.http.post("/api/payments", json=body),
            lambda answer: answer.status_code != 404,
        )

    def order(self, order: dict[str, Any]) -> dict[str, Any]:
        return dict(self.http.get(f"/api/orders/{order['id']}").json())

    def ticket(self, ticket: dict[str, Any]) -> dict[str, Any]:
        return dict(self.http.get(f"/api/tickets/{ticket['id']}").json())

    def payment(self, order: dict[str, Any]) -> dict[str, Any]:
        return dict(self.http.get(f"/api/payments/{order['id']}").json())

    def sees_order(self, order: dict[str, Any], status: str, within: float = 15) -> dict[str, Any]:
        """The order once it has this status."""
        return eventually(
            lambda: self.order(order), lambda found: found["status"] == status, within
        )

    def sees_ticket(
        self, ticket: dict[str, Any], status: str, within: float = 15
    ) -> dict[str, Any]:
        """The ticket once it has this status."""
        return eventually(
            lambda: self.ticket(ticket), lambda found: found["status"] == status, within
        )

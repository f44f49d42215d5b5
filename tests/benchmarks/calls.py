"""AWS calls of each operation: most of what a request costs in time and money."""

import hmac
import json
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

from orders.store import store
from payments.store import store as payment_store
from tests.benchmarks.account import WEBHOOK_SECRET, Calls, account, gateway
from tests.benchmarks.report import Row
from tests.gateway import Gateway
from tests.orders.builders import a_cause, a_listed_ticket
from ticketing.clock import rfc3339

SELLER, BUYER = "seller", "buyer"


class Tally:
    """Makes the requests of one service and notes what each of them asked of AWS."""

    def __init__(self, gateway: Gateway) -> None:
        self.rows: list[Row] = []
        self._gateway = gateway
        self._calls = Calls()

    def __call__(self, what: str, budget: int, status: int, *request: Any, **more: Any) -> Any:
        """The answer's body. Raises AssertionError for another status than expected."""
        answer, made = self._calls.of(partial(self._gateway, *request, **more), status)
        self.rows.append(Row("AWS calls", what, len(made), budget, detail=" ".join(made)))
        return answer.json if answer.body else None


def auth(tally: Tally) -> None:
    person = {"email": "buyer@example.com", "password": "correct horse"}
    tally("sign up", 1, 201, "POST", "/api/users/signup", person)
    # The read finds account and guesses; the session must be stored before it is given out.
    user = tally("sign in", 2, 200, "POST", "/api/users/signin", person)["id"]
    wrong = person | {"password": "not this one"}
    tally("a wrong password", 3, 401, "POST", "/api/users/signin", wrong)
    asked = {"headers": {"Prefer": "return=token"}}
    tokens = tally("sign in after it", 4, 200, "POST", "/api/users/signin", person, **asked)
    old = {"refreshToken": tokens["refreshToken"]}
    tokens = tally("refresh a session", 2, 200, "POST", "/api/users/refresh", old, **asked)
    bearer = {"headers": {"Authorization": f"Bearer {tokens['token']}"}}
    tally("tell the current user", 0, 200, "GET", "/api/users/currentuser", **bearer)
    tally("sign out", 1, 200, "POST", "/api/users/signout", **bearer)
    everywhere = {"everywhere": True}
    tally("sign out everywhere", 2, 200, "POST", "/api/users/signout", everywhere, **bearer)
    change = {"currentPassword": person["password"], "newPassword": "another horse"}
    tally("change the password", 3, 200, "POST", "/api/users/password", change, user=user)
    person["password"] = change["newPassword"]
    tally("export an account", 3, 200, "GET", "/api/users/me/export", user=user)
    password = {"password": person["password"]}
    tally("erase an account", 3, 204, "DELETE", "/api/users/me", password, user=user)


def tickets(tally: Tally) -> None:
    concert = {"title": "Nick Cave", "price": 50.5}
    ticket = tally("create a ticket", 1, 201, "POST", "/api/tickets", concert, user=SELLER)
    key = {"Idempotency-Key": "key-1"}
    tally("create with a key", 1, 201, "POST", "/api/tickets", concert, user=SELLER, headers=key)
    tally("create again", 1, 201, "POST", "/api/tickets", concert, user=SELLER, headers=key)
    url = f"/api/tickets/{ticket['id']}"
    tally("show a ticket", 1, 200, "GET", url)
    tally("list tickets", 1, 200, "GET", "/api/tickets")
    tally("list own tickets", 1, 200, "GET", "/api/tickets/mine", user=SELLER)
    seen = {"headers": {"If-Match": '"0"'}}
    tally("edit a ticket", 1, 200, "PUT", url, concert | {"price": 60}, user=SELLER, **seen)
    # The version is read that the caller did not say.
    tally("edit it unseen", 2, 200, "PUT", url, concert | {"price": 70}, user=SELLER)
    tally("withdraw a ticket", 1, 204, "DELETE", url, user=SELLER)


def orders(tally: Tally) -> None:
    for ticket in ("ticket-1", "ticket-2"):
        a_listed_ticket(store(), id=ticket)
    wish = {"ticketId": "ticket-1"}
    order = tally("reserve", 2, 201, "POST", "/api/orders", wish, user=BUYER)
    wish, key = {"ticketId": "ticket-2"}, {"Idempotency-Key": "key-1"}
    tally("reserve with a key", 2, 201, "POST", "/api/orders", wish, user=BUYER, headers=key)
    url = f"/api/orders/{order['id']}"
    tally("show an order", 1, 200, "GET", url, user=BUYER)
    tally("list orders", 1, 200, "GET", "/api/orders", user=BUYER)
    tally("cancel", 2, 204, "DELETE", url, user=BUYER)


def webhook(tally: Tally) -> None:
    cause, order = a_cause(), {"order_id": "order-1", "order_status": "created", "order_version": 0}
    terms = {"user_id": BUYER, "amount": 5050, "currency": "usd", "expires_at": rfc3339(cause.time)}
    payment_store().expect(order | terms, cause)
    payment_store().begin(payment_store().payment("order-1"), "pi_1", cause)
    body = json.dumps(authorized_event("order-1"))
    signed = {"Stripe-Signature": signature(body)}
    tally("webhook", 1, 200, "POST", "/api/payments/webhook", body, headers=signed)


def authorized_event(order_id: str) -> dict[str, Any]:
    """What Stripe sends when the bank holds the money."""
    intent = {
        "object": "payment_intent",
        "id": "pi_1",
        "status": "requires_capture",
        "amount_capturable": 5050,
        "currency": "usd",
        "metadata": {"order_id": order_id},
    }
    kind = "payment_intent.amount_capturable_updated"
    return {"id": "evt_1", "type": kind, "created": time.time(), "data": {"object": intent}}


def signature(body: str) -> str:
    """Stripe's signature scheme, version 1."""
    at = int(time.time())
    digest = hmac.digest(WEBHOOK_SECRET.encode(), f"{at}.{body}".encode(), "sha256")
    return f"t={at},v1={digest.hex()}"


SCENARIOS = {
    "auth.api": auth,
    "tickets.api": tickets,
    "orders.api": orders,
    "payments.webhook": webhook,
}


def measure() -> Iterator[Row]:
    """One row for each operation that has a budget."""
    for function, scenario in SCENARIOS.items():
        with account(function.split(".", maxsplit=1)[0]):
            tally = Tally(gateway(function))
            scenario(tally)
        yield from tally.rows

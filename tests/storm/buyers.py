"""Buyers: they reserve, pay and cancel, and complain when the service breaks its word to them."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from random import Random
from typing import Any
from uuid import uuid4

import httpx

from tests.journeys.stripe_account import StripeAccount
from tests.storm.client import Client

SURELY = 2.0
"""Seconds that an order must have left to be counted on."""

A_MOMENT, MOMENTS = 0.3, 20
"""Seconds until payments may have heard of an order, and how often somebody tries."""

type Order = dict[str, Any]
"""As the API shows it."""


class Buyer:
    """Somebody who wants a ticket."""

    def __init__(self, client: Client, stripe: StripeAccount, chance: Random) -> None:
        self.client = client
        self.chance = chance
        self._stripe = stripe
        self._ids: dict[str, str] = {}
        """What each idempotency key gave."""

    def reserve_something(self) -> Order | None:
        """The order for one of the tickets on sale, if it could be had."""
        answer = self.client.ask("list tickets", "GET", "/api/tickets?limit=20")
        tickets = answer.json() if answer is not None else []
        if not tickets:
            time.sleep(A_MOMENT)
            return None
        ticket, key = self.chance.choice(tickets), None
        if self.chance.random() < 0.6:
            key = str(uuid4())
        price = ticket["price"] if self.chance.random() < 0.5 else None
        began = datetime.now(UTC)

        def reserve() -> Order | None:
            return self._reserve(ticket["id"], key, price, began)

        return at_once(reserve) if self.chance.random() < 0.15 else reserve()

    def _reserve(
        self, ticket_id: str, key: str | None, price: Any, began: datetime
    ) -> Order | None:
        body = {"ticketId": ticket_id} | ({} if price is None else {"price": price})
        headers = {"Idempotency-Key": key} if key else {}
        answer = self.client.ask("reserve", "POST", "/api/orders", body, headers)
        answer = self.client.expect(answer, 200, 201, 404, 409)
        if answer is None or answer.status_code == httpx.codes.NOT_FOUND:
            return None
        if answer.status_code == httpx.codes.CONFLICT:
            self._check_conflict(ticket_id, began)
            return None
        order = dict(answer.json())
        self._check_order(order, ticket_id, key, price)
        return order

    def _check_order(self, order: Order, ticket_id: str, key: str | None, price: Any) -> None:
        complain, order_id = self.client.tally.complain, order["id"]
        if (order["userId"], order["ticket"]["id"]) != (self.client.id, ticket_id):
            complain(f"7: {self.client.id} asked for {ticket_id} and got {order}")
        if price is not None and Decimal(str(order["ticket"]["price"])) != Decimal(str(price)):
            complain(f"3: shown {price}, and order {order_id} says {order['ticket']['price']}")
        if key and self._ids.setdefault(key, order_id) != order_id:
            complain(f"6: the key of order {self._ids[key]} gave another one, {order_id}")

    def _check_conflict(self, ticket_id: str, began: datetime) -> None:
        """Whoever held the ticket all the time must not be told that somebody does."""
        answer = self.client.ask("own orders", "GET", "/api/orders?limit=20")
        for order in answer.json() if answer is not None else []:
            holds = order["ticket"]["id"] == ticket_id and order["status"] == "created"
            held = holds and datetime.fromisoformat(order["createdAt"]) < began
            if held and seconds_left(order) > SURELY:
                self.client.tally.complain(f"6: a conflict for the holder of order {order['id']}")

    def look(self, order: Order) -> None:
        """The own order is there, and is the own one."""
        answer = self.client.ask("own order", "GET", f"/api/orders/{order['id']}")
        answer = self.client.expect(answer, 200)
        if answer is not None and answer.json()["userId"] != self.client.id:
            self.client.tally.complain(f"7: order {order['id']} is somebody else's")

    def pry(self, order: Order) -> None:
        """Somebody else's order is not there, whatever is tried."""
        path = f"/api/orders/{order['id']}"
        self.client.expect(self.client.ask("pry", "GET", path), 404)
        self.client.expect(self.client.ask("pry", "DELETE", path), 404)

    def pay(self, order: Order, token: str = "tok_visa") -> None:  # noqa: S107 - no secret
        """By card."""
        answer = self._payment("pay", {"orderId": order["id"], "token": token})
        self.client.expect(answer, 201, 402, 404, 409)

    def pay_on_page(self, order: Order) -> None:
        """With Stripe's own script: only a webhook tells the service."""
        answer = self._payment("begin to pay", {"orderId": order["id"]})
        answer = self.client.expect(answer, 201, 404, 409)
        secret = answer.json().get("clientSecret") if answer is not None else None
        if secret:
            self._confirm(secret)

    def _confirm(self, secret: str) -> None:
        try:
            status = str(self._stripe.confirms_in_the_browser(secret, may_fail=True))
        except httpx.TransportError:
            status = "no reply"
        self.client.tally.count("confirm on the page", status)

    def _payment(self, kind: str, body: dict[str, str]) -> httpx.Response | None:
        for _ in range(MOMENTS):
            answer = self.client.ask(kind, "POST", "/api/payments", body)
            if answer is None or answer.status_code != httpx.codes.NOT_FOUND:
                break
            time.sleep(A_MOMENT)
        return answer

    def cancel(self, order: Order) -> None:
        answer = self.client.ask("cancel", "DELETE", f"/api/orders/{order['id']}")
        self.client.expect(answer, 204, 409)


def at_once(act: Callable[[], Any], other: Callable[[], Any] | None = None) -> Any:
    """Do both at the same time, or one thing twice; what the first one gave."""
    second = threading.Thread(target=other or act)
    second.start()
    first = act()
    second.join()
    return first


def seconds_left(order: Order) -> float:
    return (datetime.fromisoformat(order["expiresAt"]) - datetime.now(UTC)).total_seconds()

"""People: buyers and sellers with slow networks and quick fingers, an operator, and the bank.

Each notices when the service breaks its word to them: that is the sixth and seventh invariant.
"""

from dataclasses import dataclass, field
from typing import Any

from tests.simulation.bank import GOOD_CARD
from tests.simulation.edge import Reply
from tests.simulation.invariants import Violation, seconds
from tests.simulation.statuses import LIVE
from tests.simulation.world import World

TRIES = 4
"""How often somebody asks again who got no reply, or was told that it is busy."""

HURRY, PATIENCE = 1.0, 60.0
"""Seconds between two tries at first, and later."""

RETRIED = (429, 503)

GIVING_UP = 0.5
"""How often somebody who gets no reply closes the page."""


@dataclass(slots=True)
class Person:
    """Somebody with an account."""

    world: World
    id: str

    def ask(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> Reply | None:
        """The reply, after asking again if need be; None for somebody who gave up, or is gone."""
        for attempt in range(TRIES):
            if self.world.edge.is_over(self.id):
                return None
            mark = self.world.mark()
            reply = self.world.edge.request(self.id, method, path, body, headers)
            if reply and reply.status not in RETRIED:
                return reply
            if reply is None and self.world.pick(2, GIVING_UP):
                return None
            self.world.sleep(HURRY if attempt == 0 else PATIENCE)
        if not self.world.was_struck(mark) and not self.world.bank.is_slow:
            msg = f"6: {self.id} never got an answer to {method} {path} but {reply}"
            raise Violation(msg)
        return None

    def spawn(self, act: Any) -> None:
        """Do something beside everything else: a second click, another tab."""
        self.world.scheduler.spawn(self.id, act)


@dataclass(slots=True)
class Seller(Person):
    """Lists, edits and withdraws tickets."""

    def list_ticket(self, title: str, price: str, key: str | None = None) -> None:
        """With a key it is there once, however often it was asked for."""
        headers = {"idempotency-key": key} if key else {}
        expect(self.ask("POST", "/api/tickets", {"title": title, "price": price}, headers), 201)
        items = self.world.dynamodb.items("tickets").values()
        listed = [item["id"]["S"] for item in items if item["title"]["S"] == title]
        if key and len(listed) > 1:
            msg = f"6: {self.id} put {title} on sale once, and there are {listed}"
            raise Violation(msg)

    def edit(self, ticket_id: str, price: str, version: int | None = None) -> None:
        headers = {} if version is None else {"if-match": f'"{version}"'}
        body = {"title": "Nick Cave", "price": price}
        reply = self.ask("PUT", f"/api/tickets/{ticket_id}", body, headers)
        expect(reply, 200, 409, *([] if version is None else [412]))
        if reply is None or reply.status != 200:
            return
        if reply.body["price"] != float(price) or version not in (None, reply.body["version"] - 1):
            msg = f"6: {self.id} wrote {price} over version {version}, and got {reply.body}"
            raise Violation(msg)

    def withdraw(self, ticket_id: str) -> None:
        """Also again: it is withdrawn, whoever asked for it."""
        reply = self.ask("DELETE", f"/api/tickets/{ticket_id}")
        expect(reply, 204, 409)
        if reply and reply.status == 409 and reply.slug not in ("ticket-reserved", "ticket-sold"):
            msg = f"6: {self.id} withdraws {ticket_id}, and is told {reply.slug}"
            raise Violation(msg)

    def buy_own(self, ticket_id: str) -> None:
        reply = self.ask("POST", "/api/orders", {"ticketId": ticket_id})
        if reply and (reply.status != 409 or reply.slug != "own-ticket"):
            msg = f"7: {self.id} reserves the own ticket {ticket_id}, and gets {reply}"
            raise Violation(msg)


@dataclass(slots=True)
class Buyer(Person):
    """Reserves a ticket, and then pays, leaves or changes their mind."""

    orders: dict[str, str] = field(default_factory=dict)
    """What each idempotency key gave."""

    wishes: dict[str, list[Any]] = field(default_factory=dict)
    """What was asked for with each idempotency key."""

    def price_of(self, ticket_id: str) -> Any:
        """What the page shows."""
        reply = self.ask("GET", f"/api/tickets/{ticket_id}")
        return reply.body["price"] if reply and reply.status == 200 else None

    def reserve(self, ticket_id: str, key: str | None, price: Any = None) -> str | None:
        """The order's id, or None if it was not to be."""
        body = {"ticketId": ticket_id} | ({} if price is None else {"price": price})
        headers = {"idempotency-key": key} if key else {}
        self.wishes.setdefault(str(key), []).append(body)
        held, known = self._held(ticket_id), self._is_known(ticket_id)
        earlier = self.orders.get(str(key))
        reply = self.ask("POST", "/api/orders", body, headers)
        if reply is None:
            return None
        if reply.status in (200, 201):
            self._check_order(reply, ticket_id, price, key)
            return str(reply.body["id"])
        expect(reply, 409, *([] if known else [404]), *([422] if self._is_reused(key) else []))
        if earlier and reply.status != 422:
            msg = f"6: {self.id} has order {earlier} by {key}, and is told {reply.slug}"
            raise Violation(msg)
        if held and held == self._held(ticket_id) and reply.status != 422:
            msg = f"6: {self.id} holds {ticket_id}, and is told {reply.slug}"
            raise Violation(msg)
        return None

    def _held(self, ticket_id: str) -> str | None:
        """The order by which this buyer holds the ticket."""
        watch = self.world.invariants
        for order_id in watch.live[ticket_id]:
            if watch.orders[order_id]["user_id"] == self.id:
                return order_id
        return None

    def _is_known(self, ticket_id: str) -> bool:
        """Whether orders have heard of the ticket."""
        return self.world.dynamodb.item("orders", f"TICKET#{ticket_id}") is not None

    def _is_reused(self, key: str | None) -> bool:
        """Whether the key came with two bodies."""
        wishes = self.wishes[str(key)]
        return bool(key) and any(wish != wishes[0] for wish in wishes)

    def _check_order(self, reply: Reply, ticket_id: str, price: Any, key: str | None) -> None:
        order = reply.body
        if order["userId"] != self.id or order["ticket"]["id"] != ticket_id:
            msg = f"7: {self.id} asked for {ticket_id} and got {order}"
            raise Violation(msg)
        is_new = reply.status == 201  # Who holds the ticket already gets it at the price of then.
        if is_new and price is not None and order["ticket"]["price"] != price:
            msg = f"3: {self.id} was shown {price}, and the order says {order['ticket']['price']}"
            raise Violation(msg)
        if key and self.orders.setdefault(key, order["id"]) != order["id"]:
            msg = f"6: {self.id} repeated {key} and got another order"
            raise Violation(msg)
        if reply.status == 200 and order["status"] == "cancelled":
            msg = f"6: {self.id} wants {ticket_id}, and gets an order that is cancelled"
            raise Violation(msg)

    def pay(self, order_id: str, token: str = GOOD_CARD) -> None:
        """Pay with a card; payments hears of an order a moment after it was made."""
        for _ in range(TRIES):
            reply = self.ask("POST", "/api/payments", {"orderId": order_id, "token": token})
            if reply is None or reply.status != 404:
                break
            self.world.sleep(HURRY)
        if reply and reply.status != 404:
            expect(reply, 201, 402, 409)
            self._check_payment(order_id, token, reply)

    def _check_payment(self, order_id: str, token: str, reply: Reply) -> None:
        order, bank = self.world.invariants.orders[order_id], self.world.bank
        is_over = self.world.scheduler.now > seconds(order["expires_at"])
        wrong = {
            "a card was tried, and nothing came of it": reply.status == 201
            and reply.body["status"] == "pending"
            and not bank.is_slow,
            "a good card is declined": reply.status == 402
            and token == GOOD_CARD
            and not bank.is_slow,
            "time is left": reply.slug == "order-expired" and not is_over,
            "it is not cancelled": reply.slug == "order-cancelled"
            and order["status"] in LIVE
            and order_id not in self.world.money.lapsed,
        }
        for what, is_so in wrong.items():
            if is_so:
                msg = f"6: {self.id} pays order {order_id}, and gets {reply}: {what}"
                raise Violation(msg)

    def begin_payment(self, order_id: str) -> str | None:
        """The intent that the payment page confirms."""
        reply = self.ask("POST", "/api/payments", {"orderId": order_id})
        if reply is None or reply.status != 201 or not reply.body["clientSecret"]:
            return None
        return str(reply.body["clientSecret"].partition("_secret")[0])

    def pay_on_page(self, order_id: str, token: str = GOOD_CARD) -> None:
        """Confirm with Stripe's own script: only the webhook tells the service."""
        self.world.sleep(HURRY)
        intent_id = self.begin_payment(order_id)
        if intent_id is None:
            return
        self.world.scheduler.pause()
        self.world.bank.confirm(intent_id, token)

    def cancel(self, order_id: str) -> None:
        expect(self.ask("DELETE", f"/api/orders/{order_id}"), 204, 409)

    def look(self, order_id: str) -> None:
        """The own order is always there, and is the own one."""
        reply = self.ask("GET", f"/api/orders/{order_id}")
        if reply is not None and (reply.status != 200 or reply.body["userId"] != self.id):
            msg = f"6: {self.id} asked for the own order {order_id} and got {reply.status}"
            raise Violation(msg)

    def pry(self, order_id: str, ticket_id: str) -> None:
        """Somebody else's order is not there, and their ticket stays as it is."""
        order, ticket = f"/api/orders/{order_id}", f"/api/tickets/{ticket_id}"
        for method, path, body, status in (
            ("GET", order, None, 404),
            ("DELETE", order, None, 404),
            ("GET", f"/api/payments/{order_id}", None, 404),
            ("POST", "/api/payments", {"orderId": order_id, "token": GOOD_CARD}, 404),
            ("PUT", ticket, {"title": "Nick Cave", "price": 1}, 403),
            ("DELETE", ticket, None, 403),
        ):
            reply = self.world.edge.request(self.id, method, path, body)
            if reply and reply.status not in (status, *RETRIED):
                msg = f"7: {self.id} got {reply.status} for {method} {path} of somebody else"
                raise Violation(msg)


def expect(reply: Reply | None, *statuses: int) -> None:
    """Raise Violation for an answer that the contract does not know."""
    if reply is not None and reply.status not in statuses:
        msg = f"an answer that nobody expects: {reply}"
        raise Violation(msg)

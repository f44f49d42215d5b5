"""AWS calls of each operation: most of what a request costs in time and money."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from orders.store import store
from tests.benchmarks.account import Calls, account, gateway
from tests.benchmarks.report import Row
from tests.gateway import Gateway
from tests.orders.builders import a_listed_ticket

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
    tally("sign in", 1, 200, "POST", "/api/users/signin", person)


def tickets(tally: Tally) -> None:
    concert = {"title": "Nick Cave", "price": 50.5}
    ticket = tally("create a ticket", 1, 201, "POST", "/api/tickets", concert, user=SELLER)
    url = f"/api/tickets/{ticket['id']}"
    tally("show a ticket", 1, 200, "GET", url)
    tally("list tickets", 1, 200, "GET", "/api/tickets")
    tally("list own tickets", 1, 200, "GET", "/api/tickets/mine", user=SELLER)
    tally("edit a ticket", 1, 200, "PUT", url, concert | {"price": 60}, user=SELLER)
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


SCENARIOS = {"auth": auth, "tickets": tickets, "orders": orders}


def measure() -> Iterator[Row]:
    """One row for each operation that has a budget."""
    for service, scenario in SCENARIOS.items():
        with account(service):
            tally = Tally(gateway(service))
            scenario(tally)
        yield from tally.rows

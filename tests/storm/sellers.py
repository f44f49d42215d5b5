"""Sellers: each keeps a few tickets on sale, so few that people compete for them."""

from dataclasses import dataclass
from random import Random
from typing import Any

from tests.storm.client import Client

ON_SALE = 4
"""Tickets of one seller that are on sale at a time."""

PRICES = ("49.50", "60.00", "12.34")


@dataclass(slots=True)
class Seller:
    """Lists tickets, and changes their mind about some."""

    client: Client
    chance: Random

    def act(self) -> None:
        """Look what is on sale; list one more, or edit or withdraw one of the own."""
        answer = self.client.ask("list tickets", "GET", "/api/tickets?limit=100")
        if answer is None:
            return
        tickets = [each for each in answer.json() if each["userId"] == self.client.id]
        if len(tickets) < ON_SALE:
            self._list()
        elif self.chance.random() < 0.5:
            self._edit(self.chance.choice(tickets))
        elif self.chance.random() < 0.3:
            self._withdraw(self.chance.choice(tickets))

    def _list(self) -> None:
        body = {"title": "Nick Cave", "price": self.chance.choice(PRICES)}
        answer = self.client.ask("list a ticket", "POST", "/api/tickets", body)
        self.client.expect(answer, 201)

    def _edit(self, ticket: dict[str, Any]) -> None:
        body = {"title": ticket["title"], "price": self.chance.choice(PRICES)}
        headers = {"If-Match": f'"{ticket["version"]}"'} if self.chance.random() < 0.5 else {}
        path = f"/api/tickets/{ticket['id']}"
        self.client.expect(self.client.ask("edit", "PUT", path, body, headers), 200, 409, 412)

    def _withdraw(self, ticket: dict[str, Any]) -> None:
        answer = self.client.ask("withdraw", "DELETE", f"/api/tickets/{ticket['id']}")
        self.client.expect(answer, 204, 409)

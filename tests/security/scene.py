"""The scene: a seller, a buyer and a stranger, and a ticket and an order in each state."""

from dataclasses import dataclass
from typing import Any, Self

from tests.gateway import Answer
from tests.in_memory import Client, Edge, Service

ABSENT = "019a0000-0000-7000-8000-000000000000"
"""The id of nothing."""

WANTS_TOKEN = {"Prefer": "return=token"}
CARD, DECLINED = "pm_card_visa", "tok_chargeDeclined"

AVAILABLE, WITHDRAWN = "available", "withdrawn"
CREATED, BEGUN, PAID, CANCELLED = "created", "begun", "paid", "cancelled"
ORDERED = (CREATED, BEGUN, PAID, CANCELLED)


@dataclass(frozen=True)
class Person:
    """Somebody with an account, and what they sign in with."""

    id: str
    email: str
    password: str
    token: str
    refresh_token: str

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@dataclass(frozen=True)
class Scene:
    """Who there is, and what they have; every ticket is the seller's, every order the buyer's."""

    service: Service
    client: Client
    seller: Person
    buyer: Person
    stranger: Person
    tickets: dict[str, str]
    """The id of each, by what became of it."""
    orders: dict[str, str]
    """The id of each, by what became of it."""

    @classmethod
    def set_up(cls, service: Service) -> Self:
        client = Client(Edge(service))
        people = {name: sign_up(client, name) for name in ("seller", "buyer", "stranger")}
        scene = cls(service, client, **people, tickets={}, orders={})
        for name in (AVAILABLE, WITHDRAWN, *ORDERED):
            scene.tickets[name] = scene._list(name)
        for name in ORDERED:
            scene.orders[name] = scene._reserve(scene.tickets[name])
        scene._give_up(f"/api/tickets/{scene.tickets[WITHDRAWN]}", scene.seller)
        scene._pay(scene.orders[BEGUN], DECLINED, 402)
        scene._pay(scene.orders[PAID], CARD, 201)
        scene._give_up(f"/api/orders/{scene.orders[CANCELLED]}", scene.buyer)
        return scene

    def _list(self, title: str) -> str:
        body = {"title": title, "price": 50}
        return str(granted(self.client("POST", "/api/tickets", body, self.seller.bearer))["id"])

    def _reserve(self, ticket_id: str) -> str:
        body, headers = {"ticketId": ticket_id}, {"Idempotency-Key": ticket_id}
        answer = self.client("POST", "/api/orders", body, self.buyer.bearer | headers)
        return str(granted(answer)["id"])

    def _pay(self, order_id: str, token: str, status: int) -> None:
        body = {"orderId": order_id, "token": token}
        answer = self.client("POST", "/api/payments", body, self.buyer.bearer)
        assert answer.status == status, answer

    def _give_up(self, path: str, owner: Person) -> None:
        assert self.client("DELETE", path, headers=owner.bearer).status == 204


def sign_up(client: Client, name: str) -> Person:
    """An account of a name, with a session that went on once."""
    email, password = f"{name}@example.com", f"the password of {name}"
    body = {"email": email, "password": password}
    begun = granted(client("POST", "/api/users/signup", body, WANTS_TOKEN))
    body = {"refreshToken": begun["refreshToken"]}
    found = granted(client("POST", "/api/users/refresh", body, WANTS_TOKEN))
    return Person(found["id"], email, password, found["token"], found["refreshToken"])


def granted(answer: Answer) -> Any:
    assert answer.status < 300, answer
    return answer.json

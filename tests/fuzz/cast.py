"""Who sends the requests: a seller, a buyer, and members whose accounts do not last; and Stripe.

The seller's tickets are the buyer's to reserve. Whoever changes a password or erases an account is
soon somebody else: five wrong passwords would lock the name for all that follow.
"""

import json
import time
from typing import Any
from zlib import crc32

from schemathesis import Case
from schemathesis.core import NotSet
from schemathesis.generation.meta import TestPhase

from cdk.local.stripe_double.signing import signature
from tests.journeys.people import PASSWORD, Person

SHORT_LIVED = {"changePassword", "eraseAccount"}
LIFE = 4
"""Requests of one member: fewer than wrong passwords lock a name."""

TOKEN_SECONDS = 600
"""Shorter than an access token's life."""

TOKENS = {"Prefer": "return=token"}

ORDERS = 6


class Cast:
    """Signs each request as whoever should send it."""

    def __init__(self, url: str, webhook_secret: str) -> None:
        self._url = url
        self._webhook_secret = webhook_secret
        self._people: dict[str, Person] = {}
        self._signed_in_at: dict[str, float] = {}
        self._requests = 0
        self._changes = 0
        self.known: list[tuple[str, str | None]] = []
        """Orders for events to be about: their ids, and those of their intents."""

    def rehearse(self) -> None:
        """Make some orders, and begin to pay most of them."""
        seller, buyer = self.person("seller"), self.person("buyer")
        for number in range(ORDERS):
            order = buyer.reserves(seller.lists(f"Night {number}"))
            paid = buyer.pays(order, None).json() if number % 3 else {}
            secret = paid.get("clientSecret", "")
            self.known.append((order["id"], secret.partition("_secret")[0] or None))

    def person(self, role: str) -> Person:
        """Whoever plays this role, with a token that lasts a while."""
        if role not in self._people:
            self._people[role] = Person.sign_up(self._url)
            self._signed_in_at[role] = time.monotonic()
        person = self._people[role]
        if time.monotonic() - self._signed_in_at[role] > TOKEN_SECONDS:
            body = {"email": person.email, "password": PASSWORD}
            assert person.http.post("/api/users/signin", json=body).is_success
            self._signed_in_at[role] = time.monotonic()
        return person

    def credential(self, case: Case) -> dict[str, str]:
        """The header that proves who sends it."""
        operation = case.operation.definition.raw
        if operation["operationId"] == "receiveEvent":
            at = int(time.time())
            return {"Stripe-Signature": signature(self._webhook_secret, at, body_of(case))}
        token = self.person(self._role(operation)).http.cookies["session"]
        return {"Authorization": f"Bearer {token}"}

    def about_a_known_order(self, event: Any) -> Any:
        """The event, naming an order that there is, and mostly that order's intent."""
        if is_of_an_intent(event):
            intent = event["data"]["object"]
            order_id, intent_id = self.known[crc32(json.dumps(event).encode()) % len(self.known)]
            intent["metadata"] |= {"order_id": order_id}
            intent["id"] = intent_id or intent["id"]
        return event

    def with_something_open(self, case: Case) -> Case:
        """The request; every second one that changes something names what can be changed."""
        name = {
            "cancelOrder": self._name_order,
            "editTicket": self._name_ticket,
            "withdrawTicket": self._name_ticket,
            "refresh": self._name_session,
        }.get(case.operation.definition.raw["operationId"])
        if name and case.meta and case.meta.phase.name is TestPhase.FUZZING:
            self._changes += 1
            if self._changes % 2 == 0:
                name(case)
        return case

    def _name_ticket(self, case: Case) -> None:
        case.path_parameters["id"] = self._ticket()["id"]

    def _name_order(self, case: Case) -> None:
        order = self.person("buyer").reserves(self._ticket())
        case.path_parameters["id"] = order["id"]

    def _name_session(self, case: Case) -> None:
        """One that begins with it: a token is good for one request."""
        seller = self.person("seller")
        body = {"email": seller.email, "password": PASSWORD}
        answer = seller.http.post("/api/users/signin", json=body, headers=TOKENS)
        case.body = {"refreshToken": answer.json()["refreshToken"]}

    def _ticket(self) -> dict[str, Any]:
        return self.person("seller").lists()

    def _role(self, operation: dict[str, Any]) -> str:
        if operation["operationId"] in SHORT_LIVED:
            self._requests += 1
            if self._requests % LIFE == 0:
                self._people.pop("member").http.close()
            return "member"
        return "buyer" if {"Orders", "Payments"} & {*operation["tags"]} else "seller"

    def close(self) -> None:
        for person in self._people.values():
            person.http.close()


def is_of_an_intent(event: Any) -> bool:
    try:
        return event["data"]["object"]["object"] == "payment_intent" and isinstance(
            event["data"]["object"].get("metadata"), dict
        )
    except (KeyError, TypeError):
        return False


def body_of(case: Case) -> bytes:
    """The bytes that are sent."""
    if isinstance(case.body, NotSet):
        return b""
    return case.body if isinstance(case.body, bytes) else json.dumps(case.body).encode()

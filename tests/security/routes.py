"""The routes of the document, and for each one a request that is granted to whom it should be."""

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from cdk.contracts.files import ROOT
from tests.security.scene import AVAILABLE, CARD, CREATED, Person, Scene

DOCUMENT: dict[str, Any] = json.loads((ROOT / "functions/reference/openapi.json").read_bytes())
SESSION: list[dict[str, list[str]]] = [{"bearer": []}, {"cookie": []}]


class Route(NamedTuple):
    """An operation of the document."""

    name: str
    method: str
    path: str
    is_private: bool
    """Only for who is signed in."""
    fields: Mapping[str, Any]
    """The schema of each field that a body may have, and no other one."""
    parameters: list[dict[str, Any]]

    @property
    def changes(self) -> bool:
        return self.method != "GET"


class Wish(NamedTuple):
    """A request, without who sends it."""

    method: str
    path: str
    body: Any = None
    headers: Mapping[str, str] = {}


def fields_of(operation: Mapping[str, Any]) -> Mapping[str, Any]:
    """Of a body that is a model of ours, which an event of Stripe's is not."""
    body = operation.get("requestBody", {"content": {"application/json": {"schema": {}}}})
    reference = body["content"]["application/json"]["schema"].get("$ref", "")
    if not reference:
        return {}
    fields: Mapping[str, Any] = DOCUMENT["components"]["schemas"][reference.rpartition("/")[2]][
        "properties"
    ]
    return fields


ROUTES = {
    operation["operationId"]: Route(
        operation["operationId"],
        method.upper(),
        path,
        operation["security"] == SESSION,
        fields_of(operation),
        operation.get("parameters", []),
    )
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}
WITH_BODY = [name for name, route in ROUTES.items() if route.fields]

TICKET = {
    "title": "Nick Cave",
    "price": 50,
    "currency": "usd",
    "venue": "Wembley",
    "startsAt": "2027-06-01T20:00:00Z",
}
NEWCOMER = "newcomer@example.com"
COMING_PASSWORDS = ("the password of a newcomer", "the next password")
BODIES: dict[str, Callable[[Scene, Person], dict[str, Any]]] = {
    "signUp": lambda _, __: {"email": NEWCOMER, "password": COMING_PASSWORDS[0]},
    "signIn": lambda _, who: {"email": who.email, "password": who.password},
    "refresh": lambda _, who: {"refreshToken": who.refresh_token},
    "signOut": lambda _, who: {"refreshToken": who.refresh_token, "everywhere": False},
    "changePassword": lambda _, who: {
        "currentPassword": who.password,
        "newPassword": COMING_PASSWORDS[1],
    },
    "eraseAccount": lambda _, who: {"password": who.password},
    "createTicket": lambda _, __: TICKET,
    "editTicket": lambda _, __: TICKET,
    "reserveTicket": lambda scene, _: {"ticketId": scene.tickets[AVAILABLE], "price": 50},
    "payOrder": lambda scene, _: {"orderId": scene.orders[CREATED], "token": CARD},
}


def wish(name: str, scene: Scene, who: Person) -> Wish:
    """A good request to the route, as this person sends it."""
    route = ROUTES[name]
    if name == "receiveEvent":
        return wish_of_stripe(scene)
    ids = {"id": scene.tickets[AVAILABLE], "orderId": scene.orders[CREATED]}
    if route.path.startswith("/api/orders"):
        ids["id"] = scene.orders[CREATED]
    body = BODIES[name](scene, who) if route.fields else None
    return Wish(route.method, route.path.format_map(ids), body)


def wish_of_stripe(scene: Scene) -> Wish:
    """What Stripe told of the order that is paid: it says so once more."""
    events = scene.service.stripe.account.events.newest_first()
    body, headers = scene.service.stripe.webhook(next(events))
    return Wish("POST", ROUTES["receiveEvent"].path, body.decode(), headers)

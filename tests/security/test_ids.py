"""What can stand where an id should: of something else, of nothing, or no id at all."""

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest

from tests.gateway import Answer
from tests.in_memory import State
from tests.security.policy import entitled
from tests.security.routes import ROUTES, wish
from tests.security.scene import ABSENT, Scene
from ticketing.attributes import from_attributes
from ticketing.guard import MAX_PATH

FORM = "^[A-Za-z0-9_-]{1,64}$"


class Place(NamedTuple):
    """Where a route takes an id: in its path, or in a field of its body."""

    route: str
    field: str | None

    def __str__(self) -> str:
        return f"{self.route} {self.field or 'path'}"

    @property
    def is_of_a_ticket(self) -> bool:
        return self.field == "ticketId" or ROUTES[self.route].path.startswith("/api/tickets")


PLACES = [Place(name, None) for name, route in ROUTES.items() if "{" in route.path] + [
    Place(name, field)
    for name, route in ROUTES.items()
    for field, schema in route.fields.items()
    if schema.get("pattern") == FORM
]

HOSTILE = [
    "",
    " ",
    "#",
    "*",
    "?",
    "..",
    "../orders",
    "{own}/",
    "{own} ",
    " {own}",
    "{own}\n",
    "{own}\0",
    "{own}#",
    "ORDER#{own}",
    "TICKET#{own}",
    "#{own}",
    "{own},{own}",
    "{own};a=b",
    "{own}.json",
    "%2e%2e",
    "%",
    "{own}{own}",
    "${jndi:ldap://example.com}",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "é",
    "\N{FULLWIDTH DIGIT ONE}",
    "\N{ARABIC-INDIC DIGIT ONE}",
    "\N{RIGHT-TO-LEFT OVERRIDE}{own}",
    "\N{ZERO WIDTH SPACE}{own}",
    "\N{GUITAR}",
    "a" * 65,
    "a" * 1000,
]
"""No ids; `{own}` is a good one."""

STRANGE = ["null", "undefined", "true", "0", "-1", "NaN", "__proto__", "a" * 64]
"""What could be an id, and is none."""

ENCODED = [
    "%",
    "%zz",
    "%00",
    "%FF",
    "%2",
    "%252f",
    "{own}%2f",
    "{own}%2f..",
    "%2e%2e%2ftickets",
    "./",
]
"""What may be made of a path on the wire."""

NO_TEXTS: list[Any] = [None, 0, 1, 1.5, True, [], {}, ["{own}"], {"S": "{own}"}, {"$ne": ""}]


def own_id(scene: Scene, place: Place) -> str:
    """The one in a good request to the route."""
    wanted = wish(place.route, scene, scene.buyer)
    return str(wanted.body[place.field] if place.field else wanted.path.rpartition("/")[2])


def ask(scene: Scene, place: Place, value: Any, *, is_encoded: bool = False) -> Answer:
    """Send this as the id, of whoever would get what they ask for."""
    who = entitled(place.route, scene)
    wanted = wish(place.route, scene, who)
    path, body = wanted.path, wanted.body
    if place.field:
        body = {**body, place.field: value}
    else:
        path = path.rpartition("/")[0] + "/" + (value if is_encoded else quote(value, safe=""))
    return scene.client(wanted.method, path, body, who.bearer)


def told(answer: Answer) -> tuple[int, Any]:
    """Status and problem, without the request's id."""
    return answer.status, {**json.loads(answer.body), "requestId": ""}


def filled(value: Any, own: str) -> Any:
    """The value with a good id in place of `{own}`."""
    return json.loads(json.dumps(value).replace("{own}", own))


def every_text(value: Any) -> Iterator[str]:
    """In a stored item, however deep."""
    if isinstance(value, str):
        yield value
    if isinstance(value, dict):
        for each in value.values():
            yield from every_text(each)


def stored_texts(scene: Scene) -> set[str]:
    tables = State.of(scene.service).tables.values()
    items = [from_attributes(item) for table in tables for item in table.values()]
    texts = {text for item in items for text in every_text(item)}
    return texts | {text.rpartition("#")[2] for text in texts}


def test_every_id_that_a_route_takes_has_the_form_of_one() -> None:
    assert {str(place) for place in PLACES if place.field} == {
        f"{name} {field}"
        for name, route in ROUTES.items()
        for field in route.fields
        if field.endswith("Id")
    }


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_whatever_is_stored_is_the_id_of_nothing_else(
    scene: Scene, before: State, place: Place
) -> None:
    """Of another kind, of another service, a whole key, a hash, an address: all is absent."""
    right = scene.tickets if place.is_of_a_ticket else scene.orders
    absent = told(ask(scene, place, ABSENT))
    assert absent[0] == 404
    for text in stored_texts(scene) - {*right.values()}:
        answer = ask(scene, place, text)
        if re.fullmatch(FORM, text):
            assert told(answer) == absent, text
        else:
            assert answer.status == (400 if place.field else 404), text
    assert State.of(scene.service) == before


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_what_is_no_id_is_refused(scene: Scene, before: State, place: Place) -> None:
    own = own_id(scene, place)
    for text in filled(HOSTILE, own):
        answer = ask(scene, place, text)
        if place.field:
            assert (answer.status, answer.slug) == (400, "invalid-input"), text
            assert [error["field"] for error in answer.json["errors"]] == [place.field], text
        elif len(text) > MAX_PATH:
            assert (answer.status, answer.slug) == (414, "uri-too-long")
        else:
            assert (answer.status, answer.slug) == (404, "not-found"), text
    assert State.of(scene.service) == before


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_what_could_be_an_id_and_is_none_is_absent(
    scene: Scene, before: State, place: Place
) -> None:
    absent = told(ask(scene, place, ABSENT))
    for text in [*STRANGE, own_id(scene, place).upper()]:
        assert told(ask(scene, place, text)) == absent, text
    assert State.of(scene.service) == before


@pytest.mark.parametrize("place", [place for place in PLACES if place.field], ids=str)
def test_an_id_is_a_text(scene: Scene, before: State, place: Place) -> None:
    for value in filled(NO_TEXTS, own_id(scene, place)):
        answer = ask(scene, place, value)
        assert (answer.status, answer.slug) == (400, "invalid-input"), value
        assert {error["field"].partition(".")[0] for error in answer.json["errors"]} == {
            place.field
        }
    assert State.of(scene.service) == before


@pytest.mark.parametrize("place", [place for place in PLACES if not place.field], ids=str)
def test_no_encoding_of_a_path_leads_elsewhere(scene: Scene, before: State, place: Place) -> None:
    for text in filled(ENCODED, own_id(scene, place)):
        answer = ask(scene, place, text, is_encoded=True)
        assert (answer.status, answer.slug) == (404, "not-found"), text
    assert State.of(scene.service) == before

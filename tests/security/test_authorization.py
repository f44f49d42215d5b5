"""Who may call what: every route of the document, asked by everybody."""

import pytest

from tests.gateway import Answer
from tests.in_memory import State
from tests.security.callers import (
    BUYER,
    NOBODIES,
    NOBODY,
    SELLER,
    SOMEBODIES,
    STRANGER,
    Caller,
)
from tests.security.policy import STATUSES, person, status_for
from tests.security.routes import ROUTES, Wish, wish
from tests.security.scene import ABSENT, ORDERED, Scene


def ask(scene: Scene, wanted: Wish, caller: Caller) -> Answer:
    headers = {**wanted.headers, **caller.headers(scene)}
    return scene.client(wanted.method, wanted.path, wanted.body, headers)


def comparable(answer: Answer) -> tuple[object, ...]:
    """What the answer tells, beside its request's id."""
    headers = {name: value for name, value in answer.headers.items() if name != "x-request-id"}
    body = answer.body.replace(answer.headers["x-request-id"], "")
    return answer.status, headers, answer.cookies, body


def test_it_is_known_of_every_route_who_may_call_it() -> None:
    assert ROUTES.keys() == STATUSES.keys()
    for name, route in ROUTES.items():
        assert (status_for(name, NOBODY) == 401) == route.is_private


@pytest.mark.parametrize("caller", [*NOBODIES, *SOMEBODIES], ids=str)
@pytest.mark.parametrize("name", ROUTES)
def test_everybody_gets_what_is_theirs_and_changes_nothing_else(
    scene: Scene, before: State, name: str, caller: Caller
) -> None:
    wanted = wish(name, scene, person(scene, caller.role))
    answer = ask(scene, wanted, caller)
    is_stopped = caller.is_foreign and ROUTES[name].changes
    assert answer.status == (403 if is_stopped else status_for(name, caller.role))
    if answer.status >= 400:
        assert State.of(scene.service) == before
        assert answer.cookies == []
        assert answer.slug == "not-signed-in" or answer.status != 401


@pytest.mark.parametrize("caller", NOBODIES, ids=str)
def test_whoever_is_nobody_is_told_no_more_than_anybody(scene: Scene, caller: Caller) -> None:
    for name, route in ROUTES.items():
        if not route.changes:
            wanted = wish(name, scene, scene.buyer)
            told, known = ask(scene, wanted, caller), ask(scene, wanted, NOBODIES[0])
            assert comparable(told) == comparable(known)


@pytest.mark.parametrize("caller", NOBODIES, ids=str)
def test_whoever_is_nobody_ends_no_sessions(scene: Scene, before: State, caller: Caller) -> None:
    wanted = wish("signOut", scene, scene.buyer)
    answer = ask(scene, wanted._replace(body={"everywhere": True}), caller)
    assert answer.status == (403 if caller.is_foreign else 401)
    assert State.of(scene.service) == before


HIDDEN = [name for name, statuses in STATUSES.items() if 404 in statuses]


@pytest.mark.parametrize("order", ORDERED)
@pytest.mark.parametrize("role", [STRANGER, SELLER])
@pytest.mark.parametrize("name", HIDDEN)
def test_what_is_somebody_elses_is_as_if_it_were_not_there(
    scene: Scene, before: State, name: str, role: str, order: str
) -> None:
    """Whatever became of it."""
    who = person(scene, role)
    wanted = wish(name, scene, who)
    there, absent = (
        scene.client(
            wanted.method,
            wanted.path.replace(scene.orders["created"], order_id),
            wanted.body and wanted.body | {"orderId": order_id},
            who.bearer,
        )
        for order_id in (scene.orders[order], ABSENT)
    )
    assert comparable(there) == comparable(absent)
    assert there.status == 404
    assert State.of(scene.service) == before


@pytest.mark.parametrize("role", [STRANGER, BUYER])
@pytest.mark.parametrize("name", ["editTicket", "withdrawTicket"])
def test_whatever_became_of_a_ticket_only_its_seller_can_change_it(
    scene: Scene, before: State, name: str, role: str
) -> None:
    who = person(scene, role)
    wanted = wish(name, scene, who)
    for ticket_id in scene.tickets.values():
        path = f"/api/tickets/{ticket_id}"
        answer = scene.client(wanted.method, path, wanted.body, who.bearer)
        assert (answer.status, answer.slug) == (403, "not-the-seller")
    assert State.of(scene.service) == before


PERSONAL = [
    name
    for name, route in ROUTES.items()
    if route.is_private and not route.changes and "{" not in route.path
]


@pytest.mark.parametrize("name", [*PERSONAL, "showCurrentUser"])
def test_what_is_given_without_an_id_is_the_callers_own(scene: Scene, name: str) -> None:
    answer = ask(scene, wish(name, scene, scene.stranger), SOMEBODIES[0])
    others = [*scene.tickets.values(), *scene.orders.values()]
    others += [scene.seller.id, scene.seller.email, scene.buyer.id, scene.buyer.email]
    assert not [each for each in others if each in answer.body]
    assert answer.body == "[]" or scene.stranger.email in answer.body


def test_the_key_of_somebody_elses_order_is_a_key_like_any_other(
    scene: Scene, before: State
) -> None:
    ticket_id = scene.tickets["created"]
    headers = scene.stranger.bearer | {"Idempotency-Key": ticket_id}
    answer = scene.client("POST", "/api/orders", {"ticketId": ticket_id}, headers)
    assert (answer.status, answer.slug) == (409, "ticket-reserved")
    assert scene.orders["created"] not in answer.body
    assert State.of(scene.service) == before


@pytest.mark.parametrize("caller", [*NOBODIES, *SOMEBODIES], ids=str)
def test_no_session_makes_up_for_a_signature(scene: Scene, before: State, caller: Caller) -> None:
    wanted = wish("receiveEvent", scene, scene.buyer)
    answer = ask(scene, wanted._replace(headers={}), caller)
    assert answer.status == (403 if caller.is_foreign else 400)
    assert State.of(scene.service) == before


METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "LINK")
SERVED: dict[str, set[str]] = {}
for route in ROUTES.values():
    SERVED.setdefault(route.path, set()).add(route.method)


@pytest.mark.parametrize("caller", [NOBODIES[0], *SOMEBODIES[:3]], ids=str)
@pytest.mark.parametrize("path", SERVED)
def test_another_method_does_nothing_and_says_which_there_are(
    scene: Scene, before: State, path: str, caller: Caller
) -> None:
    name = next(name for name, route in ROUTES.items() if route.path == path)
    wanted = wish(name, scene, person(scene, caller.role))
    for method in set(METHODS) - SERVED[path]:
        answer = ask(scene, wanted._replace(method=method, headers={}), caller)
        assert answer.status == (204 if method == "OPTIONS" else 405)
        assert set(answer.headers["allow"].split(", ")) == SERVED[path]
    assert State.of(scene.service) == before


@pytest.mark.parametrize("name", [name for name, route in ROUTES.items() if not route.changes])
def test_a_header_makes_no_change_of_a_question(scene: Scene, before: State, name: str) -> None:
    said = {"X-HTTP-Method-Override": "DELETE", "X-HTTP-Method": "DELETE", "X-Original-URL": "/"}
    wanted = wish(name, scene, scene.buyer)
    answer = ask(scene, wanted._replace(headers=said), SOMEBODIES[1])
    assert comparable(answer) == comparable(ask(scene, wanted, SOMEBODIES[1]))
    assert State.of(scene.service) == before

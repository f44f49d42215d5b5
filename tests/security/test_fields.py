"""What nobody may set, and nobody is told: every field that anything has, elsewhere."""

from itertools import batched
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.in_memory import State
from tests.security.names import documented_names, every_name, keys, stored_names
from tests.security.policy import entitled
from tests.security.routes import ROUTES, WITH_BODY, wish
from tests.security.scene import Scene
from ticketing.guard import MAX_PARAMETERS

OTHER_THAN_DECLARED: list[Any] = [{}, {"id": "1"}, ["1"], [[]]]


def test_there_is_no_lack_of_names(scene: Scene) -> None:
    names = {*every_name(scene)}
    assert names >= {"id", "pk", "version", "status", "userId", "user_id", "sellerId", "holder_id"}
    assert names >= {"amount", "epoch", "password_hash", "expiresAt", "tokensExpireAt", "outbox"}


@pytest.mark.parametrize("name", WITH_BODY)
def test_a_field_that_is_not_declared_is_refused(scene: Scene, before: State, name: str) -> None:
    who = entitled(name, scene)
    wanted = wish(name, scene, who)
    for field in every_name(scene):
        if field in ROUTES[name].fields:
            continue
        body = wanted.body | {field: who.id}
        answer = scene.client(wanted.method, wanted.path, body, who.bearer)
        assert (answer.status, answer.slug) == (400, "invalid-input"), field
        (error,) = answer.json["errors"]
        assert error["field"] == field
        assert error["message"].endswith(" is not a known field")
    assert State.of(scene.service) == before


@pytest.mark.parametrize("name", WITH_BODY)
def test_a_field_that_is_declared_takes_what_it_is_declared_for(
    scene: Scene, before: State, name: str
) -> None:
    who = entitled(name, scene)
    wanted = wish(name, scene, who)
    for field in ROUTES[name].fields:
        for value in OTHER_THAN_DECLARED:
            body = wanted.body | {field: value}
            answer = scene.client(wanted.method, wanted.path, body, who.bearer)
            assert (answer.status, answer.slug) == (400, "invalid-input"), (field, value)
            assert {error["field"] for error in answer.json["errors"]} == {field}
    assert State.of(scene.service) == before


GETS = [name for name, route in ROUTES.items() if not route.changes]


@pytest.mark.parametrize("name", GETS)
def test_no_parameter_or_header_asks_for_anothers_things(scene: Scene, name: str) -> None:
    """Nobody is who they say they are in a parameter."""
    wanted = wish(name, scene, scene.buyer)
    usual = scene.client("GET", wanted.path, headers=scene.buyer.bearer)
    known = {each["name"] for each in ROUTES[name].parameters}
    names = [each for each in every_name(scene) if each.isidentifier() and each not in known]
    for some in batched(names, MAX_PARAMETERS, strict=False):
        said = dict.fromkeys(some, scene.seller.id)
        headers = said | {f"X-{each.replace('_', '-')}": scene.seller.id for each in some}
        answer = scene.client(
            "GET", f"{wanted.path}?{urlencode(said)}", headers=headers | scene.buyer.bearer
        )
        assert (answer.status, answer.body) == (usual.status, usual.body)


@pytest.mark.parametrize("name", ROUTES)
def test_no_answer_has_a_field_that_only_a_table_knows(scene: Scene, name: str) -> None:
    who = entitled(name, scene)
    wanted = wish(name, scene, who)
    inside = stored_names(scene) - documented_names()
    assert inside >= {"password_hash", "token_hash", "epoch", "outbox", "intent_id", "hold"}
    if name != "showDescription":
        answer = scene.client(
            wanted.method, wanted.path, wanted.body, {**who.bearer, **wanted.headers}
        )
        assert answer.status < 300
        assert not inside & {*keys(answer.body and answer.json)}

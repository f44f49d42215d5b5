"""What is confidential goes through every route, well or badly sent, and is read nowhere."""

import json
import logging
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from payments.connection import Answer as StripeAnswer
from payments.connection import Unreachable
from payments.stripe_gateway import gateway
from tests.gateway import Answer
from tests.security.canaries import Canaries, Heard, check, client_secrets
from tests.security.policy import entitled
from tests.security.routes import ROUTES, Wish, wish
from tests.security.scene import Person, Scene
from tests.simulation.dynamodb import Answer as Said
from ticketing.telemetry import count, logger

BELONGING = {
    "signUp": {"token", "refresh token", "e-mail"},
    "signIn": {"token", "refresh token", "e-mail"},
    "refresh": {"token", "refresh token", "e-mail"},
    "changePassword": {"token", "refresh token", "e-mail"},
    "exportAccount": {"e-mail"},
    "showCurrentUser": {"e-mail"},
}
"""What is for the caller of a route; nothing else is in an answer."""


@pytest.fixture
def canaries(scene: Scene) -> Canaries:
    return Canaries(scene)


def send(scene: Scene, wanted: Wish, who: Person) -> Answer:
    headers = {"Prefer": "return=token", **who.bearer, **wanted.headers}
    return scene.client(wanted.method, wanted.path, wanted.body, headers)


def told_by(answer: Answer, scene: Scene, canaries: Canaries) -> set[str]:
    """What of them the answer has, what is new in it included."""
    canaries.learn(answer)
    canaries.texts["client secret"] |= client_secrets(scene)
    return canaries.in_text(f"{answer.headers} {answer.cookies} {answer.body}")


def allowed(name: str, answer: Answer) -> set[str]:
    return BELONGING.get(name, set()) if answer.status < 300 else set()


def test_whatever_is_written_is_heard(heard: Heard) -> None:
    """Else the tests below would prove nothing."""
    logger.warning("ours")
    logging.getLogger("botocore").info("another's")
    print("printed")
    print("complained", file=sys.stderr)
    count("Counted")
    for each in ("ours", "another's", "printed", "complained", "Counted"):
        assert each in heard.text


@pytest.mark.parametrize("name", ROUTES)
def test_a_good_request_tells_only_its_caller(
    scene: Scene, canaries: Canaries, heard: Heard, name: str
) -> None:
    who = entitled(name, scene)
    answer = send(scene, wish(name, scene, who), who)
    assert answer.status < 300
    assert told_by(answer, scene, canaries) == BELONGING.get(name, set())
    check(scene, canaries, heard)


PUBLIC = {"title", "venue"}
"""What somebody writes into these, they tell everybody."""


def misplaced(wanted: Wish, canaries: Canaries) -> Iterator[Wish]:
    """The request with canaries where they do not belong."""
    every = canaries.one_of_each()
    text = " ".join(every)
    place = quote(text, safe="")
    yield wanted._replace(path=f"{wanted.path}/{place}")
    yield wanted._replace(path=f"{wanted.path.rpartition('/')[0]}/{place}")
    yield wanted._replace(path=f"{wanted.path}?limit={place}&cursor={place}&{place}=1")
    yield wanted._replace(headers=canaries.headers())
    yield wanted._replace(headers={"Content-Type": text})
    yield wanted._replace(headers={"Authorization": text})
    yield wanted._replace(headers={"Stripe-Signature": f"t=1,v1={text}"})
    if wanted.body:
        yield wanted._replace(body=text)
    if isinstance(wanted.body, dict):
        for field in ({*wanted.body} - PUBLIC) | {""}:
            yield from (wanted._replace(body=wanted.body | {field: each}) for each in every)


@pytest.mark.parametrize("name", ROUTES)
def test_what_is_misplaced_comes_back_nowhere(
    scene: Scene, canaries: Canaries, heard: Heard, name: str
) -> None:
    who = entitled(name, scene)
    for wanted in misplaced(wish(name, scene, who), canaries):
        answer = send(scene, wanted, who)
        assert answer.status < 500
        assert told_by(answer, scene, canaries) <= allowed(name, answer)
    check(scene, canaries, heard)


DENIED = Said(400, {"__type": "com.amazon.coral.service#AccessDeniedException", "message": "No"})


@pytest.mark.parametrize("name", ROUTES)
def test_a_defect_tells_nothing(
    scene: Scene, canaries: Canaries, heard: Heard, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Its traceback is in the log."""
    who = entitled(name, scene)
    wanted = wish(name, scene, who)
    monkeypatch.setattr(scene.service.account.database, "call", lambda *_: DENIED)
    answer = send(scene, wanted, who)
    assert answer.status in (500, 200)
    assert ("Traceback" in heard.text) == (answer.status == 500)
    assert told_by(answer, scene, canaries) <= allowed(name, answer)
    check(scene, canaries, heard)


@pytest.mark.parametrize("name", [name for name, route in ROUTES.items() if route.changes])
def test_an_event_that_cannot_be_handled_tells_nothing(
    scene: Scene, canaries: Canaries, heard: Heard, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """It lies in a dead-letter queue, and why in the log."""
    service, call = scene.service, scene.service.call

    def broken(function: str, event: Any) -> Any:
        with monkeypatch.context() as patched:
            if function.endswith(".subscriber"):
                patched.setattr(service.account.database, "call", lambda *_: DENIED)
            return call(function, event)

    monkeypatch.setattr(service, "call", broken)
    who = entitled(name, scene)
    answer = send(scene, wish(name, scene, who), who)
    assert told_by(answer, scene, canaries) == BELONGING.get(name, set())
    assert ("event failed" in heard.text) == bool(service.dead_letters)
    check(scene, canaries, heard)


@pytest.mark.parametrize("error", [Unreachable("ReadTimeoutError", may_retry=False), None])
def test_what_stripe_does_not_take_is_told_nobody(
    scene: Scene,
    canaries: Canaries,
    heard: Heard,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception | None,
) -> None:
    """Unreachable, or without our key."""

    def refused(method: str, url: str, headers: Any, body: str | None) -> StripeAnswer:
        if error:
            raise error
        given = headers["Authorization"].removeprefix("Bearer ")
        message = f"Invalid API Key provided: {given}, for {body}"
        problem = {"error": {"type": "invalid_request_error", "message": message}}
        return StripeAnswer(json.dumps(problem).encode(), 401, {"request-id": "req_1"})

    monkeypatch.setattr(gateway()._connection, "request", refused)
    answer = send(scene, wish("payOrder", scene, scene.buyer), scene.buyer)
    assert answer.status == 503
    assert not told_by(answer, scene, canaries)
    assert "stripe did not answer" in heard.text
    check(scene, canaries, heard)

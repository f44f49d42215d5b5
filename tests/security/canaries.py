"""Canaries: what is confidential here, and every place where somebody could come to read it."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from itertools import cycle
from typing import Any, Self

import pytest

from tests.gateway import Answer
from tests.in_memory import State
from tests.in_memory.account import SECRETS
from tests.security.routes import COMING_PASSWORDS, NEWCOMER
from tests.security.scene import CARD, DECLINED, Scene
from ticketing.telemetry import logger

KEPT = {("table of auth", "e-mail"), ("Stripe", "client secret")}
"""Where something lies that belongs there."""

HEADERS = (
    "Accept",
    "Cookie",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "Prefer",
    "Referer",
    "Traceparent",
    "User-Agent",
    "X-Amzn-Trace-Id",
    "X-Client-Address",
    "X-Forwarded-For",
    "X-Origin-Verify",
    "X-Request-Id",
    "X-Site",
)

UNKNOWN_CARD = "tok_of_nobody"


class Canaries:
    """Texts by what they are. What an answer gives is one from then on."""

    def __init__(self, scene: Scene) -> None:
        people = (scene.seller, scene.buyer, scene.stranger)
        self.texts: dict[str, set[str]] = {
            "password": {*COMING_PASSWORDS, *(person.password for person in people)},
            "e-mail": {NEWCOMER, *(person.email for person in people)},
            "token": {part for person in people for part in parts(person.token)},
            "refresh token": {secret_of(person.refresh_token) for person in people},
            "card": {CARD, DECLINED, UNKNOWN_CARD},
            "client secret": client_secrets(scene),
            "Stripe's key": {SECRETS["stripe"]["apiKey"]},
            "webhook secret": {*SECRETS["stripe"]["webhookSecrets"]},
            "edge's secret": {*SECRETS["origin"].values()},
            "key of sessions": {SECRETS["session-keys"]["k1"]},
        }

    def one_of_each(self) -> list[str]:
        return [min(texts, key=len) for texts in self.texts.values()]

    def headers(self) -> dict[str, str]:
        """Those that anybody may send, each with another one."""
        return dict(zip(HEADERS, cycle(self.one_of_each()), strict=False))

    def learn(self, answer: Answer) -> None:
        """Keep the tokens that an answer begins or continues a session with."""
        for cookie in answer.cookies:
            name, _, token = cookie.partition(";")[0].partition("=")
            if token:
                kind, new = (
                    ("token", parts(token))
                    if name == "session"
                    else ("refresh token", {secret_of(token)})
                )
                self.texts[kind] |= new

    def in_text(self, text: str) -> set[str]:
        """What of them can be read there."""
        return {what for what, texts in self.texts.items() if any(each in text for each in texts)}


def parts(token: str) -> set[str]:
    """What an access token says, and what proves it; its header is the same for all."""
    return {*token.split(".")[1:]}


def secret_of(refresh_token: str) -> str:
    return refresh_token.partition(".")[2]


def client_secrets(scene: Scene) -> set[str]:
    intents = scene.service.stripe.account.intents.newest_first()
    return {intent.client_secret for intent in intents}


class Heard:
    """What is written meanwhile: by our logger and all others, and to both of the outputs."""

    def __init__(self, printed: pytest.CaptureFixture[str]) -> None:
        self._logged = StringIO()
        self._printed, self._outputs = "", printed

    @contextmanager
    def listening(self) -> Iterator[Self]:
        ours: Any = logger.registered_handler
        others, root = logging.StreamHandler(self._logged), logging.getLogger()
        usual_level, usual_stream = root.level, ours.setStream(self._logged)
        root.addHandler(others)
        root.setLevel(logging.INFO)
        yield self
        ours.setStream(usual_stream)
        root.removeHandler(others)
        root.setLevel(usual_level)

    @property
    def text(self) -> str:
        self._printed += "".join(self._outputs.readouterr())
        return self._logged.getvalue() + self._printed


def whispers(scene: Scene) -> dict[str, str]:
    """What is kept, and passed on, behind the API."""
    service, state = scene.service, State.of(scene.service)
    objects = [each.as_json() for kept in list(state.stripe.values())[:4] for each in kept.values()]
    return {
        "events": json.dumps(service.account.published, default=str),
        "queues": json.dumps([service.account.sent, service.dead_letters]),
        "Stripe": json.dumps(objects),
        **{f"table of {name}": json.dumps(items) for name, items in state.tables.items()},
    }


def check(scene: Scene, canaries: Canaries, heard: Heard) -> None:
    """Fails for each place where something is that does not belong there."""
    places = {"log": heard.text, **whispers(scene)}
    found = {(place, what) for place, text in places.items() for what in canaries.in_text(text)}
    assert found <= KEPT
    assert '"message":"request"' in places["log"]

"""How long a key is known, and what happens when the keys cannot be read."""

from types import SimpleNamespace

import jwt
import pytest
from botocore.exceptions import EndpointConnectionError

from auth import access_tokens
from tests.auth.builders import (
    CURRENT_KEY,
    NEW_KEY,
    a_token,
    claims,
    forge,
    outage,
    put_keys,
)
from ticketing import secrets

pytestmark = pytest.mark.usefixtures("keys")


def test_a_rotation_keeps_the_sessions_that_there_are() -> None:
    before = a_token()
    put_keys({"current": "k2", "k2": NEW_KEY, "k1": CURRENT_KEY})
    secrets.forget()
    after = a_token()
    assert jwt.get_unverified_header(after)["kid"] == "k2"
    assert access_tokens.verify(before) is not None
    assert access_tokens.verify(after) is not None


def test_a_key_that_was_removed_ends_its_sessions() -> None:
    token = a_token()
    put_keys({"current": "k2", "k2": NEW_KEY})
    secrets.forget()
    assert access_tokens.verify(token) is None


class Clock(SimpleNamespace):
    """The age of secrets, moved by hand."""

    seconds = 1000.0

    def monotonic(self) -> float:
        return self.seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(secrets, "time", clock)
    return clock


def test_a_key_is_known_soon_after_a_rotation(clock: Clock) -> None:
    a_token()
    put_keys({"current": "k2", "k2": NEW_KEY, "k1": CURRENT_KEY})
    token = forge(claims(), key=NEW_KEY, kid="k2")
    assert access_tokens.verify(token) is None
    clock.seconds += access_tokens.UNKNOWN_KEY_AGE
    assert access_tokens.verify(token) is not None


def test_made_up_key_ids_do_not_flood_the_secret_store(clock: Clock, calls: list[str]) -> None:
    for number in range(100):
        assert access_tokens.verify(forge(claims(), kid=f"made-up-{number}")) is None
    assert calls == ["GetSecretValue"]
    clock.seconds += access_tokens.UNKNOWN_KEY_AGE
    for number in range(100):
        access_tokens.verify(forge(claims(), kid=f"made-up-{number}"))
    assert calls == ["GetSecretValue"] * 2


def test_keys_are_read_again_after_a_while(clock: Clock, calls: list[str]) -> None:
    token = a_token()
    clock.seconds += secrets.MAX_AGE - 1
    access_tokens.verify(token)
    assert calls == ["GetSecretValue"]
    clock.seconds += 1
    access_tokens.verify(token)
    assert calls == ["GetSecretValue"] * 2


def test_sessions_outlive_an_outage_of_the_secret_store(clock: Clock) -> None:
    token = a_token()
    clock.seconds += secrets.MAX_AGE
    with outage("secretsmanager"):
        assert access_tokens.verify(token) is not None


def test_without_any_keys_nobody_can_be_told_from_somebody() -> None:
    with outage("secretsmanager"), pytest.raises(EndpointConnectionError):
        access_tokens.verify(forge(claims()))


def test_a_key_that_is_too_short_signs_nothing() -> None:
    put_keys({"current": "k1", "k1": "short"})
    secrets.forget()
    with pytest.raises(jwt.InvalidKeyError):
        a_token()
    assert access_tokens.verify(forge(claims(), key="short")) is None

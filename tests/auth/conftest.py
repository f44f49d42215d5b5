"""The auth table, its store, the session keys, and what is written to the log."""

from collections.abc import Callable, Iterator
from io import StringIO
from logging import StreamHandler

import pytest

from auth import access_tokens, cookies, edge, quotas
from auth import store as room
from auth.store import AccountStore
from tests.auth.builders import CURRENT_KEY, OLDER_KEY, PROOF, put_keys, put_proofs
from ticketing import aws
from ticketing.dynamo import Table
from ticketing.telemetry import logger

SECRET, ORIGIN = "session-keys", "origin"


def forget_settings() -> None:
    """What the functions read of their environment."""
    access_tokens._secret_name.cache_clear()
    cookies._is_secure.cache_clear()
    quotas.failures.cache_clear()
    quotas.sign_ups.cache_clear()


@pytest.fixture
def keys(account: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two keys that are valid at once."""
    monkeypatch.setenv("SESSION_KEYS_SECRET", SECRET)
    monkeypatch.setenv("COOKIE_SECURE", "true")
    monkeypatch.setenv("FAILURES_PER_NETWORK", "20")
    monkeypatch.setenv("SIGNUPS_PER_NETWORK", "20")
    forget_settings()
    aws.client("secretsmanager").create_secret(Name=SECRET, SecretString="{}")
    put_keys({"current": "k1", "k1": CURRENT_KEY, "k0": OLDER_KEY})
    yield
    forget_settings()


@pytest.fixture
def origin_secret(account: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """One value by which the edge is known."""
    monkeypatch.setenv("ORIGIN_SECRET", ORIGIN)
    edge._secret_name.cache_clear()
    aws.client("secretsmanager").create_secret(Name=ORIGIN, SecretString="{}")
    put_proofs({"k1": PROOF})
    yield
    edge._secret_name.cache_clear()


@pytest.fixture
def table(keys: None, make_table: Callable[[str], Table]) -> Iterator[Table]:
    room.store.cache_clear()
    yield make_table("auth")
    room.store.cache_clear()


@pytest.fixture
def store(table: Table) -> AccountStore:
    return room.store()


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> StringIO:
    """What the functions log, as text."""
    text = StringIO()
    (handler,) = [one for one in logger.handlers if isinstance(one, StreamHandler)]
    monkeypatch.setattr(handler, "stream", text)
    return text

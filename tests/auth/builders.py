"""Things of the auth service, with the parts a test does not care about filled in."""

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import EndpointConnectionError

from auth import access_tokens, passwords
from auth.access_tokens import Identity
from auth.models import SESSION_LIFE, Account, Owner, Session
from auth.quotas import Quota
from auth.refresh_tokens import RefreshToken
from auth.refusals import TooManyAttempts, TooManySignUps
from auth.store import AccountStore
from ticketing import aws

NOON = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)
ANN, BOB = "ann@example.com", "bob@example.com"
PASSWORD, WRONG = "correct horse", "battery staple"
SESSION_ID = "01993b4e-0000-7000-8000-000000000001"
NETWORK = "203.0.113.7"
FAILURES = Quota("FAILURES", 20, timedelta(minutes=15), TooManyAttempts)
SIGN_UPS = Quota("SIGNUPS", 20, timedelta(hours=1), TooManySignUps)
NEW_KEY, CURRENT_KEY, OLDER_KEY = "2" * 64, "1" * 64, "0" * 64
PROOF, NEW_PROOF = "a" * 64, "b" * 64
"""By which the edge is known."""


def an_account(**changes: Any) -> Account:
    """Ann's; without a real password unless it is hashed by the test."""
    account = Account("user-1", ANN, passwords.NOBODYS)
    return account._replace(**changes)


def an_owner(epoch: int = 0) -> Owner:
    """Ann, who signed up at noon."""
    return Owner("user-1", ANN, epoch, NOON)


def now() -> datetime:
    return datetime.now(UTC)


def a_session(at: datetime = NOON, **changes: Any) -> Session:
    """Ann's, begun at `at`."""
    return Session.begin(SESSION_ID, an_account(), at)._replace(**changes)


def create(store: AccountStore, account: Account, at: datetime) -> RefreshToken:
    """Store an account with a session; returns its token."""
    token = RefreshToken.first(SESSION_ID)
    store.create(account, Session.begin(SESSION_ID, account, at), token, SIGN_UPS.of(NETWORK, at))
    return token


def a_refresh_token() -> RefreshToken:
    """The first one of Ann's session."""
    return RefreshToken.first(SESSION_ID)


def a_token(at: datetime | None = None) -> str:
    """Ann's access token, minted now."""
    at = at or now()
    return access_tokens.mint(Identity("user-1", ANN, SESSION_ID), at, at + SESSION_LIFE)


def put_keys(keys: Mapping[str, str]) -> None:
    """What a rotation does."""
    put("SESSION_KEYS_SECRET", keys)


def put_proofs(proofs: Mapping[str, str]) -> None:
    """What a rotation of the origin secret does."""
    put("ORIGIN_SECRET", proofs)


def put(variable: str, value: Mapping[str, str]) -> None:
    """Store the secret that a variable names."""
    aws.client("secretsmanager").put_secret_value(
        SecretId=os.environ[variable], SecretString=json.dumps(value)
    )


@contextmanager
def outage(service: Any) -> Iterator[None]:
    """No call of this API gets through."""
    client = aws.client(service)

    def fail(**_: object) -> None:
        raise EndpointConnectionError(endpoint_url=service)

    client.meta.events.register("before-call", fail, unique_id="outage")
    try:
        yield
    finally:
        client.meta.events.unregister("before-call", fail, unique_id="outage")


def claims(at: datetime | None = None, **changes: object) -> dict[str, object]:
    """What a token of Ann's says that was made now."""
    issued = int((at or now()).timestamp())
    return {
        "iss": "ticketing/auth",
        "aud": "ticketing/api",
        "sub": "user-1",
        "sid": SESSION_ID,
        "email": ANN,
        "iat": issued,
        "exp": issued + 900,
    } | changes


def without(name: str, mapping: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in mapping.items() if key != name}


def forge(
    payload: object,
    key: str = CURRENT_KEY,
    digest: Callable[..., Any] = hashlib.sha256,
    **header: object,
) -> str:
    """A token made by hand, as an attacker would; with CURRENT_KEY it is a good one."""
    head = {"alg": "HS256", "typ": "JWT", "kid": "k1"} | header
    signed = f"{encode(json.dumps(head).encode())}.{encode(json.dumps(payload).encode())}"
    signature = hmac.new(key.encode(), signed.encode(), digest).digest()
    return f"{signed}.{encode(signature)}"


def encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")

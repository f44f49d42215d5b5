"""Access tokens: a signed text says who the caller is, and until when. Anything else is nobody.

The signing keys are one secret, `{"current": "k1", "k1": "...", "k0": "..."}`: every key in it
verifies, the current one signs. The authorizer imports this room, so it stays small.
"""

import os
import re
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

from jwt import InvalidKeyError, PyJWT, PyJWTError, get_unverified_header

from ticketing.secrets import secret

LIFE = timedelta(minutes=15)
ALGORITHM = "HS256"
ISSUER, AUDIENCE = "ticketing/auth", "ticketing/api"
CLAIMS = ["iss", "aud", "iat", "exp", "sub", "sid", "email"]
LEEWAY = 5
"""Seconds that the clocks of two machines may differ."""

CURRENT = "current"
"""The field of the secret that names a key; it is none itself."""

UNKNOWN_KEY_AGE = 10.0
"""Seconds. An unknown key may be a new one: the secret is read again, but not for every token."""

SCHEMES = ("bearer", "session")
"""`Bearer` is an API client's token, `Session` what the edge makes of the cookie."""

TOKEN = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)
MAX_TOKEN_LENGTH = 2048

_jwt = PyJWT({"enforce_minimum_key_length": True})


class Identity(NamedTuple):
    """Who is signed in, and in which session."""

    user_id: str
    email: str
    session_id: str


class Caller(NamedTuple):
    """What a token proves."""

    identity: Identity
    expires_at: int
    """Seconds since 1970."""


def mint(identity: Identity, at: datetime, until: datetime) -> str:
    """A token from `at` on, for LIFE but not beyond `until`."""
    keys = secret(_secret_name())
    kid = keys[CURRENT]
    who = {"sub": identity.user_id, "sid": identity.session_id, "email": identity.email}
    claims = {"iss": ISSUER, "aud": AUDIENCE, "iat": at, "exp": min(at + LIFE, until)}
    return _jwt.encode(who | claims, keys[kid], ALGORITHM, headers={"kid": kid})


def verify(token: str) -> Caller | None:
    """Whom a token stands for, or None for any text that is not a valid token.

    Raises what Secrets Manager raises when the keys cannot be read.
    """
    if len(token) > MAX_TOKEN_LENGTH or not TOKEN.fullmatch(token):
        return None
    try:
        claims = _jwt.decode(
            token,
            _key(get_unverified_header(token).get("kid")),
            algorithms=[ALGORITHM],
            issuer=ISSUER,
            audience=AUDIENCE,
            leeway=LEEWAY,
            options={"require": CLAIMS, "strict_aud": True},
        )
    except PyJWTError:
        return None
    return Caller(Identity(claims["sub"], claims["email"], claims["sid"]), claims["exp"])


def presented(authorization: str) -> str:
    """The token in the one credential header; empty when there is none."""
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() in SCHEMES else ""


def _key(kid: str | None) -> str:
    """The key of this name. Raises InvalidKeyError for a name that no key has."""
    if kid is None or kid == CURRENT:
        raise InvalidKeyError
    known = secret(_secret_name())
    if kid not in known:
        known = secret(_secret_name(), max_age=UNKNOWN_KEY_AGE)
    if kid not in known:
        raise InvalidKeyError
    return str(known[kid])


@cache
def _secret_name() -> str:
    return os.environ["SESSION_KEYS_SECRET"]

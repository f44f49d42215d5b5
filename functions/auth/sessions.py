"""Sessions: a signed token says who the caller is and until when. Anything else is nobody.

The signing keys are one secret, `{"current": "k1", "k1": "...", "k0": "..."}`: every key in it
verifies, the current one signs. The authorizer imports this room, so it stays small.
"""

import os
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

from aws_lambda_powertools.shared.cookies import Cookie, SameSite
from jwt import InvalidKeyError, PyJWT, PyJWTError, get_unverified_header

from ticketing.secrets import secret

LIFE, ENDED = timedelta(days=1), timedelta()
ALGORITHM = "HS256"
ISSUER, AUDIENCE = "ticketing/auth", "ticketing/api"
CLAIMS = ["iss", "aud", "iat", "exp", "sub", "email"]
LEEWAY = 5
"""Seconds that the clocks of two machines may differ."""

CURRENT = "current"
"""The field of the secret that names a key; it is none itself."""

UNKNOWN_KEY_AGE = 10.0
"""Seconds. An unknown key may be a new one: the secret is read again, but not for every token."""

COOKIE = "session"
SCHEMES = ("bearer", "session")
"""`Bearer` is an API client's token, `Session` what the edge makes of the cookie."""

TOKEN = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)
MAX_TOKEN_LENGTH = 2048

_jwt = PyJWT({"enforce_minimum_key_length": True})


class Session(NamedTuple):
    """Who is signed in."""

    user_id: str
    email: str
    expires_at: int
    """Seconds since 1970."""


def mint(user_id: str, email: str, at: datetime) -> str:
    """A token for a session that begins at `at`."""
    keys = secret(_secret_name())
    kid = keys[CURRENT]
    claims = {"sub": user_id, "email": email, "iss": ISSUER, "aud": AUDIENCE}
    times = {"iat": at, "exp": at + LIFE}
    return _jwt.encode(claims | times, keys[kid], ALGORITHM, headers={"kid": kid})


def verify(token: str) -> Session | None:
    """The session that a token stands for, or None for any text that is not a valid token.

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
    return Session(claims["sub"], claims["email"], claims["exp"])


def presented(authorization: str, cookies: Mapping[str, str]) -> str:
    """The token in the header, else in the cookie; empty when there is none."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() in SCHEMES:
        return token.strip()
    return cookies.get(COOKIE, "")


def cookie(token: str, life: timedelta = LIFE) -> Cookie:
    """The cookie that carries a session in a browser; ENDED removes it."""
    return Cookie(
        COOKIE,
        token,
        path="/",
        max_age=int(life.total_seconds()),
        http_only=True,
        secure=_is_cookie_secure(),
        same_site=SameSite.LAX_MODE,
    )


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


@cache
def _is_cookie_secure() -> bool:
    """Only a deployment without TLS, on one's own machine, says no."""
    return os.environ.get("COOKIE_SECURE", "true") != "false"

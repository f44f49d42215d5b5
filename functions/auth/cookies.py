"""Cookies: how a browser keeps the two tokens of a session.

They are out of reach for scripts, for other sites, and for other hosts of the same site: a browser
takes a `__Host-` cookie only over TLS, for one host and for every path (RFC 6265bis).
"""

import os
from collections.abc import Mapping
from datetime import timedelta
from functools import cache

from aws_lambda_powertools.shared.cookies import Cookie, SameSite

ACCESS, REFRESH = "session", "refresh"
ENDED = timedelta()


def of_session(access_token: str, refresh_token: str, life: timedelta) -> list[Cookie]:
    """Both cookies, for as long as the session lives.

    The access token's own end is shorter: with its cookie a browser still shows that it has a
    session, which a shared cache in front must not take for nobody.
    """
    return [_cookie(ACCESS, access_token, life), _cookie(REFRESH, refresh_token, life)]


def ended() -> list[Cookie]:
    """What removes both."""
    return of_session("", "", ENDED)


def refresh_token(cookies: Mapping[str, str]) -> str:
    """The refresh token among a request's cookies; empty when there is none."""
    return cookies.get(_name(REFRESH), "")


def _cookie(name: str, token: str, life: timedelta) -> Cookie:
    return Cookie(
        _name(name),
        token,
        path="/",
        max_age=int(life.total_seconds()),
        http_only=True,
        secure=_is_secure(),
        same_site=SameSite.LAX_MODE,
    )


def _name(name: str) -> str:
    return f"__Host-{name}" if _is_secure() else name


@cache
def _is_secure() -> bool:
    """Only a deployment without TLS, on one's own machine, says no."""
    return os.environ.get("COOKIE_SECURE", "true") != "false"

"""One HTTP request: an API Gateway HTTP API event (payload format 2.0), read where it is needed."""

import base64
from collections.abc import Mapping
from functools import cached_property
from typing import Any, NamedTuple

from ticketing.clock import now
from ticketing.errors import (
    BadRequest,
    ContentTooLarge,
    CrossSiteRequest,
    Unauthorized,
    UnsupportedMediaType,
)
from ticketing.outbox import Cause

MAX_BODY_BYTES = 32 * 1024
JSON = "application/json"
CLIENT_ADDRESS = "x-client-address"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
"""RFC 9110, section 9.2.1: they change nothing."""


class User(NamedTuple):
    """The signed-in caller."""

    id: str


class Request:
    """What a caller sent, and who the gateway says that is."""

    def __init__(self, event: Mapping[str, Any], max_body_bytes: int = MAX_BODY_BYTES) -> None:
        self._event = event
        self._max_body_bytes = max_body_bytes
        self._context = event["requestContext"]
        self.headers: Mapping[str, str] = {
            name.lower(): value for name, value in (event.get("headers") or {}).items()
        }
        """By lower-case name."""
        self.query: Mapping[str, str] = event.get("queryStringParameters") or {}

    @property
    def id(self) -> str:
        """Names this request in the answer, the logs and every event it causes."""
        return str(self._context["requestId"])

    @property
    def path(self) -> str:
        return str(self._event["rawPath"])

    @property
    def method(self) -> str:
        return str(self._context["http"]["method"])

    @property
    def source_ip(self) -> str:
        """The client's address, as the edge saw it; the gateway sees the edge's own.

        The edge replaces what a client says of itself, and the API answers nobody past the edge.
        """
        return self.headers.get(CLIENT_ADDRESS) or str(self._context["http"].get("sourceIp", ""))

    @property
    def cookies(self) -> Mapping[str, str]:
        """By name; from the event's list, or from the header where a gateway leaves them there."""
        pairs = self._event.get("cookies") or self.headers.get("cookie", "").split(";")
        return dict(pair.strip().split("=", 1) for pair in pairs if "=" in pair)

    @cached_property
    def body(self) -> bytes:
        """The raw bytes. Raises ContentTooLarge, or BadRequest when they cannot be decoded."""
        text = self._event.get("body") or ""
        is_encoded = self._event.get("isBase64Encoded")
        try:
            raw = base64.b64decode(text, validate=True) if is_encoded else text.encode()
        except ValueError as error:
            message = "The body cannot be decoded"
            raise BadRequest(message) from error
        if len(raw) > self._max_body_bytes:
            raise ContentTooLarge
        return raw

    def check_body(self) -> None:
        """Raises what `body` raises, and UnsupportedMediaType for one that is not called JSON."""
        media_type = self.headers.get("content-type", "").split(";")[0].strip().lower()
        if self.body and media_type != JSON:
            raise UnsupportedMediaType

    @property
    def is_own(self) -> bool | None:
        """Whether a page of this site sent it, by the browser's word; None if nothing says so.

        Every browser says it in `Sec-Fetch-Site`, or in `Origin` where it is too old for that. The
        edge says what the site is called.
        """
        if site := self.headers.get("sec-fetch-site"):
            return site == "same-origin"
        if origin := self.headers.get("origin"):
            scheme, host = (self.headers.get(f"x-forwarded-{part}") for part in ("proto", "host"))
            return origin == f"{scheme}://{host}"
        return None

    def check_origin(self) -> None:
        """Raises CrossSiteRequest for a change that another site may have a browser ask for.

        A browser sends cookies by itself: with one, the request must be known as our own; without
        any, it must not be known as another's. A bearer token is never sent by itself.
        """
        scheme = self.headers.get("authorization", "").partition(" ")[0].lower()
        if self.method in SAFE_METHODS or scheme == "bearer" or self.is_own:
            return
        if self.is_own is False or scheme == "session" or self.cookies:
            raise CrossSiteRequest

    @property
    def caller(self) -> User | None:
        """Who the authorizer says is calling, or nobody.

        The gateway may keep its answer for longer than the session lives.
        """
        found = (self._context.get("authorizer") or {}).get("lambda") or {}
        expires_at = float(found.get("expiresAt") or "inf")
        if not found.get("userId") or expires_at <= self.cause.time.timestamp():
            return None
        return User(found["userId"])

    @property
    def user(self) -> User:
        """The caller. Raises Unauthorized for nobody."""
        caller = self.caller
        if caller is None:
            raise Unauthorized
        return caller

    @cached_property
    def cause(self) -> Cause:
        """This request as the cause of what it writes, at the moment it was first asked for."""
        return Cause(self.id, self.id, now())

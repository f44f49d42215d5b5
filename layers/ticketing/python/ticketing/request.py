"""One HTTP request: an API Gateway HTTP API event (payload format 2.0), read where it is needed."""

import base64
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from ticketing.clock import now
from ticketing.errors import FieldError, Invalid, Unauthorized
from ticketing.outbox import Cause

CLIENT_ADDRESS, SITE = "x-client-address", "x-site"
"""What the edge says. Not `X-Forwarded-*`, of which an HTTP API makes a header of another form."""

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
"""RFC 9110, section 9.2.1: they change nothing."""


class User(NamedTuple):
    """The signed-in caller."""

    id: str


class Request:
    """What a caller sent, and who the gateway says that is."""

    def __init__(self, event: Mapping[str, Any]) -> None:
        self._event = event
        self._context = event["requestContext"]
        sent = event.get("headers") or {}
        self.headers: Mapping[str, str] = {name.lower(): value for name, value in sent.items()}
        """By lower-case name."""
        self.names_a_header_twice = len(self.headers) < len(sent)
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
        """The raw bytes. Raises Invalid when they cannot be decoded."""
        text = self._event.get("body") or ""
        is_encoded = self._event.get("isBase64Encoded")
        try:
            return base64.b64decode(text, validate=True) if is_encoded else text.encode()
        except ValueError as error:
            raise Invalid(errors=[FieldError("The body cannot be decoded")]) from error

    @property
    def site(self) -> str:
        """The origin by which the client knows this site, as the edge says; empty past the edge."""
        return self.headers.get(SITE, "")

    @property
    def is_own(self) -> bool | None:
        """Whether a page of this site sent it, by the browser's word; None if nothing says so.

        Every browser says it in `Sec-Fetch-Site`, or in `Origin` where it is too old for that.
        """
        if site := self.headers.get("sec-fetch-site"):
            return site == "same-origin"
        if origin := self.headers.get("origin"):
            return origin == self.site
        return None

    @property
    def caller(self) -> User | None:
        """Who the authorizer says is calling, or nobody.

        The gateway may keep its answer for longer than the session lives.
        """
        return self.caller_at(self.cause.time)

    def caller_at(self, moment: datetime) -> User | None:
        """The caller, if their token is good until after this moment."""
        found = (self._context.get("authorizer") or {}).get("lambda") or {}
        expires_at = float(found.get("expiresAt") or "inf")
        if not found.get("userId") or expires_at <= moment.timestamp():
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

"""HTTP to the API: one pool of kept connections; what is no success is a `Problem`."""

import json
import ssl
import time
from collections.abc import Mapping, Sequence
from decimal import Decimal
from http import HTTPStatus
from typing import Any, NamedTuple

from urllib3 import HTTPHeaderDict, PoolManager, Retry, Timeout
from urllib3.exceptions import HTTPError

from ticketing.errors import FieldError

TIMEOUT = Timeout(connect=1.0, read=8.0)
"""Seconds; no call of a page takes long, and a visitor does not wait for longer."""

REPEATABLE = frozenset({"GET", "DELETE"})
"""What could happen twice is not sent twice. A PUT names a version, which it makes an old one."""

RETRY = Retry(
    total=1,
    redirect=0,
    status=0,
    allowed_methods=REPEATABLE,
    backoff_factor=0.05,
    respect_retry_after_header=False,
)
"""A kept connection may be gone after a pause.

An answer is an answer, also one that says when to come again: the visitor decides.
"""

SURE_SECONDS = 4.0
"""How long after its last use a connection is surely there.

Lambda freezes a function between two requests, and it does not hear who hangs up meanwhile.
"""


class Problem(Exception):
    """An answer of the API other than success, as its problem details tell it."""

    def __init__(
        self,
        status: int,
        slug: str = "",
        errors: tuple[FieldError, ...] = (),
        retry_after: str | None = None,
        cookies: Sequence[str] = (),
    ) -> None:
        super().__init__(slug or str(status))
        self.status = status
        self.slug = slug
        self.errors = errors
        self.retry_after = retry_after
        self.cookies = cookies

    @classmethod
    def unreachable(cls) -> "Problem":
        """The API did not answer."""
        return cls(HTTPStatus.SERVICE_UNAVAILABLE, "unreachable", retry_after="5")


class Reply(NamedTuple):
    """An answer of the API."""

    headers: HTTPHeaderDict
    body: Any
    """Numbers with decimals are exact."""


class Transport:
    """Sends requests to one API."""

    def __init__(self, api_url: str) -> None:
        """Reads the machine's certificates once, which takes ten times as long as a handshake."""
        self._api_url = api_url
        context = ssl.create_default_context() if api_url.startswith("https:") else None
        self._pool = PoolManager(maxsize=4, timeout=TIMEOUT, retries=RETRY, ssl_context=context)
        self._last_use = time.monotonic()

    def send(self, method: str, path: str, headers: Mapping[str, str], body: object) -> Reply:
        """The answer to one request; a body is sent as JSON. Raises Problem."""
        content = {} if body is None else {"Content-Type": "application/json"}
        raw = None if body is None else json.dumps(body).encode()
        if method not in REPEATABLE and time.monotonic() - self._last_use > SURE_SECONDS:
            self._pool.clear()
        try:
            answer = self._pool.request(
                method, self._api_url + path, body=raw, headers=as_sent({**headers, **content})
            )
        except HTTPError as error:
            raise Problem.unreachable() from error
        self._last_use = time.monotonic()
        found = decoded(answer.data)
        if not HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
            raise problem(answer.status, found, answer.headers)
        return Reply(answer.headers, found)


def as_sent(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers as bytes of UTF-8, which `http.client` is told one for each character."""
    return {name: value.encode().decode("latin-1") for name, value in headers.items()}


def decoded(raw: bytes) -> Any:
    """The JSON value; None for nothing, and for what is not JSON."""
    try:
        return json.loads(raw, parse_float=Decimal) if raw else None
    except ValueError:
        return None


def problem(status: int, body: Any, headers: HTTPHeaderDict) -> Problem:
    """What went wrong, also if something before the API said it in a shape of its own."""
    details = body if isinstance(body, dict) else {}
    errors = tuple(
        FieldError(error["message"], error.get("field")) for error in details.get("errors", ())
    )
    retry_after, cookies = headers.get("Retry-After"), headers.getlist("Set-Cookie")
    return Problem(status, details.get("type", ""), errors, retry_after, cookies)

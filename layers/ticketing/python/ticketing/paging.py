"""Pages of a list: newest first, with an opaque cursor in a `Link` header (RFC 8288)."""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlencode

from ticketing.errors import FieldError, Invalid

DEFAULT_LIMIT, MAX_LIMIT = 20, 100
DIGEST_BYTES = 9


class Page(NamedTuple):
    """Which page of a list the caller wants."""

    path: str
    limit: int
    after: dict[str, str] | None
    """The last item of the page before, as `next_link` was given it."""

    @classmethod
    def read(cls, path: str, scope: str, query: Mapping[str, str]) -> "Page":
        """The page that a query string asks for. Raises Invalid for a bad limit or cursor."""
        limit = query.get("limit", str(DEFAULT_LIMIT))
        if not (
            limit.isascii()
            and limit.isdecimal()
            and len(limit) <= 3
            and 1 <= int(limit) <= MAX_LIMIT
        ):
            raise Invalid(errors=[FieldError(f"Limit must be from 1 to {MAX_LIMIT}", "limit")])
        cursor = query.get("cursor")
        return cls(path, int(limit), None if cursor is None else _decode(cursor, path + scope))

    def next_link(self, scope: str, last: Mapping[str, str]) -> dict[str, str]:
        """The header that leads to the page after the item `last`."""
        query = urlencode({"limit": self.limit, "cursor": _encode(last, self.path + scope)})
        return {"Link": f'<{self.path}?{query}>; rel="next"'}


def _digest(payload: bytes, scope: str) -> bytes:
    """Binds a cursor to its list and reader. It guards against mistakes, and grants nothing: a cursor is only a position."""
    return hashlib.sha256(scope.encode() + b"\0" + payload).digest()[:DIGEST_BYTES]


def _encode(last: Mapping[str, str], scope: str) -> str:
    payload = json.dumps(dict(last), separators=(",", ":")).encode()
    return _encode_raw(_digest(payload, scope) + payload)


def _decode(cursor: str, scope: str) -> dict[str, str]:
    refusal = Invalid(errors=[FieldError("Cursor is not valid", "cursor")])
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise refusal from error
    payload = raw[DIGEST_BYTES:]
    if _digest(payload, scope) != raw[:DIGEST_BYTES] or _encode_raw(raw) != cursor:
        raise refusal
    last: dict[str, str] = json.loads(payload)
    return last


def _encode_raw(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")

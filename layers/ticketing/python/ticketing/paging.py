"""Pages of a list: newest first, with an opaque cursor in a `Link` header (RFC 8288)."""

import base64
import hashlib
import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from ticketing.errors import FieldError, Invalid

DEFAULT_LIMIT, MAX_LIMIT = 20, 100
LIMIT = re.compile(r"[1-9][0-9]?|100")
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
        if not LIMIT.fullmatch(limit):
            raise Invalid(
                errors=[FieldError(f"Limit must be a whole number from 1 to {MAX_LIMIT}", "limit")]
            )
        cursor = query.get("cursor")
        return cls(path, int(limit), None if cursor is None else _decode(cursor, path, scope))

    def next_link(self, scope: str, last: Mapping[str, str]) -> dict[str, str]:
        """The header that leads to the page after the item `last`."""
        query = urlencode({"limit": self.limit, "cursor": _encode(last, self.path, scope)})
        return {"Link": f'<{self.path}?{query}>; rel="next"'}


def invalid_cursor() -> Invalid:
    """The refusal of a cursor that no answer of ours gave."""
    return Invalid(errors=[FieldError("Cursor is not valid", "cursor")])


def _encode(last: Mapping[str, str], path: str, scope: str) -> str:
    position = urlencode(last).encode()
    return _to_text(_digest(position, path, scope) + position)


def _decode(cursor: str, path: str, scope: str) -> dict[str, str]:
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        digest, position = raw[:DIGEST_BYTES], raw[DIGEST_BYTES:]
        last = dict(parse_qsl(position.decode(), keep_blank_values=True, strict_parsing=True))
    except ValueError as error:
        raise invalid_cursor() from error
    if digest != _digest(position, path, scope) or _to_text(raw) != cursor:
        raise invalid_cursor()
    return last


def _digest(position: bytes, path: str, scope: str) -> bytes:
    """Binds a cursor to its list and reader.

    Against mistakes only: a forged cursor is another position in the same partition, or refused.
    """
    return hashlib.sha256(f"{path}\0{scope}\0".encode() + position).digest()[:DIGEST_BYTES]


def _to_text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")

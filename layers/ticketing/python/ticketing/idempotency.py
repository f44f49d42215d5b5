"""Idempotency keys: what a request made, it makes once, however often it is sent."""

import hashlib
import re
from collections.abc import Mapping

from ticketing.errors import FieldError, Invalid, Unprocessable

KEY = re.compile(r"[!-~]([ -~]{0,253}[!-~])?", re.ASCII)
"""Printable ASCII, since of a header nothing else arrives unchanged."""

REPLAYED = {"Idempotent-Replayed": "true"}
"""The header of an answer that tells what an earlier request made."""


class KeyReused(Unprocessable):
    """The idempotency key came with another body before."""

    slug, title = "idempotency-key-reused", "Idempotency-Key was used with another body"


def idempotency_key(headers: Mapping[str, str]) -> str | None:
    """The key among a request's headers, if any. Raises Invalid for one of another form."""
    key = headers.get("idempotency-key")
    if key is not None and not KEY.fullmatch(key):
        message = "Idempotency-Key must have 1 to 255 printable ASCII characters"
        raise Invalid(errors=[FieldError(message, "Idempotency-Key")])
    return key


def request_digest(*parts: str) -> str:
    """The same for the same request, however its JSON is written."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()

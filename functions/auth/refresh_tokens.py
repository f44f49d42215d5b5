"""Refresh tokens: a session's id and 256 random bits, of which only a hash is stored.

A token's successor is made of the token and of a nonce that only the table has. So whoever presents
the same token again gets the same successor, and nobody can tell it from an old token alone.
"""

import base64
import hashlib
import hmac
import os
import re
from typing import NamedTuple, Self

SECRET_BYTES = 32
FORM = re.compile(r"([0-9a-f-]{36})\.([\w-]{43})", re.ASCII)


class RefreshToken(NamedTuple):
    """What a client holds to get its next access token."""

    session_id: str
    secret: str

    @classmethod
    def first(cls, session_id: str) -> Self:
        """The one that a session begins with."""
        return cls(session_id, random_text())

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """The token, if the text has the form of one."""
        found = FORM.fullmatch(text)
        return cls(found[1], found[2]) if found else None

    def __str__(self) -> str:
        """As a client gets it."""
        return f"{self.session_id}.{self.secret}"

    @property
    def hash(self) -> str:
        """What the table knows of it; of so many random bits a plain hash suffices."""
        return hashlib.sha256(self.secret.encode()).hexdigest()

    def successor(self, nonce: str) -> Self:
        """The token that takes its place."""
        digest = hmac.digest(self.secret.encode(), nonce.encode(), "sha256")
        return self._replace(secret=_encoded(digest))


def random_text() -> str:
    """256 random bits, as text."""
    return _encoded(os.urandom(SECRET_BYTES))


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

"""Accounts: what an e-mail address is, and how long wrong passwords lock a name. No I/O."""

import math
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Self

from ticketing.errors import Conflict, TooManyRequests, Unauthorized

MAX_ADDRESS_BYTES, MAX_LOCAL_BYTES = 254, 64
"""RFC 5321, sections 4.5.3.1.1 and 4.5.3.1.3: octets."""

LABEL = r"(?!-)[^@.]{1,63}(?<!-)"
ADDRESS = re.compile(rf"[^@]+@({LABEL}\.)+{LABEL}")
NEVER_UNQUOTED = frozenset(' "(),:;<>[\\]')

FREE_FAILURES = 5
"""So many wrong passwords in a row lock a name; each further one locks it for twice as long."""

FIRST_LOCK, LONGEST_LOCK = timedelta(seconds=30), timedelta(minutes=15)
ATTEMPTS_MEMORY = timedelta(days=1)
"""How long the last wrong password is remembered."""


class EmailInUse(Conflict):
    """Another account has this e-mail address."""

    slug, title = "email-in-use", "Email is already in use"


class InvalidCredentials(Unauthorized):
    """No account has this e-mail address and password: which of the two is wrong stays untold."""

    slug, title = "invalid-credentials", "Invalid credentials"


class TooManyAttempts(TooManyRequests):
    """The name is locked after wrong passwords, whether an account has it or not."""

    slug, title = "too-many-attempts", "Too many failed sign-ins, try again later"


class Account(NamedTuple):
    """Who may sign in, and with what."""

    user_id: str
    email: str
    """In the form of `normalized_email`: the only one that is kept and shown."""
    password_hash: str


class Attempts(NamedTuple):
    """The sign-ins to one name that were counted since the last right password."""

    failures: int = 0
    failed_at: datetime | None = None

    @classmethod
    def of(cls, item: Mapping[str, Any] | None) -> Self:
        """Those that an item of the table counts."""
        if item is None:
            return cls()
        return cls(item["failures"], datetime.fromisoformat(item["failed_at"]))

    @property
    def lock(self) -> timedelta:
        """How long the name is closed after the last failure."""
        beyond = self.failures - FREE_FAILURES
        if beyond < 0:
            return timedelta()
        return min(FIRST_LOCK * (1 << min(beyond, 16)), LONGEST_LOCK)

    def wait(self, at: datetime) -> int:
        """Whole seconds until the next try may come; 0 when it may come now."""
        if self.failed_at is None:
            return 0
        return max(0, math.ceil((self.failed_at + self.lock - at).total_seconds()))

    def refusal(self, at: datetime) -> TooManyAttempts:
        """What a try gets that came too early."""
        return TooManyAttempts(retry_after=max(1, self.wait(at)))


def normalized_email(typed: str) -> str:
    """The address as it is compared, kept and shown: trimmed, lower-case, in Unicode's NFC.

    Raises ValueError unless it is plausible: one `@`, a domain with a dot, nothing invisible and
    nothing that RFC 5322 wants quoted. Whether it exists, only a message to it can tell.
    """
    address = unicodedata.normalize("NFC", typed.strip().lower())
    if not _is_plausible(address):
        message = "Email must be valid"
        raise ValueError(message)
    return address


def _is_plausible(address: str) -> bool:
    return (
        address.isprintable()
        and NEVER_UNQUOTED.isdisjoint(address)
        and len(address.encode()) <= MAX_ADDRESS_BYTES
        and ADDRESS.fullmatch(address) is not None
        and len(address.partition("@")[0].encode()) <= MAX_LOCAL_BYTES
    )

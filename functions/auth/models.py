"""Accounts and sessions: how long they last, and how long wrong passwords lock a name. No I/O."""

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from ipaddress import IPv4Address, ip_address, ip_network
from typing import Any, NamedTuple, Self

from auth.refusals import TooManyAttempts

SESSION_LIFE = timedelta(days=30)
"""From the sign-in, however often the session is refreshed."""

OVERLAP = timedelta(minutes=1)
"""How long a refresh token still works after it was replaced, and its successor is not replaced."""

FREE_FAILURES = 5
"""So many wrong passwords in a row lock a name; each further one locks it for twice as long."""

FIRST_LOCK, LONGEST_LOCK = timedelta(seconds=30), timedelta(minutes=15)
ATTEMPTS_MEMORY = timedelta(days=1)
"""How long the last wrong password is remembered, at least."""

ERASURE_MEMORY = timedelta(days=1)
"""How long it is remembered that a user is gone: for longer than their tokens last."""


class Account(NamedTuple):
    """Who may sign in, and with what."""

    user_id: str
    email: str
    """In the form of `normalized_email`: the only one that is kept and shown."""
    password_hash: str
    epoch: int = 0
    """Counts how often all its sessions were ended."""

    def with_password(self, password_hash: str) -> Self:
        """The account as it is after a change of the password, which ends all sessions."""
        return self._replace(password_hash=password_hash, epoch=self.epoch + 1)


class Owner(NamedTuple):
    """Whose a session is, without the password."""

    user_id: str
    email: str
    epoch: int
    created_at: datetime


class Session(NamedTuple):
    """What a sign-in began: one browser or client, until it signs out or `expires_at`."""

    id: str
    user_id: str
    epoch: int
    """The account's, when the session began: it ends with it."""
    expires_at: datetime
    refreshed_at: datetime | None = None

    @classmethod
    def begin(cls, session_id: str, account: Account, at: datetime) -> Self:
        return cls(session_id, account.user_id, account.epoch, at + SESSION_LIFE)


def network_of(address: str) -> str:
    """What one customer of a provider has: an IPv4 address, or 64 bits of an IPv6 address.

    Whoever has one of those has all of them. Everything else is one network.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ip_network((parsed, 64), strict=False))


def was_just_replaced(item: Mapping[str, Any], token_hash: str, at: datetime) -> bool:
    """Whether the refresh token with this hash was a session's until a moment ago.

    Then it comes from a second tab, or from a client that did not get the answer.
    """
    return (
        item.get("previous_hash") == token_hash
        and at - datetime.fromisoformat(item["replaced_at"]) <= OVERLAP
    )


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


class Found(NamedTuple):
    """What a sign-in reads."""

    account: Account | None
    attempts: Attempts
    """At this name."""
    counted: int = 0
    """By the tally, if one was asked for."""

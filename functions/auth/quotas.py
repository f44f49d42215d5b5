"""Quotas: how often something may happen from one network, in each window of time.

pk                             item
FAILURES#<sha-256>#<window>    sign-ins that failed; vanishes at `ttl`
SIGNUPS#<sha-256>#<window>     sign-ups, made or refused; vanishes at `ttl`
"""

import hashlib
import math
import os
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import NamedTuple

from auth.refusals import TooManyAttempts, TooManySignUps
from ticketing.dynamo import Update
from ticketing.errors import TooManyRequests


class Quota(NamedTuple):
    """So many in each window, and what one too many is told."""

    kind: str
    most: int
    window: timedelta
    refusal: type[TooManyRequests]

    def of(self, network: str, at: datetime) -> "Tally":
        """What is counted from this network in the window that `at` is in."""
        seconds = int(self.window.total_seconds())
        number = int(at.timestamp()) // seconds
        digest = hashlib.sha256(network.encode()).hexdigest()
        ends_at = datetime.fromtimestamp((number + 1) * seconds, UTC)
        return Tally(f"{self.kind}#{digest}#{number}", self, ends_at, at)


class Tally(NamedTuple):
    """A count in the table: of one quota, one network and one window."""

    key: str
    quota: Quota
    ends_at: datetime
    at: datetime
    """The moment that it is looked at."""

    def wait(self, count: int) -> int:
        """Whole seconds until one more may come, after so many; 0 when it may come now."""
        if count < self.quota.most:
            return 0
        return math.ceil((self.ends_at - self.at).total_seconds())

    def one_more(self) -> Update:
        """The write that counts one more, or refuses it."""
        return Update(
            key=self.key,
            add={"count": 1},
            set={"ttl": int(self.ends_at.timestamp())},
            condition="attribute_not_exists(pk) OR #count < :most",
            values={"most": self.quota.most},
            refusal=lambda _: self.quota.refusal(retry_after=self.wait(self.quota.most)),
        )


@cache
def failures() -> Quota:
    """Of sign-ins with a wrong password or address."""
    most = int(os.environ["FAILURES_PER_NETWORK"])
    return Quota("FAILURES", most, timedelta(minutes=15), TooManyAttempts)


@cache
def sign_ups() -> Quota:
    most = int(os.environ["SIGNUPS_PER_NETWORK"])
    return Quota("SIGNUPS", most, timedelta(hours=1), TooManySignUps)

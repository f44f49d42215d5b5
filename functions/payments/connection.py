"""HTTP to Stripe, by urllib3 because botocore has loaded it anyway: kept alive, bounded in time."""

import math
import time
from collections.abc import Mapping
from typing import NamedTuple

import urllib3

CONNECT_SECONDS, READ_SECONDS = 2.0, 8.0


class Answer(NamedTuple):
    """What came back."""

    body: bytes
    status: int
    headers: Mapping[str, str]


class Unreachable(Exception):
    """There was no answer; whether the request was carried out is unknown."""

    def __init__(self, why: str, *, may_retry: bool) -> None:
        super().__init__(why)
        self.may_retry = may_retry


class Connection:
    """Connections that share one deadline."""

    def __init__(self, ca_certs: str) -> None:
        self._pool = urllib3.PoolManager(ca_certs=ca_certs, retries=False)
        self._deadline = math.inf

    def within(self, seconds: float) -> None:
        """All requests from now on have this much time together."""
        self._deadline = time.monotonic() + seconds

    def request(
        self, method: str, url: str, headers: Mapping[str, str], body: str | None
    ) -> Answer:
        """Raises Unreachable."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            message = "no time left"
            raise Unreachable(message, may_retry=False)
        timeout = urllib3.Timeout(connect=min(left, CONNECT_SECONDS), read=min(left, READ_SECONDS))
        try:
            answer = self._pool.request(method, url, body=body, headers=headers, timeout=timeout)
        except urllib3.exceptions.HTTPError as error:
            raise Unreachable(type(error).__name__, may_retry=True) from error
        return Answer(answer.data, answer.status, answer.headers)

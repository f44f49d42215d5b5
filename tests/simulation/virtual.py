"""Virtual time and chance: what the product's code gets when it asks for either, or sleeps.

Installed once in a process, for good. Whoever runs a world makes it the present one.
"""

import os
import random
import secrets as token_source
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from types import SimpleNamespace
from typing import Any

import botocore.endpoint
import botocore.retries.quota
import stripe._http_client
import stripe._webhook

import payments.connection
import ticketing.aws
import ticketing.clock
import ticketing.dynamo
import ticketing.http
import ticketing.ids
import ticketing.secrets
import ticketing.telemetry

LOGGING = (
    "info",
    "warning",
    "error",
    "exception",
    "append_keys",
    "remove_keys",
    "set_correlation_id",
)


def _nothing(*_args: object, **_options: object) -> None:
    """Nobody sees it."""


class Clock:
    """The time of the present world, and how its processes sleep."""

    def __init__(self) -> None:
        self.time: Callable[[], float] = float
        self.sleep: Callable[[float], None] = lambda _seconds: None

    def read(self) -> float:
        return self.time()

    def wait(self, seconds: float) -> None:
        self.sleep(seconds)


clock = Clock()


class VirtualDatetime(datetime):
    """The datetime whose `now` is the present world's."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Any:
        assert tz is UTC
        return datetime.fromtimestamp(clock.time(), tz)


def seed(number: int) -> None:
    """Begin all chance anew: ids, jitter, tokens."""
    random.seed(number)


def install() -> None:
    """Give every module that asks for time or chance the virtual ones."""
    module: Any
    time = SimpleNamespace(
        time=clock.read,
        time_ns=lambda: int(clock.time() * 1_000_000) * 1000,
        monotonic=clock.read,
        perf_counter=lambda: 0.0,
        sleep=clock.wait,
    )
    for module in (
        botocore.endpoint,
        payments.connection,
        stripe._http_client,
        stripe._webhook,
        ticketing.aws,
        ticketing.dynamo,
        ticketing.http,
        ticketing.ids,
        ticketing.secrets,
    ):
        module.time = time
    clock_module: Any = ticketing.clock
    clock_module.datetime = VirtualDatetime
    os_module: Any = os
    os_module.urandom = random.randbytes
    source: Any = token_source
    source.token_hex = lambda size: random.randbytes(size).hex()  # noqa: S311 - to be repeated
    _leave_out_what_nobody_sees()


def _leave_out_what_nobody_sees() -> None:
    """Logs and metrics, and a quota of retries that would outlive the run."""
    telemetry: Any = ticketing.telemetry
    logger = telemetry.logger
    for method in LOGGING:
        setattr(logger, method, _nothing)
    telemetry._emit = _nothing
    quota: Any = botocore.retries.quota.RetryQuota
    quota.acquire = lambda _self, _amount: True

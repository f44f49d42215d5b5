"""The network to Stripe: Stripe's library is the real one, up to the connection pool."""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from greenlet import getcurrent
from urllib3.exceptions import NewConnectionError
from urllib3.exceptions import ReadTimeoutError as NoAnswerError

from payments.connection import Connection
from tests.simulation.faults import Crash, Fault
from tests.simulation.network import wire

STRIPE_TIMEOUT = 8.0
"""Seconds that a call to Stripe waits for its answer."""


def install() -> None:
    """Lead the product's connection to the present world, for good."""
    connection: Any = Connection
    connection._pool = property(lambda _self: _POOL, lambda _self, _pool: None)
    connection._deadline = _OfTheInvocation("deadline_of_stripe")


class _OfTheInvocation:
    """An attribute that each invocation has for itself, as it would in a container of its own."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, owner: object, _kind: type | None = None) -> Any:
        return getcurrent().invocation.kept.get(self._name, math.inf)

    def __set__(self, owner: object, value: object) -> None:
        invocation = getattr(getcurrent(), "invocation", None)
        if invocation:
            invocation.kept[self._name] = value


class _StripeAnswer(NamedTuple):
    """An answer in urllib3's terms."""

    data: bytes
    status: int
    headers: Mapping[str, str]


class _Pool:
    """What stands where urllib3's pool of connections would."""

    def request(
        self,
        method: str,
        url: str,
        body: str | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: Any = None,
    ) -> _StripeAnswer:
        """Raises urllib3's errors."""
        servers, said = wire.servers, headers or {}
        fault = servers.strike(f"{method} {url.partition('/v1')[2]}", (body, said))
        match fault:
            case Fault.CRASH_BEFORE:
                raise Crash
            case Fault.UNREACHED:
                raise NewConnectionError(_connection(), "simulated")
            case Fault.THROTTLED:
                return _RATE_LIMITED
        answer = servers.bank.request(method, url, body, said, fault)
        match fault:
            case Fault.CRASH_AFTER:
                raise Crash
            case Fault.REPLY_LOST:
                servers.sleep(min(STRIPE_TIMEOUT, timeout.read_timeout))
                raise NoAnswerError(_connection(), url, "simulated")
        return _StripeAnswer(answer.body, answer.status, answer.headers)


_POOL = _Pool()


def _connection() -> Any:
    return None


_RATE_LIMITED = _StripeAnswer(
    b'{"error": {"type": "invalid_request_error", "code": "rate_limit", "message": "simulated"}}',
    429,
    {"request-id": "req_simulated"},
)

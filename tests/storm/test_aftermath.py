"""Whoever waits after a storm cleans up meanwhile, and does not wait for ever."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from tests.storm import aftermath
from tests.storm.aftermath import Aftermath
from tests.storm.log import failures_in
from tests.storm.remains import Remains

STRAY = SimpleNamespace(
    id="pi_1", metadata={"order_id": "o1"}, amount_received=0, status="requires_capture"
)


@dataclass
class AService:
    """One in which something is left, until it is cleaned up so many times."""

    rounds: float
    called: list[str] = field(default_factory=list)

    @property
    def stripe(self) -> Any:
        return SimpleNamespace(hook=lambda _method: {"pending": int(self.rounds > 0)})

    def messages(self) -> dict[str, int]:
        return {"orders": 2} if self.rounds > 0 else {}

    def remains(self) -> Remains:
        left = [STRAY] if self.rounds > 0 else []
        return Remains({}, {}, {}, {}, intents=left, refunds=())

    def run(self, handler: str) -> None:
        self.called.append(handler)

    def redrive(self) -> int:
        self.rounds -= 1
        return 3


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aftermath, "POLL", 0.0)
    monkeypatch.setattr(aftermath, "ROUND", 0.0)


def wait(service: Any, bound: float) -> tuple[Aftermath, list[str]]:
    after = Aftermath(service)
    return after, after.wait(bound)


def test_where_nothing_is_left_nobody_is_called() -> None:
    service = AService(rounds=0)
    assert wait(service, 10.0)[1] == []
    assert service.called == []


def test_what_is_left_is_cleaned_up() -> None:
    service = AService(rounds=2)
    after, violations = wait(service, 10.0)
    assert violations == []
    assert service.called == ["orders.sweeper", "payments.reconciler"] * 2
    assert after.redriven == 6


def test_what_is_never_cleaned_up_is_told() -> None:
    _, violations = wait(AService(rounds=float("inf")), 0.05)
    assert violations == [
        "10: 2 messages are in the queue orders",
        "10: 1 webhooks were not received",
        "3: there are intents for order o1, which is not there",
        "12: it is not quiet after 0.05 s",
    ]


LOG = """\
14:25:51.104 orders/api          INFO    POST /api/orders -> 201 in 12 ms  [request-1]
14:25:51.204 orders/subscriber   ERROR   Runtime.ExitError: 1 Error: Runtime exited
14:25:51.304 payments/api        ERROR   Sandbox.Timedout: 1 Task timed out after 10.00 seconds
14:25:51.404 payments/subscriber ERROR   event failed event=order:confirmed  [request-1]
    Traceback (most recent call last):
    ticketing.errors.Unavailable: Stripe
14:25:51.504 payments/reconciler ERROR   APIConnectionError: Stripe
"""


def test_a_killed_process_is_no_failure_of_its_function() -> None:
    assert [*failures_in(LOG)] == []


def test_a_function_that_raised_is() -> None:
    log = f"{LOG}14:25:51.604 tickets/api         ERROR   KeyError: 'status'\n"
    assert [*failures_in(log)] == ["tickets/api raised KeyError: 'status'"]

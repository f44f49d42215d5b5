"""After the storm: sweeper, reconciler and operator do what is left, until everything is quiet."""

import time
from collections.abc import Iterator

from tests.storm.remains import Remains
from tests.storm.service import Service

POLL, ROUND = 1.0, 5.0
"""Seconds between two looks, and between two rounds of cleaning up."""

BOUND = 180.0
"""Seconds within which everything must be quiet: the reconciler lets a minute go by first."""


class Aftermath:
    """How long it took, and what was to do."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self.remains: Remains | None = None
        self.redriven = 0
        """Dead letters that the operator sent back."""

        self.seconds = 0.0

    def wait(self, bound: float = BOUND) -> list[str]:
        """Nothing, as soon as it is quiet; what does not hold when it took too long."""
        began, cleaned = time.monotonic(), 0.0
        while found := self._look():
            self.seconds = time.monotonic() - began
            if self.seconds > bound:
                return [*found, f"12: it is not quiet after {bound:g} s"]
            if time.monotonic() - cleaned > ROUND:
                self._clean_up()
                cleaned = time.monotonic()
            time.sleep(POLL)
        self.seconds = time.monotonic() - began
        return []

    def _look(self) -> list[str]:
        under_way = [*self._under_way()]
        self.remains = self._service.remains()
        return [*under_way, *self.remains.violations()]

    def _under_way(self) -> Iterator[str]:
        for name, length in self._service.messages().items():
            yield f"10: {length} messages are in the queue {name}"
        pending = self._service.stripe.hook("GET")["pending"]
        if pending:
            yield f"10: {pending} webhooks were not received"

    def _clean_up(self) -> None:
        self._service.run("orders.sweeper")
        self._service.run("payments.reconciler")
        self.redriven += self._service.redrive()

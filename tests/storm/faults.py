"""What fails meanwhile: processes die, Stripe errs or falls silent, its webhooks stop or double."""

import os
import signal
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from random import Random
from typing import Any

from tests.storm.service import Service

PAUSE = 0.6
"""Seconds between two faults, at most."""

OPERATIONS = ("create", "confirm", "capture", "cancel", "retrieve")
KINDS = ("error_before", "error", "error_after", "drop_before", "drop_after")
SILENT = ("create", "capture", "cancel", "retrieve")
"""Operations at which Stripe may not answer at all: a browser, which confirms, would wait long."""

MOST_COPIES = 3


class Faults:
    """Faults at one service, until they are over."""

    def __init__(self, service: Service, chance: Random) -> None:
        self.happened: Counter[str] = Counter()
        self._service = service
        self._chance = chance
        self._over = threading.Event()

    def strike(self) -> None:
        """Let things fail, one after the other, until somebody calls `end`."""
        while not self._over.wait(self._chance.random() * PAUSE):
            (fault,) = self._chance.choices([*FAULTS], [*FAULTS.values()])
            fault(self)

    def end(self) -> None:
        """From now on everything works, and what was held back goes on."""
        self._over.set()
        self._hook("DELETE", "faults")
        self._hook("POST", "processing", {"times": 0})
        self._hook("POST", "webhooks", {"paused": False, "copies": 1})
        self.decide()

    def kill(self) -> None:
        """A process of a function is gone, whatever it was doing."""
        processes = self._service.processes()
        if processes:
            victim = self._chance.choice(processes)
            with suppress(ProcessLookupError):
                os.kill(victim["pid"], signal.SIGKILL)
                self.happened[f"killed {victim['function']}"] += 1

    def err(self) -> None:
        """Stripe's next answer to an operation is an error or a lost connection."""
        self._arm(self._chance.choice(OPERATIONS), self._chance.choice(KINDS))

    def fall_silent(self) -> None:
        """Stripe does what it is asked next, and does not say so."""
        self._arm(self._chance.choice(SILENT), "hang")

    def pause_webhooks(self) -> None:
        """Webhooks stop, or go on."""
        paused = self._chance.random() < 0.5
        self._hook("POST", "webhooks", {"paused": paused})
        self.happened["webhooks paused" if paused else "webhooks resumed"] += 1

    def double_webhooks(self) -> None:
        """Each webhook comes once, twice or more often."""
        copies = self._chance.randint(1, MOST_COPIES)
        self._hook("POST", "webhooks", {"copies": copies})
        self.happened[f"webhooks in {copies} copies"] += 1

    def think(self) -> None:
        """The bank takes its time for the next confirmation."""
        self._hook("POST", "processing", {"times": 1})
        self.happened["the bank thinks"] += 1

    def decide(self) -> None:
        """The bank agrees to what it has thought about, or refuses."""
        for intent in self._service.stripe.intents():
            if intent.status == "processing":
                outcome = self._chance.choice(("succeed", "fail"))
                with suppress(AssertionError):  # canceled meanwhile
                    self._hook("POST", f"payment_intents/{intent.id}/settle", {"outcome": outcome})
                    self.happened["the bank decides"] += 1

    def lapse(self) -> None:
        """The bank lets go of money that it holds."""
        held = [
            each for each in self._service.stripe.intents() if each.status == "requires_capture"
        ]
        if held:
            with suppress(AssertionError):  # captured or canceled meanwhile
                self._hook("POST", f"payment_intents/{self._chance.choice(held).id}/expire")
                self.happened["a hold lapses"] += 1

    def _arm(self, operation: str, kind: str) -> None:
        name = f"payment_intents.{operation}"
        self._hook("POST", "faults", {"operation": name, "kind": kind, "times": 1})
        self.happened[f"{name}: {kind}"] += 1

    def _hook(self, method: str, path: str, body: Any = None) -> None:
        self._service.stripe.hook(method, path, body)


FAULTS: dict[Callable[[Faults], None], int] = {
    Faults.kill: 10,
    Faults.err: 10,
    Faults.fall_silent: 1,
    Faults.pause_webhooks: 3,
    Faults.double_webhooks: 1,
    Faults.think: 1,
    Faults.decide: 2,
    Faults.lapse: 1,
}
"""Each with its weight."""

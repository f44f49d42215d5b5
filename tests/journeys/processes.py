"""The processes of the running functions."""

import os
import signal
from contextlib import suppress
from typing import Any

import httpx

from tests.journeys.people import eventually


def kill(endpoints: dict[str, Any], function: str) -> int:
    """Kill every process of a function; returns how many there were.

    The host has seen their end then: of the calls only those fail that were under way.
    """
    victims = processes(endpoints, function)
    for pid in victims:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    eventually(lambda: victims & processes(endpoints, function), lambda left: not left)
    return len(victims)


def processes(endpoints: dict[str, Any], function: str) -> set[int]:
    """The process ids of a function."""
    running = httpx.get(endpoints["processes"]).json()
    return {process["pid"] for process in running if process["function"] == function}

"""The processes of the running functions."""

import os
import signal
from contextlib import suppress
from typing import Any

import httpx


def kill(endpoints: dict[str, Any], function: str) -> int:
    """Kill every process of a function; returns how many there were."""
    processes = httpx.get(endpoints["processes"]).json()
    victims = [process["pid"] for process in processes if process["function"] == function]
    for pid in victims:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return len(victims)

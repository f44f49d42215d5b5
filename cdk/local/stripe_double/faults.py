"""Failures on demand: what the next calls of an operation meet, and what their key remembers.

kind           executed      saved under the key    the caller gets
error_before   no            nothing                500
drop_before    no            nothing                a reset connection
error          no            the 500                500
error_after    yes           the 500                500
drop_after     yes           the answer             a reset connection
hang           yes           the answer             nothing, until it gives up
hold           when released the answer             the answer; until then its key is in use

A replayed answer executes nothing, but can be dropped, hang or be preceded by an error as well.
"""

import asyncio
from collections import deque
from enum import StrEnum
from typing import NamedTuple

ANY = "*"


class Kind(StrEnum):
    """How a call fails."""

    ERROR_BEFORE = "error_before"
    DROP_BEFORE = "drop_before"
    ERROR = "error"
    ERROR_AFTER = "error_after"
    DROP_AFTER = "drop_after"
    HANG = "hang"
    HOLD = "hold"


class Fault(NamedTuple):
    """One failure waiting for its call; `operation` may be any."""

    operation: str
    kind: Kind


class Faults:
    """The failures that are armed, each for one call, first armed first."""

    def __init__(self) -> None:
        self._armed: deque[Fault] = deque()
        self._held: list[asyncio.Event] = []
        self._holding = asyncio.Event()

    @property
    def armed(self) -> tuple[Fault, ...]:
        """Those that no call has met yet."""
        return tuple(self._armed)

    @property
    def held(self) -> int:
        """How many calls wait to be released."""
        return len(self._held)

    def arm(self, fault: Fault, times: int = 1) -> None:
        """The next `times` calls of the operation fail."""
        self._armed.extend([fault] * times)

    def take(self, operation: str) -> Kind | None:
        """What this call of the operation meets."""
        for fault in self._armed:
            if fault.operation in {ANY, operation}:
                self._armed.remove(fault)
                return fault.kind
        return None

    async def hold(self) -> None:
        """Wait until released."""
        gate = asyncio.Event()
        self._held.append(gate)
        self._holding.set()
        await gate.wait()

    async def holding(self) -> None:
        """Wait until a call is held."""
        await self._holding.wait()

    def release(self) -> int:
        """Let every held call go on; says how many there were."""
        self._holding.clear()
        held, self._held = self._held, []
        for gate in held:
            gate.set()
        return len(held)

    def clear(self) -> None:
        """Disarm all, and release what is held."""
        self._armed.clear()
        self.release()

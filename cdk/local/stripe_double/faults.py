"""Failures on demand: what the next calls of an operation meet, and what their key remembers.

kind           executed      saved under the key    the caller gets
error_before   no            nothing                500
drop_before    no            nothing                a reset connection
error          no            the 500                500
error_after    yes           the 500                500
drop_after     yes           the answer             a reset connection
hang           yes           the answer             nothing, until it gives up

A replayed answer executes nothing, but can be dropped, hang or be preceded by an error as well.
"""

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


class Fault(NamedTuple):
    """One failure waiting for its call; `operation` may be any."""

    operation: str
    kind: Kind


class Faults:
    """The failures that are armed, each for one call, first armed first."""

    def __init__(self) -> None:
        self._armed: deque[Fault] = deque()

    @property
    def armed(self) -> tuple[Fault, ...]:
        """Those that no call has met yet."""
        return tuple(self._armed)

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

    def clear(self) -> None:
        """Disarm all."""
        self._armed.clear()

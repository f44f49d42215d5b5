"""How far something is: a bar on a terminal, and elsewhere a line now and then."""

import sys
import time

WIDTH = 30

SECONDS_BETWEEN_LINES = 30.0


class Progress:
    """Of so many parts."""

    def __init__(self, total: int) -> None:
        self.total = total
        self._terminal = sys.stderr.isatty()
        self._began = self._told = time.monotonic()

    @property
    def seconds(self) -> float:
        """Since it began."""
        return time.monotonic() - self._began

    def show(self, done: int, what: str) -> None:
        """`what` has come of the parts that are done."""
        now = time.monotonic()
        if not self._terminal and now - self._told < SECONDS_BETWEEN_LINES:
            return
        self._told = now
        bar = "#" * (WIDTH * done // self.total)
        line = f"[{bar:<{WIDTH}}] {what}, {self.seconds:,.0f} s"
        ends = "" if self._terminal and done < self.total else "\n"
        print(f"\r{line}" if self._terminal else line, end=ends, file=sys.stderr, flush=True)

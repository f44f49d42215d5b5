"""The scheduler: one thread, virtual time, and a tape that says who acts next.

A process is a greenlet. At every call to AWS or Stripe it pauses: another one may go on, time may
jump to the next timer, or a fault may strike. Nothing else decides anything, so a tape is a run.
"""

import heapq
from collections.abc import Callable
from itertools import count

from greenlet import getcurrent, greenlet

START = 1_790_000_000.0
"""When every run begins, in seconds since 1970: in September 2026."""

SWITCHING, JUMPING = 0.25, 0.01
"""How often, at a pause, another process goes on, and how often time jumps over those ready."""

STALLING, STALL = 0.1, 0.2
"""How often a call is slow, and for how many seconds: others talk for a whole while meanwhile."""

MAX_STEPS = 4_000


class Livelock(BaseException):
    """The run does not come to rest."""


class Process(greenlet):
    """Somebody who acts: a person, or a function at work."""

    name: str


class Scheduler:
    """Who can act now, and what happens later."""

    def __init__(self, pick: Callable[[int, float], int], start: float = START) -> None:
        self.pick = pick
        self.now = start
        self.steps = 0
        self.jumps = 0
        self.ready: list[Process] = []
        self._timers: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()
        self._hub = getcurrent()

    def spawn(self, name: str, act: Callable[[], object]) -> None:
        """Let somebody act, some time from now."""
        process = Process(act, self._hub)
        process.name = name
        self.ready.append(process)

    def at(self, moment: float, happen: Callable[[], None]) -> None:
        """Let something happen when that time comes."""
        heapq.heappush(self._timers, (moment, next(self._order), happen))

    def after(self, seconds: float, name: str, act: Callable[[], object]) -> None:
        """Let somebody act after that time."""
        self.at(self.now + seconds, lambda: self.spawn(name, act))

    def sleep(self, seconds: float) -> None:
        """The present process goes on after that time, at the earliest."""
        me = getcurrent()
        self.at(self.now + seconds, lambda: self.ready.append(me))
        self._hub.switch()

    def pause(self, stalling: float = STALLING) -> None:
        """Let others act before the present process goes on, if the tape says so."""
        self.steps += 1
        if self.steps > MAX_STEPS:
            msg = f"no rest after {MAX_STEPS} steps"
            raise Livelock(msg)
        if self._timers and self.pick(2, JUMPING):
            self.jumps += 1
            self._jump()
        if self.pick(2, stalling):
            self.sleep(STALL)
        if not self.ready:
            return
        choice = self.pick(len(self.ready) + 1, SWITCHING)
        if choice:
            chosen = self.ready.pop(choice - 1)
            self.ready.append(getcurrent())
            chosen.switch()

    def run(self, until: float = float("inf")) -> None:
        """Let everybody act until nobody can, or nothing more happens before that time."""
        while True:
            while self.ready:
                choice = self.pick(len(self.ready), SWITCHING)
                self.ready.pop(choice).switch()
            if not self._timers or self._timers[0][0] > until:
                return
            self._jump()

    def _jump(self) -> None:
        moment, _, happen = heapq.heappop(self._timers)
        self.now = max(self.now, moment)
        happen()

    def forget(self) -> None:
        """End every process and timer: the run is over."""
        self._timers.clear()
        while self.ready:
            self.ready.pop().throw()

"""The tape: every choice of a run is one integer, 0 the simplest; it holds those that are not 0.

A seed draws the choices; a recorded tape gives the same ones again, and 0 wherever it is silent.
"""

import random
from collections.abc import Mapping


class Tape:
    """The choices of one run, by the place at which each was made."""

    def __init__(self, seed: int = 0, recorded: Mapping[int, int] | None = None) -> None:
        self._draw = random.Random(seed).random  # noqa: S311 - to be repeated
        self._recorded = recorded
        self.place = 0
        self.choices: dict[int, int] = {}

    def pick(self, options: int, chance: float = 1.0) -> int:
        """One of 0 to `options - 1`; anything but 0 with this chance at most."""
        self.place += 1
        if self._recorded is not None:
            choice = self._recorded.get(self.place, 0) % options
        elif self._draw() >= chance:
            return 0
        else:
            choice = int(self._draw() * options)
        if choice:
            self.choices[self.place] = choice
        return choice

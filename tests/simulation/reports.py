"""What schedules came to, added up, and kept in a journal so that a long search can go on."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from tests.simulation.faults import Fault


@dataclass(slots=True)
class Report:
    """What some runs added up to."""

    runs: int = 0
    steps: int = 0
    checked: int = 0
    seconds: float = 0.0
    """Of a core."""
    faults: Counter[Fault] = field(default_factory=Counter)
    failed: dict[int, str] = field(default_factory=dict)
    """The violation, by seed."""

    def add(self, other: "Report") -> None:
        self.runs += other.runs
        self.steps += other.steps
        self.checked += other.checked
        self.seconds += other.seconds
        self.faults += other.faults
        self.failed |= other.failed

    def to_json(self) -> dict[str, Any]:
        return {
            "runs": self.runs,
            "steps": self.steps,
            "checked": self.checked,
            "seconds": round(self.seconds, 3),
            "faults": {fault.name: times for fault, times in self.faults.items()},
            "failed": self.failed,
        }

    @classmethod
    def of_json(cls, told: Mapping[str, Any]) -> Self:
        faults = Counter({Fault[name]: times for name, times in told["faults"].items()})
        failed = {int(seed): violation for seed, violation in told["failed"].items()}
        return cls(**{**told, "faults": faults, "failed": failed})


class Journal:
    """A file with a line for the search, and one for the report of each of its blocks."""

    def __init__(self, path: Path, search: Mapping[str, Any]) -> None:
        """Begin it, or go on with it. Raises ValueError if it is of another search."""
        text = path.read_text() if path.exists() else json.dumps(search) + "\n"
        whole = text[: text.rfind("\n") + 1]
        begun, *blocks = map(json.loads, whole.splitlines())
        if begun != search:
            msg = f"{path} is of another search: {begun}"
            raise ValueError(msg)
        self.reports = {each["first"]: Report.of_json(each["report"]) for each in blocks}
        """By the first seed of the block."""
        self._path = path
        path.write_text(whole)

    def add(self, first: int, report: Report) -> None:
        """Keep what a block came to."""
        with self._path.open("a") as file:
            file.write(json.dumps({"first": first, "report": report.to_json()}) + "\n")

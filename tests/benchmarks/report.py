"""What was measured against what was promised: one table for people, one file for machines."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """One measurement; without a budget it is for information."""

    topic: str
    what: str
    value: float
    budget: float | None = None
    unit: str = ""
    detail: str = ""

    @property
    def verdict(self) -> str:
        if self.budget is None:
            return ""
        return "met" if self.value <= self.budget else "OVER"

    def cells(self) -> tuple[str, ...]:
        budget = "" if self.budget is None else f"≤ {self.budget:g} {self.unit}".strip()
        value = f"{self.value:.3g} {self.unit}".strip()
        return self.topic, self.what, budget, value, self.verdict, self.detail


HEADER = ("topic", "what", "budget", "value", "", "detail")


def table(rows: Iterable[Row]) -> str:
    """The rows in aligned columns; a topic is named once."""
    lines: list[tuple[str, ...]] = [HEADER]
    topic = ""
    for row in rows:
        lines.append(("" if row.topic == topic else row.topic, *row.cells()[1:]))
        topic = row.topic
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADER))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def save(rows: Iterable[Row], file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    document = [asdict(row) | {"verdict": row.verdict} for row in rows]
    file.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")

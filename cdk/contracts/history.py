"""Every sample there ever was: old events lie in queues and the archive, and are still read.

A sample that changes joins its predecessors in `history/`, numbered from 1. Nothing there changes.
"""

from itertools import count
from pathlib import Path

HISTORY = "history"


def history(folder: Path, name: str, sample: str) -> list[str]:
    """The samples of an event in the order they came, up to the present one."""
    past = []
    for number in count(1):
        file = folder / HISTORY / f"{name}.{number}.json"
        if not file.exists():
            break
        past.append(file.read_text(encoding="utf-8"))
    return past if sample in past[-1:] else [*past, sample]

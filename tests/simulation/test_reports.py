"""A long search can be interrupted: what is in its journal is not played again."""

from collections import Counter
from pathlib import Path

import pytest

from tests.simulation.faults import Fault
from tests.simulation.reports import Journal, Report

SEARCH = {"code": "7fc3e16", "seed": 1, "schedules": 300}

FIRST = Report(100, 3540, 2880, 1.25, Counter({Fault.STALE: 3}), {7: "1: sold twice"})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A journal with two blocks in it."""
    path = tmp_path / "journal"
    journal = Journal(path, SEARCH)
    assert journal.reports == {}
    journal.add(1, FIRST)
    journal.add(101, Report(runs=100))
    return path


def test_a_search_goes_on_where_its_journal_ends(path: Path) -> None:
    assert Journal(path, SEARCH).reports == {1: FIRST, 101: Report(runs=100)}
    assert Journal(path, SEARCH).reports == {1: FIRST, 101: Report(runs=100)}


def test_a_line_that_was_cut_off_is_played_again(path: Path) -> None:
    path.write_text(path.read_text()[:-1])
    journal = Journal(path, SEARCH)
    assert journal.reports == {1: FIRST}
    journal.add(101, Report(runs=100, steps=5))
    assert Journal(path, SEARCH).reports[101].steps == 5


def test_a_journal_is_of_one_search(path: Path) -> None:
    for other in ({"seed": 2}, {"schedules": 400}, {"code": "7fc3e16-dirty"}):
        with pytest.raises(ValueError, match="another search"):
            Journal(path, SEARCH | other)


def test_reports_add_up() -> None:
    total = Report()
    total.add(FIRST)
    total.add(Report(1, 2, 3, 0.25, Counter({Fault.STALE: 1}), {9: "2"}))
    assert total == Report(
        101, 3542, 2883, 1.5, Counter({Fault.STALE: 4}), {7: "1: sold twice", 9: "2"}
    )

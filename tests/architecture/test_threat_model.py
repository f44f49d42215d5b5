"""The threat model: each row names tests that exist, and none of OWASP's ten is left out."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "SECURITY.md").read_text()
TEST = re.compile(r"`([\w/]+\.py)::(test_\w+)`")


class Row(NamedTuple):
    """A threat, and what shows that it is stopped."""

    asset: str
    threat: str
    stopped_by: str
    shown_by: str


def rows() -> Iterator[Row]:
    table = re.findall(r"^\| (.*) \|$", PAGE, re.MULTILINE)
    for line in table[1:]:
        yield Row(*line.split(" | "))


@pytest.mark.parametrize("row", [*rows()], ids=lambda row: f"{row.asset}: {row.threat}")
def test_what_stops_a_threat_is_shown_by_tests_that_exist(row: Row) -> None:
    tests = TEST.findall(row.shown_by)
    assert tests
    assert TEST.sub("", row.shown_by).strip(", ") == ""
    for file, name in tests:
        source = (ROOT / "tests" / file).read_text()
        assert re.search(rf"^ *def {name}\(", source, re.MULTILINE), f"{file}::{name}"


def test_every_risk_of_owasp_has_a_row() -> None:
    named = {int(number) for row in rows() for number in re.findall(r"API(\d+)", row.threat)}
    assert named == set(range(1, 11))

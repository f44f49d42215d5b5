"""A short campaign against the running service, always with the same dice."""

from typing import Any

import pytest

from tests.fuzz.campaign import Plan, Report, run

pytestmark = pytest.mark.journey

PLAN = Plan(seed=1, examples=8, chains=10)


@pytest.fixture(scope="module")
def report(url: str, endpoints: dict[str, Any]) -> Report:
    return run(url, endpoints["webhookSecret"], PLAN)


def test_no_answer_is_outside_the_document(report: Report) -> None:
    assert [*report.findings.values()] == []


def test_every_phase_was_run(report: Report) -> None:
    assert report.errors == []


def test_every_operation_was_asked_and_granted_something(report: Report) -> None:
    assert report.unreached == set()

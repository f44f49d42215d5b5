"""A table whose DynamoDB answers what a test says it answers, and the log."""

import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from botocore.stub import Stubber

from ticketing import aws, dynamo
from ticketing.dynamo import Table
from ticketing.telemetry import logger


@pytest.fixture
def stubber() -> Iterator[Stubber]:
    """DynamoDB's client, that answers only what was added, in that order."""
    aws.client.cache_clear()
    with Stubber(aws.client("dynamodb")) as stubbed:
        yield stubbed
        stubbed.assert_no_pending_responses()
    aws.client.cache_clear()


@pytest.fixture
def stubbed_table(stubber: Stubber) -> Table:
    return Table(stubber.client, "orders-table")


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that writes would have slept; the longest the jitter allows."""
    slept: list[float] = []
    monkeypatch.setattr(dynamo.time, "sleep", slept.append)
    monkeypatch.setattr(dynamo.random, "uniform", lambda _low, high: high)
    return slept


@pytest.fixture
def log(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> "Log":
    log = Log(capsys)
    monkeypatch.setattr(logger.registered_handler, "stream", log.stream)
    return log


class Log:
    """What a function wrote since it was last asked for: one JSON object a line."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.stream = StringIO()
        self._capsys = capsys

    def lines(self) -> list[dict[str, Any]]:
        text = self.stream.getvalue()
        self.stream.seek(0)
        self.stream.truncate()
        return [json.loads(line) for line in text.splitlines()]

    def metrics(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._capsys.readouterr().out.splitlines()]

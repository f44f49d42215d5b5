"""Fixtures: this DynamoDB with one table, or in the place of the unit tests' own."""

from collections.abc import Callable, Iterator

import pytest

from cdk.tables import TABLES
from tests.simulation.dynamodb.database import DynamoDB
from tests.simulation.dynamodb.tables import Change
from tests.simulation.test_dynamodb.drawn_requests import SPEC, TABLE
from tests.simulation.test_dynamodb.wire import answered_by
from ticketing import aws
from ticketing.dynamo import Table


@pytest.fixture
def make_table(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Table]]:
    """As the unit tests' fixture of this name."""
    database, client = DynamoDB(clock=lambda: 0.0), aws.client("dynamodb")

    def make(service: str) -> Table:
        database.create(TABLES[service].definition(f"{service}-table"))
        monkeypatch.setenv("TABLE_NAME", f"{service}-table")
        return Table(client, f"{service}-table")

    with answered_by(database, client):
        yield make


class Clock:
    """Seconds since 1970; a test may let them go by."""

    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(clock: Clock) -> DynamoDB:
    """One table of things with an index, empty."""
    made = DynamoDB(clock)
    made.create(SPEC.definition(TABLE), ttl="ttl")
    return made


@pytest.fixture
def changes(database: DynamoDB) -> list[Change]:
    """What the database tells of, from now on."""
    told: list[Change] = []
    database.on_change = told.append
    return told

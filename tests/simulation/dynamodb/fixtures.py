"""Fixtures that put this DynamoDB in the place of the unit tests' own."""

from collections.abc import Callable, Iterator

import pytest

from cdk.tables import TABLES
from tests.simulation.dynamodb.database import DynamoDB
from tests.simulation.dynamodb.wire import answered_by
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

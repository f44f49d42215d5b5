"""The same requests by the dice, here and at the local emulator: the same answers and items.

`EXAMPLES=20000` draws that many new ones.
"""

import asyncio
import os
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.config import Config
from botocore.session import Session
from hypothesis import given, settings
from hypothesis import strategies as st

from cdk.local.children import Lifeline
from cdk.local.emulator import READY, Emulator, answers
from cdk.local.settings import Settings
from tests.journeys.people import eventually
from tests.simulation.dynamodb import DynamoDB
from tests.simulation.test_dynamodb.drawn_requests import CALLS, SPEC, STORED, TABLE, Call, Request
from tests.simulation.test_dynamodb.outcomes import outcome, primary_key, stored
from tests.simulation.test_dynamodb.wire import answered_by

EXAMPLES = os.environ.get("EXAMPLES")


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the emulator listens."""
    settings, lifeline = Settings(state=tmp_path_factory.mktemp("emulator")), Lifeline()
    settings.logs.mkdir()
    with asyncio.Runner() as runner:
        started = runner.run(Emulator.start(settings, lifeline))
        eventually(lambda: answers(started.url + READY), bool, within=60)
        yield started.url
        runner.run(started.child.stop())
    lifeline.close()


@pytest.fixture(scope="module")
def clients(emulator: str) -> tuple[Any, Any]:
    """Ours, and the emulator's."""

    def client(url: str) -> Any:
        return Session().create_client(
            "dynamodb",
            region_name="us-east-1",
            endpoint_url=url,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(retries={"total_max_attempts": 1}),
        )

    return client("http://127.0.0.1:1"), client(emulator)


def test_the_emulator_agrees(clients: tuple[Any, Any]) -> None:
    ours, theirs = clients

    @settings(max_examples=int(EXAMPLES or 30), derandomize=not EXAMPLES)
    @given(items=STORED, calls=st.lists(CALLS, min_size=1, max_size=4))
    def agrees(items: list[Request], calls: list[Call]) -> None:
        puts = [("PutItem", {"TableName": TABLE, "Item": item}) for item in items]
        database = DynamoDB(clock=lambda: 0.0)
        database.create(SPEC.definition(TABLE))
        theirs.create_table(**SPEC.definition(TABLE))
        try:
            with answered_by(database, ours):
                for call in [*puts, *calls]:
                    assert outcome(ours, *call) == outcome(theirs, *call)
            assert sorted(database.items(TABLE).values(), key=primary_key) == stored(theirs, TABLE)
        finally:
            theirs.delete_table(TableName=TABLE)

    agrees()

"""Fixtures of every unit test: an AWS account in memory, with the tables as they are deployed."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from moto import mock_aws
from xdist.scheduler import LoadScopeScheduling

from cdk.local.children import own_environment
from cdk.tables import TABLES
from ticketing import aws, secrets
from ticketing.dynamo import Table

pytest_plugins = ["tests.running_service"]

OWN = own_environment()
os.environ.update(OWN)
for name in os.environ.keys() - OWN.keys():
    del os.environ[name]  # The shell's account is nobody's business here.

REGION = "eu-west-1"

TOGETHER = {
    "browser": "a shop",
    "infrastructure": "templates",
    "journeys": "a service",
    "fuzz": "a service",
    "packaging": "layers",
    "simulation": "an emulator",
    "local": "a zygote",
    "security": "a scene",
}
"""What the tests of a folder share, because it takes seconds to make.

They begin in this order: the longest first, but not with a shop and a service at once.
"""


def folder(nodeid: str) -> str:
    return nodeid.split("/")[1]


class Together(LoadScopeScheduling):
    """Keeps what is shared on one worker; xdist's own groups do nothing since pytest 9.2."""

    def _split_scope(self, nodeid: str) -> str:
        return TOGETHER.get(folder(nodeid), nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together:
    return Together(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    ranks = {name: rank for rank, name in enumerate(TOGETHER)}
    items.sort(key=lambda item: ranks.get(folder(item.nodeid), len(ranks)))


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What Lambda sets for every function; no test can reach a real account."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "POWERTOOLS_METRICS_NAMESPACE": "Ticketing",
        "POWERTOOLS_SERVICE_NAME": "test",
    }.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def account() -> Iterator[None]:
    """An empty AWS account; secrets of the test before are forgotten.

    Clients are kept: moto intercepts what they send, and making one takes longer than most tests.
    """
    with mock_aws():
        secrets.forget()
        yield
    secrets.forget()


@pytest.fixture
def deferred(account: None, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The messages that subscribers put into their queues once more."""
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(aws.client("sqs"), "send_message", lambda **call: sent.append(call))
    return sent


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """What time it is for a subscriber: `clock[0]`; noon at first."""
    times = [datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)]
    monkeypatch.setattr("ticketing.subscriber.now", lambda: times[0])
    return times


@pytest.fixture
def calls(account: None) -> Iterator[list[str]]:
    """The AWS calls that are made, by name."""
    made: list[str] = []

    def note(model: object, **_: object) -> None:
        made.append(getattr(model, "name", ""))

    clients = [aws.client("dynamodb"), aws.client("secretsmanager")]
    for client in clients:
        client.meta.events.register("before-call", note, unique_id="calls")
    yield made
    for client in clients:
        client.meta.events.unregister("before-call", note, unique_id="calls")


@pytest.fixture
def make_table(account: None, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Table]:
    """Creates a service's table and names it in the environment: `make_table("orders")`."""

    def make(service: str) -> Table:
        aws.client("dynamodb").create_table(**TABLES[service].definition(f"{service}-table"))
        monkeypatch.setenv("TABLE_NAME", f"{service}-table")
        return Table(aws.client("dynamodb"), f"{service}-table")

    return make

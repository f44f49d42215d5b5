"""Every event of a shard is published at least once, in order, under its own id."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from cdk.republish import FailedInvocation
from outbox import publisher
from tests.gateway import LambdaContext
from tests.outbox.records import BusDouble, Record, a_record, an_item, records
from ticketing import aws

BUCKET = "failures"


@pytest.fixture(autouse=True)
def _names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BUS_NAME", "ticketing")
    monkeypatch.setenv("FAILURES_BUCKET", BUCKET)
    publisher.bus.cache_clear()


@pytest.fixture
def aside(monkeypatch: pytest.MonkeyPatch) -> list[Record]:
    """The records that the bucket for failures takes."""
    taken: list[Record] = []

    def put(name: str, path: str, body: bytes, _headers: Any) -> None:
        assert name == BUCKET
        assert path.startswith("/aws/lambda/"), "the role may write nowhere else"
        [record] = FailedInvocation.model_validate_json(body).payload.records
        taken.append(record)

    monkeypatch.setattr(publisher.bucket, "put", put)
    return taken


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], Any]:
    """Takes the place of the bus: `bus = connect(BusDouble())`."""

    def put(double: Any) -> Any:
        monkeypatch.setattr(publisher, "bus", lambda: publisher.Bus(double, "ticketing"))
        return double

    return put


def receive(batch: list[Record]) -> list[str]:
    """The sequence numbers that the publisher wants to see again."""
    answer = publisher.lambda_handler({"Records": batch}, LambdaContext())  # type: ignore[arg-type]
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def event_ids(entries: list[Any]) -> list[str]:
    return [json.loads(entry["Detail"])["metadata"]["id"] for entry in entries]


def test_an_event_is_the_item_under_its_stamp(connect: Callable[[Any], Any]) -> None:
    bus = connect(BusDouble())
    assert receive([a_record(1, an_item("event-1"), an_item("event-0"))]) == []
    (entry,) = bus.arrived
    assert (entry["Source"], entry["DetailType"]) == ("ticketing.tickets", "ticket:updated")
    assert entry["EventBusName"] == "ticketing"
    assert entry["Time"] == datetime(2026, 11, 23, 12, 0, 1, 500_000, tzinfo=UTC)
    assert json.loads(entry["Detail"]) == {
        "metadata": {
            "id": "event-1",
            "time": "2026-11-23T12:00:01.500Z",
            "schemaVersion": 1,
            "correlationId": "request-of-event-1",
            "causationId": "cause-1",
        },
        "data": {
            "id": "ticket-1",
            "version": 1,
            "status": "available",
            "withdrawn": False,
            "title": "Nick Cave",
            "amount": 5050,
            "currency": "usd",
            "venue": None,
            "startsAt": None,
            "userId": "seller",
            "orderId": None,
            "createdAt": "2026-11-23T12:00:00.000Z",
        },
    }


@pytest.mark.parametrize(
    ("new", "old"),
    [
        (None, an_item("event-1")),
        (an_item("event-1", title="Repeated"), an_item("event-1")),
        (an_item(None), None),
        (an_item(None), an_item(None)),
        (an_item(None), an_item("event-1")),
        (an_item(outbox={"id": "write-2"}), an_item(outbox={"id": "write-1"})),
    ],
    ids=[
        "deleted",
        "same stamp",
        "new without event",
        "without events",
        "event removed",
        "stamp that only names its write",
    ],
)
def test_a_change_without_a_new_event_is_passed_over(
    connect: Callable[[Any], Any], new: Any, old: Any
) -> None:
    bus = connect(BusDouble())
    assert receive([a_record(1, new, old), *records(3)[1:]]) == []
    assert event_ids(bus.arrived) == ["event-2", "event-3"]


def test_an_item_that_had_no_event_yet_announces_its_first(connect: Callable[[Any], Any]) -> None:
    bus = connect(BusDouble())
    assert receive([a_record(1, an_item("event-1"), an_item(None))]) == []
    assert event_ids(bus.arrived) == ["event-1"]


def test_a_batch_without_events_publishes_nothing(connect: Callable[[Any], Any]) -> None:
    bus = connect(BusDouble())
    assert receive([]) == []
    assert bus.requests == []


def test_events_go_out_in_order_ten_at_a_time(connect: Callable[[Any], Any]) -> None:
    bus = connect(BusDouble())
    assert receive(records(23)) == []
    assert [len(request) for request in bus.requests] == [10, 10, 3]
    assert event_ids(bus.arrived) == [f"event-{number}" for number in range(1, 24)]


def test_a_request_stays_below_the_size_that_the_bus_takes(connect: Callable[[Any], Any]) -> None:
    bus = connect(BusDouble())
    large = [
        a_record(number, an_item(f"event-{number}", title="é" * 150_000)) for number in range(7)
    ]
    assert receive(large) == []
    assert [len(request) for request in bus.requests] == [3, 3, 1]
    for request in bus.requests:
        assert sum(len(entry["Detail"].encode()) for entry in request) <= 1_000_000


def test_an_event_too_large_for_any_request_holds_up_nobody(
    connect: Callable[[Any], Any], aside: list[Record]
) -> None:
    bus = connect(BusDouble(lambda entry: len(entry["Detail"]) > 1_000_000))
    batch = records(3)
    batch[1] = a_record(2, an_item("event-2", title="x" * 1_100_000))
    assert receive(batch) == []
    assert event_ids(bus.arrived) == ["event-1", "event-3"]
    assert aside == [batch[1]]


def test_the_first_event_that_is_refused_comes_again_with_all_behind_it(
    connect: Callable[[Any], Any],
) -> None:
    bus = connect(BusDouble(lambda entry: "event-12" in entry["Detail"]))
    assert receive(records(25)) == ["12"]
    assert len(bus.requests) == 2
    assert event_ids(bus.arrived)[:11] == [f"event-{number}" for number in range(1, 12)]
    again = connect(BusDouble())
    assert receive(records(25)[11:]) == []
    assert event_ids(again.arrived) == [f"event-{number}" for number in range(12, 26)]


def test_a_record_that_cannot_be_read_is_set_aside_and_holds_up_nobody(
    connect: Callable[[Any], Any], aside: list[Record], capsys: pytest.CaptureFixture[str]
) -> None:
    bus = connect(BusDouble())
    batch = records(5)
    for number in (3, 5):
        batch[number - 1] = a_record(number, an_item(f"event-{number}", amount=-1))
    assert receive(batch) == []
    assert event_ids(bus.arrived) == ["event-1", "event-2", "event-4"]
    assert aside == [batch[2], batch[4]]
    metrics = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line]
    assert (
        sum(metric["RecordsSetAside"][0] for metric in metrics if "RecordsSetAside" in metric) == 2
    )


def test_a_record_that_nobody_takes_comes_again_with_all_behind_it(
    connect: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise publisher.bucket.NotPut

    monkeypatch.setattr(publisher.bucket, "put", refuse)
    bus = connect(BusDouble())
    batch = records(3)
    batch[1] = a_record(2, an_item("event-2", amount=-1))
    assert receive(batch) == ["2"]
    assert event_ids(bus.arrived) == ["event-1"]


@pytest.mark.parametrize("outbox", ["text", {"id": "event-1", "type": "ticket:eaten"}])
def test_a_stamp_that_cannot_be_read_is_set_aside(
    connect: Callable[[Any], Any], aside: list[Record], outbox: Any
) -> None:
    connect(BusDouble())
    record = a_record(1, an_item(outbox=outbox))
    assert receive([record]) == []
    assert aside == [record]


def test_an_unreadable_record_behind_a_refused_event_comes_again_with_it(
    connect: Callable[[Any], Any], aside: list[Record]
) -> None:
    """It is set aside once, when those before it have arrived, and not at each try."""
    connect(BusDouble(lambda entry: "event-1" in entry["Detail"]))
    batch = [*records(1), a_record(2, an_item("event-2", amount=-1))]
    assert receive(batch) == ["1"]
    assert aside == []


def test_a_throttled_request_comes_again_without_those_that_arrived(
    account: None, connect: Callable[[Any], Any]
) -> None:
    throttled = boto3.client("events").exceptions.ClientError(
        {"Error": {"Code": "ThrottlingException", "Message": "Rate exceeded"}}, "PutEvents"
    )

    class Throttled(BusDouble):
        def put_events(self, Entries: list[Any]) -> dict[str, Any]:  # noqa: N803
            if self.requests:
                raise throttled
            return super().put_events(Entries)

    bus = connect(Throttled())
    assert receive(records(15)) == ["11"]
    assert len(bus.arrived) == 10


def test_each_event_is_logged_with_its_correlation_id_and_counted(
    connect: Callable[[Any], Any], capsys: pytest.CaptureFixture[str], caplog: Any
) -> None:
    connect(BusDouble(lambda entry: "event-3" in entry["Detail"]))
    receive(records(3))
    metrics = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line]
    assert [metric["EventsPublished"] for metric in metrics] == [[2.0]]
    published = [record for record in caplog.records if record.message == "published"]
    assert [record.event_id for record in published] == ["event-1", "event-2"]


def test_events_go_to_the_bus_that_the_environment_names(account: None) -> None:
    boto3.client("events").create_event_bus(Name="ticketing")
    requests: list[Any] = []
    events = aws.client("events").meta.events
    keep = "provide-client-params.events.PutEvents"
    events.register(keep, lambda params, **_: requests.append(params["Entries"]), "keep")
    try:
        assert receive(records(12)) == []
    finally:
        events.unregister(keep, unique_id="keep")
    assert [len(request) for request in requests] == [10, 2]
    assert {entry["EventBusName"] for entry in requests[0]} == {"ticketing"}

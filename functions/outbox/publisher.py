"""A table's stream onto the bus: the events that its items carry, in the order they were written.

The first event that does not arrive comes again from the stream, with all behind it: every event is
published at least once, under the id that its write gave it. That is for as long as the bus is out
of reach; a record that can never be published is set aside, where nobody waits for it.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from ticketing import aws, bucket
from ticketing.attributes import from_attributes
from ticketing.events import CATALOG, SOURCE_PREFIX, AnyEvent
from ticketing.ids import new_id
from ticketing.outbox import EventType
from ticketing.telemetry import count, logger

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef

MAX_ENTRIES = 10
MAX_BYTES = 1_000_000
"""PutEvents takes at most so much: https://docs.aws.amazon.com/general/latest/gr/ev.html."""

TIME_BYTES = 14
"""What PutEvents counts for the time of an entry."""


type Record = Mapping[str, Any]


class TooLarge(Exception):
    """No request to the bus can take the event."""


class Outgoing(NamedTuple):
    """An event on its way, and the stream record that carried it."""

    sequence_number: str
    event: AnyEvent
    detail: str

    @property
    def source(self) -> str:
        return SOURCE_PREFIX + self.event.producer

    def entry(self, bus_name: str) -> "PutEventsRequestEntryTypeDef":
        return {
            "EventBusName": bus_name,
            "Source": self.source,
            "DetailType": self.event.detail_type.value,
            "Detail": self.detail,
            "Time": self.event.metadata.time,
        }

    def size(self) -> int:
        """Bytes as PutEvents counts them."""
        texts = (self.source, self.event.detail_type.value, self.detail)
        return TIME_BYTES + sum(len(text.encode()) for text in texts)


class Bus(NamedTuple):
    """The event bus."""

    client: "EventBridgeClient"
    name: str

    def put(self, batch: list[Outgoing]) -> int:
        """How many events arrived before the first that did not."""
        try:
            answer = self.client.put_events(Entries=[event.entry(self.name) for event in batch])
        except Exception:
            logger.exception("bus not reached")
            return 0
        for arrived, result in enumerate(answer["Entries"]):
            if "ErrorCode" in result:
                logger.error("event refused", error=result["ErrorCode"])
                return arrived
        return len(batch)


def lambda_handler(event: Mapping[str, Any], _context: "LambdaContext") -> dict[str, Any]:
    """Publish a batch of one shard; reports the first record that has to come again, if any."""
    records, failed = event["Records"], None
    while records and not failed:
        outgoing, records = read(records)
        failed = publish(outgoing)
        if records and not failed:
            unreadable, *records = records
            failed = set_aside(unreadable)
    return {"batchItemFailures": [{"itemIdentifier": failed}] if failed else []}


def read(records: Sequence[Record]) -> tuple[list[Outgoing], Sequence[Record]]:
    """The events before the first record that cannot be read, and what begins with that one."""
    outgoing = []
    for number, record in enumerate(records):
        change = record["dynamodb"]
        logger.set_correlation_id(None)
        try:
            if carries_event(change):
                outgoing.append(read_change(change))
        except Exception:
            logger.exception("record unreadable", record=change["SequenceNumber"])
            return outgoing, records[number:]
    return outgoing, []


def set_aside(record: Record) -> str | None:
    """Put a record into the bucket for failures, as Lambda does.

    Returns its sequence number if the bucket does not take it.
    """
    number = str(record["dynamodb"]["SequenceNumber"])
    failure = json.dumps({"payload": json.dumps({"Records": [record]})})
    try:
        bucket.put(failures(), f"/aws/lambda/unreadable/{number}-{new_id()}", failure.encode(), {})
    except Exception:
        logger.exception("record not set aside", record=number)
        return number
    count("RecordsSetAside")
    return None


def carries_event(change: Mapping[str, Any]) -> bool:
    """Whether the write that made this change stamped the item with an event.

    A stamp without a type only names its write.
    """
    new, old = (change.get(image, {}).get("outbox") for image in ("NewImage", "OldImage"))
    if new is None or "type" not in new["M"]:
        return False
    return old is None or new["M"]["id"] != old["M"]["id"]


def read_change(change: Mapping[str, Any]) -> Outgoing:
    """The event that a change carries: the stamp is its metadata, the item its data.

    Raises pydantic's ValidationError, or TooLarge.
    """
    item = from_attributes(change["NewImage"])
    event = CATALOG[EventType(item["outbox"]["type"])].model_validate(
        {"metadata": item["outbox"], "data": item}
    )
    outgoing = Outgoing(change["SequenceNumber"], event, event.model_dump_json(by_alias=True))
    if outgoing.size() > MAX_BYTES:
        raise TooLarge
    return outgoing


def publish(outgoing: Iterable[Outgoing]) -> str | None:
    """Publish until one does not arrive; returns the sequence number of its record."""
    for batch in batches(outgoing):
        arrived = bus().put(batch)
        for event in batch[:arrived]:
            log(event)
        if arrived:
            count("EventsPublished", arrived)
        if arrived < len(batch):
            return batch[arrived].sequence_number
    return None


def batches(outgoing: Iterable[Outgoing]) -> Iterator[list[Outgoing]]:
    """As many at a time as one PutEvents takes, in order."""
    batch: list[Outgoing] = []
    size = 0
    for event in outgoing:
        if batch and (len(batch) == MAX_ENTRIES or size + event.size() > MAX_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(event)
        size += event.size()
    if batch:
        yield batch


def log(outgoing: Outgoing) -> None:
    event, metadata = outgoing.event, outgoing.event.metadata
    logger.set_correlation_id(metadata.correlation_id)
    logger.info("published", event=event.detail_type.value, event_id=metadata.id)


@cache
def bus() -> Bus:
    """The container's bus."""
    return Bus(aws.client("events"), os.environ["BUS_NAME"])


@cache
def failures() -> str:
    """The bucket for what cannot be published."""
    return os.environ["FAILURES_BUCKET"]


aws.init(bus)

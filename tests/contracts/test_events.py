"""Events: every sample there ever was is read today, and means what its schema says."""

import json
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from auth.subscriber import subscriber as auth
from cdk.catalogue import CONSUMERS, consumed_by
from cdk.contracts.files import ROOT
from cdk.contracts.samples import SAMPLES
from cdk.contracts.schemas import file_name
from cdk.stacks.expiration import DEFINITION
from orders.subscriber import subscriber as orders
from payments.subscriber import subscriber as payments
from tests.bus import sqs_record
from tests.state_machine import evaluate
from ticketing.events import CATALOG, AnyEvent
from ticketing.outbox import EventType
from tickets.subscriber import subscriber as tickets

EVENTS = ROOT / "events"
PAST = sorted(EVENTS.glob("*/history/*.json"))
SUBSCRIBERS = {"auth": auth, "orders": orders, "payments": payments, "tickets": tickets}


def read(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


def schema_of(event: type[AnyEvent]) -> Draft202012Validator:
    schema = read(EVENTS / event.producer / f"{file_name(event)}.schema.json")
    return Draft202012Validator(schema, format_checker=FormatChecker())


def event_of(file: Path) -> type[AnyEvent]:
    """The class of the event that a file in `history/` is a sample of."""
    return CATALOG[EventType(file.name.split(".")[0].replace("-", ":", 1))]


def by_name(value: object) -> str:
    return value.name if isinstance(value, Path) else str(getattr(value, "detail_type", value))


@pytest.mark.parametrize("event", CATALOG.values(), ids=by_name)
def test_a_schema_is_one(event: type[AnyEvent]) -> None:
    Draft202012Validator.check_schema(dict(schema_of(event).schema))


@pytest.mark.parametrize("event", CATALOG.values(), ids=by_name)
def test_a_sample_keeps_its_schema_and_loses_nothing_when_read(event: type[AnyEvent]) -> None:
    sample = read(EVENTS / event.producer / f"{file_name(event)}.sample.json")
    schema_of(event).validate(sample)
    assert event.model_validate(sample).model_dump(mode="json", by_alias=True) == sample


@pytest.mark.parametrize("file", PAST, ids=by_name)
def test_every_sample_there_ever_was_is_read_by_the_class_and_the_schema_of_today(
    file: Path,
) -> None:
    event = event_of(file)
    event.model_validate(read(file))
    schema_of(event).validate(read(file))


def test_the_past_has_a_sample_of_every_event() -> None:
    assert {event_of(file) for file in PAST} == set(CATALOG.values())


@pytest.mark.parametrize("event", CATALOG.values(), ids=by_name)
def test_a_field_that_comes_later_is_ignored(event: type[AnyEvent]) -> None:
    sample = SAMPLES[event.detail_type]
    later = {
        "metadata": sample["metadata"] | {"later": 1},
        "data": sample["data"] | {"later": {"amount": 1.5}},
        "later": [],
    }
    schema_of(event).validate(later)
    assert event.model_validate(later) == event.model_validate(sample)


@pytest.mark.parametrize("event", CATALOG.values(), ids=by_name)
def test_a_schema_refuses_what_the_class_refuses(event: type[AnyEvent]) -> None:
    sample = SAMPLES[event.detail_type]
    for part in ("metadata", "data"):
        for name in sample[part]:
            without = {key: value for key, value in sample[part].items() if key != name}
            broken = sample | {part: without}
            try:
                event.model_validate(broken)
            except ValueError:
                assert not schema_of(event).is_valid(broken)
            else:
                assert schema_of(event).is_valid(broken)


def test_every_consumer_of_the_catalogue_has_a_handler_and_no_other_has() -> None:
    for service, subscriber in SUBSCRIBERS.items():
        consumed = {name for names in consumed_by(service).values() for name in names}
        assert {event_type.value for event_type in subscriber.handlers} == consumed
    assert {*chain(*CONSUMERS.values())} == {*SUBSCRIBERS, "expiration"}


def test_the_state_machine_announces_what_the_contract_says() -> None:
    order_created = CATALOG[EventType.ORDER_CREATED].model_validate(
        SAMPLES[EventType.ORDER_CREATED]
    )
    delivered = json.loads(sqs_record(order_created)["body"])
    (entry,) = read(DEFINITION)["States"]["Announce"]["Arguments"]["Entries"]
    announced = evaluate(entry, delivered)
    event = CATALOG[EventType(announced["DetailType"])]
    assert announced["Source"] == f"ticketing.{event.producer}"
    schema_of(event).validate(announced["Detail"])
    told = event.model_validate(announced["Detail"]).model_dump(mode="json", by_alias=True)
    wanted = SAMPLES[EventType.EXPIRATION_COMPLETE]
    assert told["data"] == wanted["data"]
    assert told["metadata"] | {"time": wanted["metadata"]["time"]} == wanted["metadata"]

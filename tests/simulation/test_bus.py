"""Queues and streams: what fails comes again, until it is dead, and everything else does not."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from tests.simulation.bus import POISON, REDELIVERY, Line, Shard
from tests.simulation.deployment import Queue, Stream
from tests.simulation.dynamodb import Change
from tests.simulation.faults import Crash
from tests.simulation.scheduler import START, Scheduler
from tests.simulation.tape import Tape

QUEUE = Queue("orders", "orders/subscriber", 10, 60.0, 3, reports_failures=True)
STREAM = Stream("orders", "orders/publisher", 100, (), reports_failures=True, bisects=True)

CARRYING_AN_EVENT = {"dynamodb": {"NewImage": {"outbox": {"S": [{"exists": True}]}}}}

type Handle = Callable[[list[dict[str, Any]]], list[str]]
"""What a consumer does with a batch: the ids of those that it cannot process, or a crash."""


class AWorld(SimpleNamespace):
    """A world of one consumer; `batches` are what it got, and when."""

    def __init__(self, handle: Handle, recorded: dict[int, int] | None = None) -> None:
        tape = Tape(recorded=recorded or {})
        super().__init__(pick=tape.pick, scheduler=Scheduler(tape.pick), batches=[])
        self.mark, self.was_struck = (lambda: None), (lambda _since: True)
        self.handle = handle

    def invoke(self, _label: str, event: dict[str, Any]) -> dict[str, Any]:
        records = event["Records"]
        names = [each.get("body") or each["dynamodb"]["SequenceNumber"] for each in records]
        self.batches.append((self.scheduler.now - START, names))
        failures = self.handle(records)
        return {"batchItemFailures": [{"itemIdentifier": each} for each in failures]}


def succeeds(_records: list[dict[str, Any]]) -> list[str]:
    return []


def fails(records: list[dict[str, Any]]) -> list[str]:
    return [record["messageId"] for record in records]


def fails_at(body: str) -> Handle:
    return lambda records: [each["messageId"] for each in records if each["body"] == body]


def dies(_records: list[dict[str, Any]]) -> list[str]:
    raise Crash


def is_empty(line: Line) -> bool:
    return not (line.visible or line.in_flight)


# A queue


def test_a_message_is_delivered_once_if_nothing_fails() -> None:
    world = AWorld(succeeds)
    line = Line(QUEUE, world)
    line.send("one")
    line.send("two", delay=5.0)
    world.scheduler.run()
    assert world.batches == [(0.0, ["one"]), (5.0, ["two"])]
    assert is_empty(line)
    assert not line.dead


@pytest.mark.parametrize("handle", [fails, dies])
def test_what_fails_too_often_is_dead(handle: Handle) -> None:
    world = AWorld(handle)
    line = Line(QUEUE, world)
    line.send("one")
    world.scheduler.run()
    assert [seconds for seconds, _ in world.batches] == [0.0, 60.0, 120.0]
    assert [message.body for message in line.dead] == ["one"]
    assert is_empty(line)


def test_the_consumer_is_told_how_often_a_message_came() -> None:
    counts: list[str] = []

    def count(records: list[dict[str, Any]]) -> list[str]:
        counts.extend(each["attributes"]["ApproximateReceiveCount"] for each in records)
        return fails(records)

    world = AWorld(count)
    Line(QUEUE, world).send("one")
    world.scheduler.run()
    assert counts == ["1", "2", "3"]


def test_of_a_batch_only_what_failed_comes_again() -> None:
    world = AWorld(fails_at("two"), {6: 1, 8: 1})
    line = Line(QUEUE, world)
    for body in ("one", "two", "three"):
        line.send(body)
    world.scheduler.run()
    assert world.batches[0] == (0.0, ["one", "two", "three"])
    assert world.batches[1:] == [(60.0, ["two"]), (120.0, ["two"])]
    assert [message.body for message in line.dead] == ["two"]


def test_of_a_batch_whose_function_died_all_come_again() -> None:
    world = AWorld(dies, {5: 1})
    line = Line(QUEUE, world)
    line.send("one")
    line.send("two")
    world.scheduler.run()
    assert world.batches[0] == (0.0, ["one", "two"])
    assert sorted(message.body for message in line.dead) == ["one", "two"]


def test_a_delivery_can_wait_for_more_messages() -> None:
    world = AWorld(succeeds, {1: 1, 5: 1})
    line = Line(QUEUE, world)
    line.send("one")
    line.send("two", delay=0.1)
    world.scheduler.run()
    assert [names for _, names in world.batches] == [["one", "two"]]


def test_messages_come_in_any_order() -> None:
    world = AWorld(succeeds, {4: 1})
    line = Line(QUEUE, world)
    line.send("one")
    line.send("two")
    world.scheduler.run()
    assert [names for _, names in world.batches] == [["two"], ["one"]]


def test_a_queue_that_takes_no_reports_loses_what_failed() -> None:
    """As SQS does: an answer without an error means that the whole batch is done."""
    queue = Queue("orders", "orders/subscriber", 10, 60.0, 3, reports_failures=False)
    world = AWorld(fails)
    line = Line(queue, world)
    line.send("one")
    world.scheduler.run()
    assert len(world.batches) == 1
    assert is_empty(line)
    assert not line.dead


def test_a_consumer_can_want_a_message_back_sooner() -> None:
    def postpone(records: list[dict[str, Any]]) -> list[str]:
        line.postpone(records[0]["receiptHandle"], 2.0)
        return fails(records)

    world = AWorld(postpone)
    line = Line(QUEUE, world)
    line.send("one")
    world.scheduler.run()
    assert [seconds for seconds, _ in world.batches] == [0.0, 2.0, 4.0]


def test_a_receipt_of_an_earlier_delivery_changes_nothing() -> None:
    receipts: list[str] = []

    def postpone(records: list[dict[str, Any]]) -> list[str]:
        receipts.append(records[0]["receiptHandle"])
        line.postpone(receipts[0], 2.0)
        return fails(records)

    world = AWorld(postpone)
    line = Line(QUEUE, world)
    line.send("one")
    world.scheduler.run()
    assert [seconds for seconds, _ in world.batches] == [0.0, 2.0, 62.0]


def test_an_operator_sends_back_what_is_dead() -> None:
    world = AWorld(fails)
    line = Line(QUEUE, world)
    line.send("one")
    line.send(POISON)
    world.scheduler.run()
    world.handle = succeeds
    assert line.redrive() == 1
    world.scheduler.run()
    assert world.batches[-1][1] == ["one"]
    assert not line.dead
    assert line.redrive() == 0


# A stream


def a_change(sequence: int, *, event: bool = True) -> Change:
    image = {"pk": {"S": "ORDER#1"}} | ({"outbox": {"S": "event"}} if event else {})
    return Change("orders", "ORDER#1", None, image, sequence)


def test_a_stream_comes_in_its_order() -> None:
    world = AWorld(succeeds)
    shard = Shard(STREAM, world)
    for sequence in range(5):
        shard.add(a_change(sequence))
    world.scheduler.run()
    assert world.batches == [(0.0, ["0", "1", "2", "3", "4"])]
    shard.add(a_change(5))
    world.scheduler.run()
    assert world.batches[1] == (0.0, ["5"])


def test_a_stream_comes_again_from_the_first_record_that_failed() -> None:
    answers = [["2", "3"], []]
    world = AWorld(lambda _records: answers.pop(0))
    shard = Shard(STREAM, world)
    for sequence in range(5):
        shard.add(a_change(sequence))
    world.scheduler.run()
    assert world.batches == [(0.0, ["0", "1", "2", "3", "4"]), (REDELIVERY, ["2", "3", "4"])]


def test_a_batch_that_its_function_dies_of_comes_again_in_halves() -> None:
    def dies_of_three(records: list[dict[str, Any]]) -> list[str]:
        if len(records) > 1 and "3" in [each["dynamodb"]["SequenceNumber"] for each in records]:
            raise Crash
        return []

    world = AWorld(dies_of_three)
    shard = Shard(STREAM, world)
    for sequence in range(6):
        shard.add(a_change(sequence))
    world.scheduler.run()
    names = [batch for _, batch in world.batches]
    assert names[:2] == [["0", "1", "2", "3", "4", "5"], ["0", "1", "2"]]
    assert ["3"] in names
    assert names[-1][-1] == "5"
    assert not shard.pending


def test_a_batch_comes_again_whole_where_the_template_does_not_halve_it() -> None:
    died = [Crash(), Crash()]

    def dies_twice(_records: list[dict[str, Any]]) -> list[str]:
        if died:
            raise died.pop()
        return []

    world = AWorld(dies_twice)
    stream = Stream("orders", "orders/publisher", 100, (), reports_failures=True, bisects=False)
    shard = Shard(stream, world)
    for sequence in range(2):
        shard.add(a_change(sequence))
    world.scheduler.run()
    assert [names for _, names in world.batches] == [["0", "1"]] * 3


def test_a_publisher_is_not_shown_what_the_filter_leaves_out() -> None:
    world = AWorld(succeeds)
    filters = (CARRYING_AN_EVENT,)
    stream = Stream("orders", "orders/publisher", 100, filters, reports_failures=True, bisects=True)
    shard = Shard(stream, world)
    for sequence in range(4):
        shard.add(a_change(sequence, event=sequence % 2 == 0))
    world.scheduler.run()
    assert world.batches == [(0.0, ["0", "2"])]

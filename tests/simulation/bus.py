"""The bus, the queues behind its rules, and the tables' streams in front of it.

Events are delivered at least once and in no order; a batch whose function dies comes again as a
whole; what fails too often lies in a dead-letter queue until the operator sends it back.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

from pydantic_core import to_json

from tests.simulation.deployment import Queue, Stream
from tests.simulation.dynamodb import Change
from tests.simulation.faults import Crash, Fault
from tests.simulation.invariants import Violation
from tests.simulation.patterns import matches

SHARDS = 2
"""Of a table's stream: the changes of one item are in order, those of two may not be."""

BATCHING, GATHERING = 0.8, 0.3
"""How often a delivery waits for more than one message, for how many seconds, and takes one."""

REDELIVERY, LONGEST_REDELIVERY = 0.5, 60.0
"""Seconds until a stream's failed batch comes again: twice as many each time."""

POISON = '{"version": "0", "detail-type": "order:created", "source": "nobody", "detail": {}}'

type Invoke = Callable[[str, dict[str, Any]], Any]
"""Runs a function, by its label, with an event. Raises Crash, or what the function raises."""


@dataclass(slots=True, eq=False)
class Message:
    """A message in a queue."""

    id: str
    body: str
    receives: int = 0
    postponed: float | None = None
    """Until when its consumer wanted it back, if it said so."""


@dataclass(slots=True, eq=False)
class Line:
    """A queue with its dead-letter queue."""

    spec: Queue
    world: Any
    visible: list[Message] = field(default_factory=list)
    in_flight: dict[str, Message] = field(default_factory=dict)
    """By receipt."""

    dead: list[Message] = field(default_factory=list)
    sent: int = 0

    def ask(self, operation: str, request: dict[str, Any]) -> None:
        """SendMessage or ChangeMessageVisibility."""
        if operation == "SendMessage":
            self.send(request["MessageBody"], request["DelaySeconds"])
        else:
            self.postpone(request["ReceiptHandle"], request["VisibilityTimeout"])

    def send(self, body: str, delay: float = 0.0) -> None:
        """Put a message into the queue."""
        self.sent += 1
        message = Message(f"{self.spec.service}-{self.sent}", body)
        if delay:
            self.world.scheduler.at(self.world.scheduler.now + delay, lambda: self._show(message))
        else:
            self._show(message)

    def postpone(self, receipt: str, seconds: float) -> None:
        """Keep a message that is being worked on from coming again for so long."""
        message = self.in_flight.get(receipt)
        if message:
            message.postponed = self.world.scheduler.now + seconds

    def redrive(self) -> int:
        """Send back what is dead, as an operator does; says how many there were."""
        dead, self.dead = [each for each in self.dead if each.body != POISON], []
        for message in dead:
            message.receives = 0
            self._show(message)
        return len(dead)

    def _show(self, message: Message) -> None:
        self.visible.append(message)
        scheduler = self.world.scheduler
        if self.world.pick(2, BATCHING):
            scheduler.after(GATHERING, self.spec.consumer, self._deliver)
        else:
            scheduler.spawn(self.spec.consumer, self._deliver)

    def _deliver(self) -> None:
        """Hand a batch to the consumer; there is one call of this for each visible message."""
        batch = self._take()
        if not batch:
            return
        failed = self._handle(batch)
        for message in batch:
            receipt = f"{message.id}#{message.receives}"
            self.in_flight.pop(receipt, None)
            if message.id in failed:
                self._bring_back(message)

    def _take(self) -> list[Message]:
        pick, batch = self.world.pick, []
        more = 1
        while self.visible and more and len(batch) < self.spec.batch_size:
            message = self.visible.pop(pick(len(self.visible), BATCHING))
            message.receives += 1
            message.postponed = None
            self.in_flight[f"{message.id}#{message.receives}"] = message
            batch.append(message)
            more = pick(2, BATCHING)
        return batch

    def _handle(self, batch: list[Message]) -> set[str]:
        """The ids of the messages that come again."""
        everything, mark = {message.id for message in batch}, self.world.mark()
        records = [self._record(message) for message in batch]
        try:
            answer = self.world.invoke(self.spec.consumer, {"Records": records})
        except Crash:
            return everything
        failures = answer["batchItemFailures"] if self.spec.reports_failures else ()
        failed = {failure["itemIdentifier"] for failure in failures}
        if failed and not self.world.was_struck(mark):
            self._is_excused(message for message in batch if message.id in failed)
        return failed

    def _is_excused(self, failed: Iterable[Message]) -> None:
        """Where nothing went wrong, only garbage fails, and what comes before its time."""
        for message in failed:
            if message.body != POISON and not self.world.faults[Fault.EARLY]:
                msg = f"{self.spec.consumer} fails, though nothing went wrong: {message.body}"
                raise Violation(msg)

    def _record(self, message: Message) -> dict[str, Any]:
        return {
            "messageId": message.id,
            "receiptHandle": f"{message.id}#{message.receives}",
            "eventSource": "aws:sqs",
            "eventSourceARN": f"arn:aws:sqs:eu-west-1:123456789012:{self.spec.service}",
            "attributes": {"ApproximateReceiveCount": str(message.receives)},
            "body": message.body,
        }

    def _bring_back(self, message: Message) -> None:
        scheduler = self.world.scheduler
        visible_at = message.postponed
        if visible_at is None:
            visible_at = scheduler.now + self.spec.visibility_timeout
        if message.receives >= self.spec.max_receives:
            scheduler.at(visible_at, lambda: self.dead.append(message))
        else:
            scheduler.at(visible_at, lambda: self._show(message))


@dataclass(slots=True, eq=False)
class Shard:
    """The changes of some items of a table, on their way to the publisher."""

    spec: Stream
    world: Any
    pending: list[dict[str, Any]] = field(default_factory=list)
    busy: bool = False
    size: int = 100
    """How many records the next batch may have: half as many after the function died of one."""

    def add(self, change: Change) -> None:
        """A change, as the stream shows it."""
        images = {"OldImage": change.old, "NewImage": change.new}
        record = {
            "eventSource": "aws:dynamodb",
            "dynamodb": {
                "SequenceNumber": str(change.sequence),
                **{name: image for name, image in images.items() if image is not None},
            },
        }
        filters = self.spec.filters
        if filters and not any(matches(each, record) for each in filters):
            return
        self.pending.append(record)
        if not self.busy:
            self.busy = True
            self.world.scheduler.spawn(self.spec.consumer, self._work_off)

    def _work_off(self) -> None:
        pause = REDELIVERY
        while self.pending:
            batch = self.pending[: self.size]
            done = self._publish(batch)
            del self.pending[:done]
            if done < len(batch):
                self.world.scheduler.sleep(pause)
            pause = REDELIVERY if done else min(2 * pause, LONGEST_REDELIVERY)
        self.busy = False

    def _publish(self, batch: list[dict[str, Any]]) -> int:
        """How many records need not come again."""
        try:
            answer = self.world.invoke(self.spec.consumer, {"Records": batch})
        except Crash:
            if self.spec.bisects:
                self.size = max(1, len(batch) // 2)
            return 0
        self.size = self.spec.batch_size
        failures = answer["batchItemFailures"] if self.spec.reports_failures else ()
        if not failures:
            return len(batch)
        numbers = [record["dynamodb"]["SequenceNumber"] for record in batch]
        return numbers.index(failures[0]["itemIdentifier"])


def shard_of(key: str) -> int:
    """Which shard the changes of an item are in."""
    return crc32(key.encode()) % SHARDS


def envelope(entry: dict[str, Any], number: int) -> str:
    """An event as EventBridge passes it on."""
    head = {
        "version": "0",
        "id": f"event-{number}",
        "source": entry["Source"],
        "detail-type": entry["DetailType"],
    }
    return f'{to_json(head).decode()[:-1]}, "detail": {entry["Detail"]}}}'

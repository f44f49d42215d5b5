"""The world: an AWS account and a Stripe account in memory, with the product deployed in it."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from greenlet import getcurrent

from cdk.tables import TABLES
from tests.simulation import invocations, network, virtual
from tests.simulation.bank import API_KEY, WEBHOOK_SECRET, Bank
from tests.simulation.bus import SHARDS, Line, Shard, shard_of
from tests.simulation.deployment import SERVICES, Deployment
from tests.simulation.dynamodb import Change, DynamoDB
from tests.simulation.edge import Edge
from tests.simulation.eventbridge import EventBridge
from tests.simulation.faults import (
    LASTING,
    ON_ITS_WAY,
    READING,
    WRITING,
    Crash,
    Fault,
    of_call,
    service_of,
)
from tests.simulation.indexes import Indexes
from tests.simulation.invariants import Invariants, Violation
from tests.simulation.invocations import SKEWS, Invocation
from tests.simulation.money import Money
from tests.simulation.scheduler import STALLING, START, Scheduler
from tests.simulation.tape import Tape
from ticketing import secrets

SECRET = "stripe"
"""The name of the one secret."""

LATENCY, OF_STRIPE = 0.005, 0.8
"""Seconds that each call takes, and how often one to Stripe takes longer."""

NOTHING = (None, 0.0)


class Entry(NamedTuple):
    """A line of the log, told in words only when somebody asks."""

    time: float
    who: str
    what: str
    about: Any
    fault: Fault | None


type Strike = Callable[[tuple[Fault, ...], float], Fault | None]
"""Chooses what happens to a call or to something on its way, with a chance."""


@dataclass(slots=True)
class World:
    """One run's world."""

    tape: Tape
    deployment: Deployment
    handlers: Mapping[str, Callable[[Any, Any], Any]]
    strike_with: Strike
    openings: tuple[Any, ...] = ()
    """How things can stand when a story begins, the simplest first."""

    scheduler: Scheduler = field(init=False)
    dynamodb: DynamoDB = field(init=False)
    indexes: Indexes = field(init=False)
    bus: EventBridge = field(init=False)
    bank: Bank = field(init=False)
    edge: Edge = field(init=False)
    lines: dict[str, Line] = field(init=False)
    shards: dict[str, list[Shard]] = field(init=False)
    invariants: Invariants = field(init=False)
    money: Money = field(init=False)
    secret: dict[str, Any] = field(init=False)
    """What Secrets Manager holds."""

    log: list[Entry] = field(default_factory=list)
    faults: Counter[Fault] = field(default_factory=Counter)
    lasting: dict[str, tuple[Fault | None, float]] = field(default_factory=dict)
    """What goes on happening to the calls to a service, and until when."""

    silent: tuple[Fault, ...] = ()
    """What never comes in this story: OF_TIMER or OF_WEBHOOK."""

    is_skewed: bool = False
    """Functions have clocks that differ."""

    is_behind: bool = False
    """No index shows the latest changes."""

    calls: int = 0
    began: float = START

    def __post_init__(self) -> None:
        self.scheduler = Scheduler(self.tape.pick)
        self.dynamodb = DynamoDB(lambda: self.scheduler.now, shares=True)
        for service in SERVICES:
            self.dynamodb.create(TABLES[service].definition(service), TABLES[service].ttl)
        self.dynamodb.on_change = self._changed
        self.indexes = Indexes(self)
        self.bus = EventBridge(self)
        self.bank = Bank(self)
        self.edge = Edge(self)
        self.lines = {name: Line(spec, self) for name, spec in self.deployment.queues.items()}
        self.shards = {
            name: [Shard(spec, self, size=spec.batch_size) for _ in range(SHARDS)]
            for name, spec in self.deployment.streams.items()
        }
        self.invariants = Invariants(self)
        self.money = Money(self)
        self.secret = {"apiKey": API_KEY, "webhookSecrets": [WEBHOOK_SECRET]}
        self._enter()

    def _enter(self) -> None:
        """Become the present world: its time, its network, its secrets."""
        virtual.clock.time = self.time
        virtual.clock.sleep = self.scheduler.sleep
        network.wire.servers = self
        secrets._cache.clear()
        secrets._cache[SECRET] = (self.scheduler.now, self.secret)

    def pick(self, options: int, chance: float = 1.0) -> int:
        return self.tape.pick(options, chance)

    def time(self) -> float:
        """What the clock of whoever asks says."""
        invocation = getattr(getcurrent(), "invocation", None)
        return self.scheduler.now + (invocation.skew if invocation else 0.0)

    def asked_at(self) -> float:
        """What its clock said when the function began that is at work."""
        invocation = getattr(getcurrent(), "invocation", None)
        if invocation is None:
            return self.scheduler.now
        return float(invocation.deadline - invocation.function.timeout + invocation.skew)

    @property
    def is_calm(self) -> bool:
        """Nothing went wrong so far, and time went by as it does."""
        return not self.faults.total() and not self.scheduler.jumps

    def sleep(self, seconds: float) -> None:
        self.scheduler.sleep(seconds)

    # What runs

    def invoke(self, label: str, event: dict[str, Any]) -> Any:
        """Run a function in the present process. Raises Crash if it dies."""
        process: Any = getcurrent()
        outer = getattr(process, "invocation", None)
        function = self.deployment.functions[label]
        self.calls += 1
        skew = SKEWS[self.pick(len(SKEWS))] if self.is_skewed else 0.0
        if skew:
            self.faults[Fault.SKEWED] += 1
        deadline = self.scheduler.now + function.timeout
        invocations.begin(function, self.pick)
        process.invocation = invocation = Invocation(
            function, f"call-{self.calls}", deadline, skew, lambda: self.scheduler.now
        )
        try:
            return self.handlers[label](event, invocation.context())
        except Exception as error:
            msg = f"{label} raised {error!r}"
            raise Violation(msg) from error
        finally:
            process.invocation = outer
            invocations.end(invocation)

    def mark(self) -> tuple[int, int]:
        """Where the story is now: for `was_struck`."""
        return len(self.log), self.scheduler.jumps

    def was_struck(self, since: tuple[int, int]) -> bool:
        """Whether a fault struck since a mark, or time did not go by as it does."""
        told, jumps = since
        return self.scheduler.jumps > jumps or any(entry.fault for entry in self.log[told:])

    def redrive(self) -> int:
        """What an operator does: send back what lies in the dead-letter queues."""
        return sum(line.redrive() for line in self.lines.values())

    def fill(self, items: Iterable[tuple[str, Any]]) -> None:
        """Put items into tables that were there before the story begins."""
        self.dynamodb.on_change = lambda _change: None
        for table, item in items:
            self.dynamodb.call("PutItem", {"TableName": table, "Item": item})
        self.dynamodb.on_change = self._changed

    # What the network asks

    def strike(self, operation: str, request: Any) -> Fault | None:
        service, (options, chance) = service_of(operation), of_call(operation)
        self.scheduler.now += LATENCY
        self.scheduler.pause(OF_STRIPE if service in (READING, WRITING) else STALLING)
        invocation = getattr(getcurrent(), "invocation", None)
        if invocation and self.scheduler.now > invocation.deadline:
            self.note("runs out of time", None)
            raise Crash
        lasting, until = self.lasting.get(service, NOTHING)
        goes_on = self.scheduler.now < until and lasting in options
        fault = lasting if goes_on else self.strike_with(options, chance)
        if fault is Fault.CONFLICT and self.dynamodb.is_done(request):
            fault = None  # The transaction is known by its token, and asks no item.
        self.log.append(Entry(self.scheduler.now, self.who(), operation, request, fault))
        if fault and not goes_on:
            self.faults[fault] += 1
            if seconds := LASTING.get(fault):
                self.lasting[service] = fault, self.scheduler.now + seconds[self.pick(len(seconds))]
        return fault

    def aws(self, operation: str, request: dict[str, Any], fault: Fault | None = None) -> Any:
        match operation:
            case "PutEvents":
                return self.bus.put(request["Entries"], partly=fault is Fault.PARTLY)
            case "ChangeMessageVisibility" | "SendMessage":
                self.lines[request["QueueUrl"].rpartition("/")[2]].ask(operation, request)
                return network.Answer(200, {})
            case "GetSecretValue":
                return network.Answer(200, {"SecretString": json.dumps(self.secret)})
            case "Query" if fault is Fault.STALE or self.is_behind:
                return self.indexes.query(request)
        return self.dynamodb.call(operation, request)

    # What happens by itself

    def fate(self, options: tuple[Fault, ...], what: str, about: Any = None) -> Fault | None:
        """What happens to something on its way."""
        fault = Fault.NEVER if options is self.silent else self.strike_with(options, ON_ITS_WAY)
        if fault:
            self.log.append(Entry(self.scheduler.now, self.who(), what, about, fault))
            self.faults[fault] += 1
        return fault

    def note(self, what: str, about: Any) -> None:
        self.log.append(Entry(self.scheduler.now, self.who(), what, about, None))

    def who(self) -> str:
        """Who acts."""
        process: Any = getcurrent()
        invocation = getattr(process, "invocation", None)
        name = getattr(process, "name", "the world")
        if invocation is None or invocation.function.label == name:
            return str(name)
        return f"{name}: {invocation.function.label}"

    def _changed(self, change: Change) -> None:
        self.indexes.changed(change)
        self.invariants.changed(change)
        if change.table in self.shards:
            self.shards[change.table][shard_of(change.key)].add(change)

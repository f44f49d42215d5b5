"""The simulated bus and timers do what the deployed rules and state machine do."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.simulation.bus import POISON
from tests.simulation.deployment import Deployment, read_templates, state_machine
from tests.simulation.eventbridge import LATE, EventBridge
from tests.simulation.faults import Fault
from tests.simulation.scheduler import START, Scheduler
from tests.simulation.tape import Tape
from tests.state_machine import definition, evaluate
from ticketing.clock import rfc3339
from ticketing.events import ExpirationComplete

EXPIRES_AT = START + 900.0

ORDER_CREATED: dict[str, Any] = {
    "metadata": {
        "id": "event-1",
        "time": "2026-09-21T14:13:20.000Z",
        "schemaVersion": 1,
        "correlationId": "request-1",
        "causationId": None,
    },
    "data": {
        "id": "order-1",
        "version": 0,
        "expiresAt": rfc3339(datetime.fromtimestamp(EXPIRES_AT).astimezone()),
    },
}


class AWorld(SimpleNamespace):
    """A world in which what is sent is kept, with its time; faults strike in the given order."""

    def __init__(self, deployment: Deployment, *faults: Fault | None) -> None:
        tape = Tape(recorded={})
        self.faults = [*faults]
        self.sent: list[tuple[str, str]] = []
        self.published: list[tuple[float, dict[str, Any]]] = []
        lines = {
            name: SimpleNamespace(spec=queue, send=self.keep(name))
            for name, queue in deployment.queues.items()
        }
        super().__init__(
            pick=tape.pick,
            scheduler=Scheduler(tape.pick),
            deployment=deployment,
            lines=lines,
            invariants=SimpleNamespace(published=self.note),
        )

    def keep(self, name: str) -> Callable[..., None]:
        return lambda body, _delay=0.0: self.sent.append((name, body))

    def note(self, entry: dict[str, Any]) -> None:
        self.published.append((self.scheduler.now, entry))

    def fate(self, options: tuple[Fault, ...], *_told: Any) -> Fault | None:
        fault = self.faults.pop(0) if self.faults else None
        assert fault is None or fault in options
        return fault


@pytest.fixture
def deployment(templates: Path) -> Deployment:
    return read_templates(templates)


def put(world: AWorld, detail_type: str, detail: Any = ORDER_CREATED) -> None:
    source = f"ticketing.{detail_type.partition(':')[0]}s"
    entry = {"Source": source, "DetailType": detail_type, "Detail": json.dumps(detail)}
    EventBridge(world).publish(entry)


def expirations(world: AWorld) -> list[tuple[float, dict[str, Any]]]:
    """What the timers announced, and when."""
    world.scheduler.run()
    return [
        (moment, entry)
        for moment, entry in world.published
        if entry["DetailType"] == "expiration:complete"
    ]


def test_a_timer_announces_what_the_state_machine_does(
    deployment: Deployment, templates: Path
) -> None:
    world = AWorld(deployment)
    put(world, "order:created")
    ((moment, announced),) = expirations(world)
    states = definition(state_machine(templates))["States"]
    event = {"detail": ORDER_CREATED}
    (entry,) = evaluate(states["Announce"]["Arguments"], event)["Entries"]
    detail = json.loads(announced["Detail"])
    assert (announced["Source"], announced["DetailType"]) == (entry["Source"], entry["DetailType"])
    # `$now()` is another moment for the machine that is evaluated here, but of the same form.
    evaluated = entry["Detail"]["metadata"].pop("time")
    simulated = detail["metadata"].pop("time")
    assert detail == entry["Detail"]
    assert datetime.fromisoformat(simulated).timestamp() == moment
    assert len(simulated) == len(evaluated)
    assert simulated[-1] == evaluated[-1] == "Z"


def test_a_timer_goes_off_when_the_state_machine_does(
    deployment: Deployment, templates: Path
) -> None:
    world = AWorld(deployment)
    put(world, "order:created")
    ((moment, _),) = expirations(world)
    wait = definition(state_machine(templates))["States"]["Wait until it expires"]
    until = evaluate(wait["Timestamp"], {"detail": ORDER_CREATED})
    assert moment == datetime.fromisoformat(until).timestamp() == EXPIRES_AT + 3.0


def test_what_a_timer_announces_is_an_event_that_orders_understands(
    deployment: Deployment,
) -> None:
    world = AWorld(deployment)
    put(world, "order:created")
    ((_, announced),) = expirations(world)
    event = ExpirationComplete.model_validate_json(announced["Detail"])
    assert event.data.order_id == "order-1"


@pytest.mark.parametrize(
    ("fault", "moments"),
    [
        (None, [903.0]),
        (Fault.NEVER, []),
        (Fault.DUPLICATE, [903.0, 903.0]),
        (Fault.DELAYED, [903.0 + LATE[0]]),
        (Fault.EARLY, [pytest.approx(812.7)]),
    ],
)
def test_a_timer_can_be_lost_late_early_or_there_twice(
    deployment: Deployment, fault: Fault | None, moments: list[float]
) -> None:
    world = AWorld(deployment, None, None, fault)
    put(world, "order:created")
    assert [moment - START for moment, _ in expirations(world)] == moments


def test_an_event_reaches_the_queue_of_each_rule_that_matches(deployment: Deployment) -> None:
    world = AWorld(deployment)
    put(world, "order:confirmed")
    ((queue, body),) = world.sent
    assert queue == "payments"
    envelope = json.loads(body)
    assert (envelope["source"], envelope["detail-type"]) == ("ticketing.orders", "order:confirmed")
    assert envelope["detail"] == ORDER_CREATED


def test_without_its_rule_an_event_reaches_nobody(deployment: Deployment) -> None:
    rules = tuple(each for each in deployment.rules if each.target != "payments")
    world = AWorld(replace(deployment, rules=rules, _targets={}))
    put(world, "order:confirmed")
    assert world.sent == []
    assert len(world.published) == 1


@pytest.mark.parametrize(
    ("fault", "copies", "garbage"),
    [(None, 1, 0), (Fault.DUPLICATE, 2, 0), (Fault.DELAYED, 1, 0), (Fault.POISON, 1, 1)],
)
def test_an_event_can_come_twice_or_late_or_beside_garbage(
    deployment: Deployment, fault: Fault | None, copies: int, garbage: int
) -> None:
    world = AWorld(deployment, fault)
    put(world, "order:confirmed")
    bodies = [body for _, body in world.sent]
    assert bodies.count(POISON) == garbage
    assert len(bodies) - garbage == copies


def test_of_many_entries_only_some_may_arrive(deployment: Deployment) -> None:
    world = AWorld(deployment)
    entries = [
        {"Source": "ticketing.orders", "DetailType": "order:confirmed", "Detail": '{"number": 1}'}
    ] * 3
    answer = EventBridge(world).put(entries, partly=True)
    assert answer.body["FailedEntryCount"] == 3 - len(world.published)
    codes = ["ErrorCode" in entry for entry in answer.body["Entries"]]
    assert codes == [place >= len(world.published) for place in range(3)]

"""EventBridge and Step Functions: rules that pass events on, and the timer of each order.

Events arrive at least once, perhaps late; a timer can be lost, early, late, or there twice.
"""

import json
from datetime import UTC, datetime
from typing import Any

from tests.simulation.bus import POISON, Line, envelope
from tests.simulation.deployment import EXPIRATION
from tests.simulation.faults import OF_EVENT, OF_TIMER, Fault
from tests.simulation.network import Answer
from ticketing.clock import rfc3339

LATE = (1.0, 20.0, 200.0, 1200.0)
"""Seconds by which what comes late is late."""


class EventBridge:
    """The bus of one world."""

    def __init__(self, world: Any) -> None:
        self._world = world
        self._events = 0
        self.timers: list[dict[str, Any]] = []
        """The events that started one."""

    def put(self, entries: list[dict[str, Any]], *, partly: bool) -> Answer:
        """PutEvents; `partly` if only the first ones arrive."""
        arriving = self._world.pick(len(entries)) if partly else len(entries)
        for entry in entries[:arriving]:
            self.publish(entry)
        arrived = [{"EventId": str(place)} for place in range(arriving)]
        lost = [{"ErrorCode": "InternalFailure"}] * (len(entries) - arriving)
        return Answer(200, {"FailedEntryCount": len(lost), "Entries": arrived + lost})

    def publish(self, entry: dict[str, Any]) -> None:
        """An event is on the bus: the rules that match it pass it on."""
        world = self._world
        self._events += 1
        world.invariants.published(entry)
        body = envelope(entry, self._events)
        for target in world.deployment.targets(entry["Source"], entry["DetailType"]):
            if target == EXPIRATION:
                self.start_timer(json.loads(entry["Detail"]))
            else:
                self._pass_on(world.lines[target], entry["DetailType"], body)

    def _pass_on(self, line: Line, detail_type: str, body: str) -> None:
        fault = self._world.fate(OF_EVENT, f"{detail_type} for {line.spec.service}")
        line.send(body, self.delay() if fault is Fault.DELAYED else 0.0)
        if fault is Fault.DUPLICATE:
            line.send(body, self.delay())
        if fault is Fault.POISON:
            line.send(POISON)

    def start_timer(self, order_created: dict[str, Any]) -> None:
        """The state machine: it waits until an order's time is over, and says so."""
        self.timers.append(order_created)
        order, scheduler = order_created["data"], self._world.scheduler
        expires_at = datetime.fromisoformat(order["expiresAt"]).timestamp()
        moment = expires_at + self._world.deployment.timer_grace
        fault = self._world.fate(OF_TIMER, f"the timer of {order['id']}")
        match fault:
            case Fault.NEVER:
                return
            case Fault.DELAYED:
                moment += self.delay()
            case Fault.EARLY:
                moment = scheduler.now + (moment - scheduler.now) * 0.9
        entry = expiration_complete(order_created, moment)
        for _ in range(2 if fault is Fault.DUPLICATE else 1):
            scheduler.at(moment, lambda: self.publish(entry))

    def delay(self) -> float:
        """Seconds by which something is late."""
        return LATE[self._world.pick(len(LATE))]


def expiration_complete(order_created: dict[str, Any], moment: float) -> dict[str, Any]:
    """What the state machine puts on the bus: a test compares it with the definition."""
    order, metadata = order_created["data"], order_created["metadata"]
    detail = {
        "metadata": {
            "id": f"{order['id']}:expiration",
            "time": rfc3339(datetime.fromtimestamp(moment, UTC)),
            "schemaVersion": 1,
            "correlationId": metadata["correlationId"],
            "causationId": metadata["id"],
        },
        "data": {"orderId": order["id"], "expiresAt": order["expiresAt"]},
    }
    return {
        "Source": "ticketing.expiration",
        "DetailType": "expiration:complete",
        "Detail": json.dumps(detail),
    }

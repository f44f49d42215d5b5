"""The timer: two states, and what its expressions make of an order's event."""

from datetime import datetime, timedelta
from typing import Any

from tests import state_machine
from tests.infrastructure.templates import Templates
from tests.state_machine import evaluate

ORDER_CREATED = {
    "source": "ticketing.orders",
    "detail-type": "order:created",
    "detail": {
        "metadata": {
            "id": "event-1",
            "time": "2026-11-23T10:00:00Z",
            "schemaVersion": 1,
            "correlationId": "request-1",
            "causationId": None,
        },
        "data": {"id": "order-1", "version": 0, "expiresAt": "2026-11-23T10:15:00Z"},
    },
}


def definition(prod: Templates) -> dict[str, Any]:
    """The definition as deployed."""
    return state_machine.definition(machine_of(prod))


def machine_of(prod: Templates) -> dict[str, Any]:
    return dict(prod.resources("AWS::StepFunctions::StateMachine")[0].properties)


def test_it_waits_and_announces_and_does_nothing_else(prod: Templates) -> None:
    """Each transition of each order is paid for."""
    states = definition(prod)["States"]
    assert [state["Type"] for state in states.values()] == ["Wait", "Task"]
    assert definition(prod)["QueryLanguage"] == "JSONata"


def test_it_waits_until_three_seconds_past_the_expiry(prod: Templates) -> None:
    wait = definition(prod)["States"]["Wait until it expires"]
    until = datetime.fromisoformat(evaluate(wait["Timestamp"], ORDER_CREATED))
    expiry = datetime.fromisoformat("2026-11-23T10:15:00Z")
    assert until - expiry == timedelta(seconds=3)


def test_it_announces_the_expiration_of_the_order_it_was_started_for(prod: Templates) -> None:
    task = definition(prod)["States"]["Announce"]
    entry = evaluate(task["Arguments"], ORDER_CREATED)["Entries"][0]
    assert entry["EventBusName"] == "ticketing"
    assert entry["Source"] == "ticketing.expiration"
    assert entry["DetailType"] == "expiration:complete"
    time = entry["Detail"]["metadata"].pop("time")
    assert time.endswith("Z")
    assert entry["Detail"] == {
        "metadata": {
            "id": "order-1:expiration",
            "schemaVersion": 1,
            "correlationId": "request-1",
            "causationId": "event-1",
        },
        "data": {"orderId": "order-1", "expiresAt": "2026-11-23T10:15:00Z"},
    }


def test_an_announcement_that_fails_is_tried_again(prod: Templates) -> None:
    retry = definition(prod)["States"]["Announce"]["Retry"]
    assert [one["ErrorEquals"] for one in retry] == [["States.ALL"]]
    assert retry[0]["MaxAttempts"] >= 5


def test_errors_are_logged_without_the_order(prod: Templates) -> None:
    machine = machine_of(prod)
    assert machine["StateMachineType"] == "STANDARD"
    assert machine["TracingConfiguration"] == {"Enabled": True}
    assert machine["LoggingConfiguration"]["Level"] == "ERROR"
    assert machine["LoggingConfiguration"]["IncludeExecutionData"] is False

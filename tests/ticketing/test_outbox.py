"""The outbox: the stamp that a write leaves says which event it causes, and why."""

from datetime import UTC, datetime
from uuid import UUID

from ticketing.outbox import Cause, EventType, stamp

CAUSE = Cause("request-1", "event-1", datetime(2026, 11, 23, 12, tzinfo=UTC))


def test_a_stamp_is_the_metadata_of_the_event_to_come() -> None:
    stamped = stamp(EventType.ORDER_CREATED, CAUSE)
    assert UUID(stamped.pop("id")).version == 7
    assert stamped == {
        "type": "order:created",
        "time": "2026-11-23T12:00:00.000Z",
        "correlation_id": "request-1",
        "causation_id": "event-1",
    }


def test_two_stamps_are_never_the_same() -> None:
    assert stamp(EventType.ORDER_CREATED, CAUSE) != stamp(EventType.ORDER_CREATED, CAUSE)

"""The outbox: a write stamps its item with the event it causes; the table's stream carries both.

The stamp names the event; the event's data is the item itself, as the event's class in
`ticketing.events` sees it. The publisher sends it when the stamp differs from the old image's.
"""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from ticketing.clock import rfc3339
from ticketing.ids import new_id


class EventType(StrEnum):
    """EventBridge detail-types of every domain event."""

    TICKET_CREATED = "ticket:created"
    TICKET_UPDATED = "ticket:updated"
    ORDER_CREATED = "order:created"
    ORDER_CONFIRMED = "order:confirmed"
    ORDER_COMPLETED = "order:completed"
    ORDER_CANCELLED = "order:cancelled"
    EXPIRATION_COMPLETE = "expiration:complete"
    PAYMENT_AUTHORIZED = "payment:authorized"
    PAYMENT_CREATED = "payment:created"
    PAYMENT_FAILED = "payment:failed"
    USER_ERASED = "user:erased"


class Cause(NamedTuple):
    """What a write is a consequence of."""

    correlation_id: str
    """The id of the request or timer that began the whole chain."""
    causation_id: str
    """The id of the request or event that directly caused this write."""
    time: datetime
    """When it is being handled."""


def stamp(event_type: EventType, cause: Cause) -> dict[str, str]:
    """The `outbox` attribute of an item whose write causes an event."""
    return {
        "id": new_id(),
        "type": event_type.value,
        "time": rfc3339(cause.time),
        "correlation_id": cause.correlation_id,
        "causation_id": cause.causation_id,
    }

"""Who hears of what, as data: rules on the bus are made from it.

Who announces an event its class says, in `ticketing.events`.
"""

from ticketing.events import CATALOG, SOURCE_PREFIX
from ticketing.outbox import EventType

CONSUMERS: dict[EventType, tuple[str, ...]] = {
    EventType.TICKET_CREATED: ("orders",),
    EventType.TICKET_UPDATED: ("orders",),
    EventType.ORDER_CREATED: ("tickets", "payments", "expiration"),
    EventType.ORDER_CONFIRMED: ("payments",),
    EventType.ORDER_COMPLETED: ("tickets", "payments"),
    EventType.ORDER_CANCELLED: ("tickets", "payments"),
    EventType.EXPIRATION_COMPLETE: ("orders",),
    EventType.PAYMENT_AUTHORIZED: ("orders",),
    EventType.PAYMENT_CREATED: ("orders",),
    EventType.PAYMENT_FAILED: ("orders",),
    EventType.USER_ERASED: ("auth", "tickets", "orders"),
}
"""The services that receive an event."""


def source(producer: str) -> str:
    """The `source` of the events that a service sends."""
    return SOURCE_PREFIX + producer


def consumed_by(service: str) -> dict[str, list[str]]:
    """The detail-types a service receives, by the service that sends them."""
    received: dict[str, list[str]] = {}
    for event_type, consumers in CONSUMERS.items():
        if service in consumers:
            received.setdefault(CATALOG[event_type].producer, []).append(event_type.value)
    return received

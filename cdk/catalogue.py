"""The event catalogue as data: who announces what to whom. Rules on the bus are made from it."""

from dataclasses import dataclass

from ticketing.events import SOURCE_PREFIX


@dataclass(frozen=True, slots=True)
class EventType:
    """A domain event: its detail-type, the service that sends it and those that receive it."""

    name: str
    producer: str
    consumers: tuple[str, ...]


CATALOGUE = (
    EventType("ticket:created", "tickets", ("orders",)),
    EventType("ticket:updated", "tickets", ("orders",)),
    EventType("order:created", "orders", ("tickets", "payments", "expiration")),
    EventType("order:confirmed", "orders", ("payments",)),
    EventType("order:completed", "orders", ("tickets", "payments")),
    EventType("order:cancelled", "orders", ("tickets", "payments")),
    EventType("expiration:complete", "expiration", ("orders",)),
    EventType("payment:authorized", "payments", ("orders",)),
    EventType("payment:created", "payments", ("orders",)),
    EventType("payment:failed", "payments", ("orders",)),
    EventType("user:erased", "auth", ("auth", "tickets", "orders")),
)


def source(producer: str) -> str:
    """The `source` of the events that a service sends."""
    return SOURCE_PREFIX + producer


def consumed_by(service: str) -> dict[str, list[str]]:
    """The detail-types a service receives, by the service that sends them."""
    received: dict[str, list[str]] = {}
    for event in CATALOGUE:
        if service in event.consumers:
            received.setdefault(event.producer, []).append(event.name)
    return received

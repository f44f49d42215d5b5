"""One sample of each domain event: a sale that goes through, and one whose money never comes."""

from datetime import datetime
from typing import Any

from ticketing.events import CATALOG
from ticketing.outbox import EventType

LISTING, RESERVATION, PAYING = "JKJaXmPLvHcESHA=", "JKJg0hD2vHcEJtw=", "JKJlDgZ5PHcEPxQ="
FAILED_PAYING, ERASURE = "JKJd4iQHPHcEPMw=", "JKKmwh2avHcESRg="


def an_id(made_at: str, random_part: str) -> str:
    """The id of something made at this moment, as `ticketing.ids` would make it."""
    milliseconds = int(datetime.fromisoformat(made_at).timestamp() * 1000)
    stamp = f"{milliseconds:012x}"
    return f"{stamp[:8]}-{stamp[8:]}-{random_part}"


SELLER = an_id("2026-11-20T18:12:09.481Z", "7c1e-9b3f-5d2e8a4c7f10")
BUYER = an_id("2026-11-23T09:58:31.027Z", "7a42-8e6d-0c9b3f5a1e27")
TICKET = an_id("2026-11-23T10:00:00.012Z", "7d93-a1b8-6e4f2c8d0a35")
ORDER = an_id("2026-11-23T10:05:42.318Z", "7b05-b7c4-2a8d6f1e3c49")
FAILED_ORDER = an_id("2026-11-23T10:02:07.904Z", "7e68-94a2-7c5b0e9f8d13")
PAYMENT = an_id("2026-11-23T10:05:42.877Z", "7f3a-8d25-9e1c4b7a6f58")
FAILED_PAYMENT = an_id("2026-11-23T10:02:08.391Z", "7290-b6e1-4f8a2d0c5e76")

TICKET_DATA: dict[str, Any] = {
    "id": TICKET,
    "version": 0,
    "status": "available",
    "withdrawn": False,
    "title": "The Night Trains, front row",
    "amount": 4550,
    "currency": "usd",
    "venue": "Paradiso, Amsterdam",
    "starts_at": "2027-06-18T20:30:00+02:00",
    "user_id": SELLER,
    "order_id": None,
    "created_at": "2026-11-23T10:00:00.012Z",
}

ORDER_DATA: dict[str, Any] = {
    "id": ORDER,
    "version": 0,
    "status": "created",
    "user_id": BUYER,
    "ticket": {
        "id": TICKET,
        "title": TICKET_DATA["title"],
        "amount": TICKET_DATA["amount"],
        "currency": TICKET_DATA["currency"],
        "version": 2,
    },
    "hold": 2,
    "expires_at": "2026-11-23T10:20:43Z",
    "created_at": "2026-11-23T10:05:42.318Z",
    "cancel_reason": None,
}

PAYMENT_DATA: dict[str, Any] = {
    "id": PAYMENT,
    "version": 2,
    "status": "authorized",
    "order_id": ORDER,
    "user_id": BUYER,
    "amount": TICKET_DATA["amount"],
    "currency": TICKET_DATA["currency"],
}

FAILED_PAYMENT_DATA = PAYMENT_DATA | {
    "id": FAILED_PAYMENT,
    "version": 4,
    "status": "failed",
    "order_id": FAILED_ORDER,
}

FAILED_ORDER_DATA = ORDER_DATA | {
    "id": FAILED_ORDER,
    "version": 2,
    "status": "cancelled",
    "ticket": {**ORDER_DATA["ticket"], "version": 0},
    "hold": 1,
    "expires_at": "2026-11-23T10:17:08Z",
    "created_at": "2026-11-23T10:02:07.904Z",
    "cancel_reason": "payment-failed",
}


TIMES = {
    EventType.TICKET_CREATED: "2026-11-23T10:00:00.012Z",
    EventType.TICKET_UPDATED: "2026-11-23T10:05:42.803Z",
    EventType.ORDER_CREATED: "2026-11-23T10:05:42.318Z",
    EventType.ORDER_CONFIRMED: "2026-11-23T10:07:30.126Z",
    EventType.ORDER_COMPLETED: "2026-11-23T10:07:31.540Z",
    EventType.ORDER_CANCELLED: "2026-11-23T10:04:10.731Z",
    EventType.EXPIRATION_COMPLETE: "2026-11-23T10:20:46.009Z",
    EventType.PAYMENT_AUTHORIZED: "2026-11-23T10:07:29.857Z",
    EventType.PAYMENT_CREATED: "2026-11-23T10:07:31.204Z",
    EventType.PAYMENT_FAILED: "2026-11-23T10:04:10.388Z",
    EventType.USER_ERASED: "2026-11-23T10:30:04.652Z",
}


def event_id(event_type: EventType) -> str:
    """The id of the sample of this type."""
    if event_type is EventType.EXPIRATION_COMPLETE:
        return f"{ORDER}:expiration"
    return an_id(TIMES[event_type], "7a1b-8c2d-3e4f5a6b7c8d")


def sample(
    event_type: EventType,
    data: dict[str, Any],
    *,
    cause: str | EventType,
    correlation: str = RESERVATION,
) -> dict[str, Any]:
    """The `detail` of one event as the publisher sends it; `cause` is a request or an event."""
    metadata = {
        "id": event_id(event_type),
        "time": TIMES[event_type],
        "correlation_id": correlation,
        "causation_id": event_id(cause) if isinstance(cause, EventType) else cause,
    }
    event = CATALOG[event_type].model_validate({"metadata": metadata, "data": data})
    return event.model_dump(mode="json", by_alias=True)


SAMPLES = {
    EventType.TICKET_CREATED: sample(
        EventType.TICKET_CREATED, TICKET_DATA, cause=LISTING, correlation=LISTING
    ),
    EventType.TICKET_UPDATED: sample(
        EventType.TICKET_UPDATED,
        TICKET_DATA | {"version": 3, "status": "reserved", "order_id": ORDER},
        cause=EventType.ORDER_CREATED,
    ),
    EventType.ORDER_CREATED: sample(EventType.ORDER_CREATED, ORDER_DATA, cause=RESERVATION),
    EventType.ORDER_CONFIRMED: sample(
        EventType.ORDER_CONFIRMED,
        ORDER_DATA | {"version": 1, "status": "awaiting:payment"},
        cause=EventType.PAYMENT_AUTHORIZED,
        correlation=PAYING,
    ),
    EventType.ORDER_COMPLETED: sample(
        EventType.ORDER_COMPLETED,
        ORDER_DATA | {"version": 2, "status": "complete"},
        cause=EventType.PAYMENT_CREATED,
        correlation=PAYING,
    ),
    EventType.ORDER_CANCELLED: sample(
        EventType.ORDER_CANCELLED,
        FAILED_ORDER_DATA,
        cause=EventType.PAYMENT_FAILED,
        correlation=FAILED_PAYING,
    ),
    EventType.EXPIRATION_COMPLETE: sample(
        EventType.EXPIRATION_COMPLETE,
        {"order_id": ORDER, "expires_at": ORDER_DATA["expires_at"]},
        cause=EventType.ORDER_CREATED,
    ),
    EventType.PAYMENT_AUTHORIZED: sample(
        EventType.PAYMENT_AUTHORIZED, PAYMENT_DATA, cause=PAYING, correlation=PAYING
    ),
    EventType.PAYMENT_CREATED: sample(
        EventType.PAYMENT_CREATED,
        PAYMENT_DATA | {"version": 4, "status": "captured"},
        cause=EventType.ORDER_CONFIRMED,
        correlation=PAYING,
    ),
    EventType.PAYMENT_FAILED: sample(
        EventType.PAYMENT_FAILED,
        FAILED_PAYMENT_DATA,
        cause=an_id("2026-11-23T10:04:08.155Z", "7a1b-8c2d-3e4f5a6b7c8d"),
        correlation=FAILED_PAYING,
    ),
    EventType.USER_ERASED: sample(
        EventType.USER_ERASED,
        {"id": SELLER, "tokens_expire_at": "2026-11-23T10:45:04.652Z"},
        cause=ERASURE,
        correlation=ERASURE,
    ),
}
"""The `detail` of one event of each type."""

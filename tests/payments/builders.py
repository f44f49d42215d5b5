"""Things of the payments service, with the parts a test does not care about filled in."""

from datetime import UTC, datetime, timedelta
from typing import Any

from payments.intents import Intent
from payments.models import OrderStatus, Payment, PaymentStatus
from tests.bus import metadata
from ticketing import events
from ticketing.outbox import Cause

NOON = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)
BUYER, OTHER = "buyer", "other"
ORDER, INTENT = "order-1", "pi_1"
AMOUNT = 5050


def a_cause(at: datetime = NOON, causation_id: str = "request-1") -> Cause:
    return Cause("request-1", causation_id, at)


def a_payment(**changes: Any) -> Payment:
    parts: dict[str, Any] = {
        "id": "payment-1",
        "version": 1,
        "status": PaymentStatus.PENDING,
        "order_id": ORDER,
        "user_id": BUYER,
        "amount": AMOUNT,
        "currency": "usd",
        "order_status": OrderStatus.CREATED,
        "order_version": 0,
        "created_at": NOON,
        "expires_at": NOON + timedelta(minutes=15),
        "correlation_id": "request-1",
        "intent_id": INTENT,
        "is_open": True,
    }
    return Payment(**(parts | changes))


def an_intent(status: str = "requires_capture", **changes: Any) -> Intent:
    parts: dict[str, Any] = {
        "id": INTENT,
        "status": status,
        "money": AMOUNT if status in ("requires_capture", "succeeded") else 0,
        "currency": "usd",
        "order_id": ORDER,
        "correlation_id": "request-1",
        "client_secret": f"{INTENT}_secret",
    }
    return Intent(**(parts | changes))


def order_facts(**changes: Any) -> dict[str, Any]:
    """What the store keeps of an order."""
    facts = {
        "order_id": ORDER,
        "order_status": "created",
        "order_version": 0,
        "user_id": BUYER,
        "amount": AMOUNT,
        "currency": "usd",
        "expires_at": "2026-11-23T12:15:00.000Z",
    }
    return facts | changes


STATUS_AND_VERSION: dict[type[events.Event[events.Order]], tuple[str, int]] = {
    events.OrderCreated: ("created", 0),
    events.OrderConfirmed: ("awaiting:payment", 1),
    events.OrderCompleted: ("complete", 2),
    events.OrderCancelled: ("cancelled", 1),
}


def order_event(kind: Any, order_id: str = ORDER, **changes: Any) -> Any:
    """An event of an order that was made now and costs 50.50 USD."""
    status, version = STATUS_AND_VERSION[kind]
    now = datetime.now(UTC)
    amount, currency = changes.pop("amount", AMOUNT), changes.pop("currency", "usd")
    ticket = events.TicketSnapshot(
        id="ticket-1", title="Nick Cave", amount=amount, currency=currency, version=3
    )
    order: dict[str, Any] = {
        "id": order_id,
        "version": version,
        "status": status,
        "user_id": BUYER,
        "ticket": ticket,
        "hold": 1,
        "expires_at": now + timedelta(minutes=15),
        "created_at": now,
        "cancel_reason": "cancelled-by-buyer" if status == "cancelled" else None,
    }
    return kind(
        metadata=metadata(f"{kind.__name__}-{order_id}"), data=events.Order(**(order | changes))
    )

"""What orders does with the events of others: once, in any order."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from orders import subscriber
from orders.store import OrderStore
from tests.bus import deliver
from tests.orders.builders import (
    RESERVATION,
    a_cause,
    a_reservation,
    expiration_event,
    payment_event,
    ticket_event,
)
from ticketing.events import PaymentAuthorized, PaymentCreated, PaymentFailed, TicketCreated


def receive(*events: Any) -> list[int]:
    return deliver(subscriber.lambda_handler, *events)


def status(store: OrderStore, order_id: str) -> tuple[str, str | None]:
    order = store.order(order_id)
    return order.status, order.cancel_reason


def long_ago() -> datetime:
    return datetime.now(UTC) - RESERVATION - timedelta(minutes=1)


def test_a_listed_ticket_is_copied_and_updated(store: OrderStore) -> None:
    created = ticket_event(TicketCreated, version=0)
    updated = ticket_event(version=1, amount=700, status="sold", order_id="1")
    assert receive(created, updated, created) == []
    ticket, _ = store.ticket_and_order("ticket-1", None)
    assert ticket
    assert (ticket.version, ticket.amount, ticket.sold) == (1, 700, True)


def test_a_purchase_goes_from_authorized_to_complete(store: OrderStore) -> None:
    order = a_reservation(store, datetime.now(UTC))
    authorized = payment_event(PaymentAuthorized, order)
    assert receive(authorized, authorized) == []
    assert status(store, order.id) == ("awaiting:payment", None)
    captured = payment_event(PaymentCreated, order)
    assert receive(captured, captured, authorized) == []
    assert status(store, order.id) == ("complete", None)
    assert store.order(order.id).version == 2


def test_an_authorization_after_the_time_expires_the_order(store: OrderStore) -> None:
    order = a_reservation(store, long_ago())
    assert receive(payment_event(PaymentAuthorized, order)) == []
    assert status(store, order.id) == ("cancelled", "expired")


def test_an_authorization_for_a_cancelled_order_changes_nothing(store: OrderStore) -> None:
    order = a_reservation(store)
    store.cancel(order, a_cause())
    assert receive(payment_event(PaymentAuthorized, order)) == []
    assert status(store, order.id) == ("cancelled", "cancelled-by-buyer")


def test_a_capture_before_the_commitment_is_delivered_again(store: OrderStore) -> None:
    order = a_reservation(store)
    assert receive(payment_event(PaymentCreated, order)) == [0]
    assert status(store, order.id) == ("created", None)


def test_a_failed_capture_frees_the_ticket(store: OrderStore) -> None:
    order = a_reservation(store, datetime.now(UTC))
    failed = payment_event(PaymentFailed, order)
    assert receive(payment_event(PaymentAuthorized, order), failed, failed) == []
    assert status(store, order.id) == ("cancelled", "payment-failed")


def test_the_end_of_the_time_expires_a_created_order(store: OrderStore) -> None:
    order = a_reservation(store, long_ago())
    assert receive(expiration_event(order), expiration_event(order)) == []
    assert status(store, order.id) == ("cancelled", "expired")


def test_an_early_timer_is_delivered_again(store: OrderStore) -> None:
    order = a_reservation(store, datetime.now(UTC))
    assert receive(expiration_event(order)) == [0]
    assert status(store, order.id) == ("created", None)


@pytest.mark.parametrize("complete", [False, True])
def test_the_end_of_the_time_means_nothing_to_a_paid_order(
    store: OrderStore,
    complete: bool,  # noqa: FBT001
) -> None:
    at = long_ago()
    order = a_reservation(store, at)
    store.confirm(order.id, a_cause(at))
    if complete:
        store.complete(order.id, a_cause(at))
    assert receive(expiration_event(order)) == []
    assert status(store, order.id)[0] == ("complete" if complete else "awaiting:payment")

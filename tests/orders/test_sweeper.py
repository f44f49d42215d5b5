"""The sweeper expires what its timer forgot, and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest

from orders import sweeper
from orders.models import Order
from orders.store import OrderStore
from tests.gateway import LambdaContext
from tests.orders.builders import RESERVATION, a_cause, a_listed_ticket, a_reservation, an_order
from ticketing.outbox import Cause


def sweep() -> None:
    sweeper.lambda_handler({}, LambdaContext())


def overdue_since(seconds: int) -> datetime:
    return datetime.now(UTC) - RESERVATION - timedelta(seconds=seconds)


def test_the_sweeper_expires_an_overdue_order(store: OrderStore) -> None:
    order = a_reservation(store, overdue_since(60))
    sweep()
    swept = store.order(order.id)
    assert (swept.status, swept.cancel_reason) == ("cancelled", "expired")
    assert swept.correlation_id == order.correlation_id


def test_the_sweeper_leaves_an_order_to_its_timer_at_first(store: OrderStore) -> None:
    order = a_reservation(store, overdue_since(10))
    sweep()
    assert store.order(order.id).status == "created"


def test_the_sweeper_passes_over_orders_that_moved_on(
    store: OrderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = a_reservation(store, overdue_since(60))
    store.confirm(order.id, a_cause(overdue_since(60)))
    monkeypatch.setattr(OrderStore, "overdue", lambda *_: [order])
    sweep()
    assert store.order(order.id).status == "awaiting:payment"


def test_one_order_that_fails_does_not_keep_the_others(
    store: OrderStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = []
    for place in range(3):
        ticket = a_listed_ticket(store, id=f"ticket-{place}")
        order = an_order(ticket, order_id=f"000{place}", now=overdue_since(60))
        store.reserve(order, ticket, a_cause())
        orders.append(order)
    expire = OrderStore.expire

    def fail_once(self: OrderStore, order: Order, cause: Cause) -> None:
        if order.id == orders[1].id:
            raise TimeoutError
        expire(self, order, cause)

    monkeypatch.setattr(OrderStore, "expire", fail_once)
    sweep()
    assert [store.order(order.id).status for order in orders] == [
        "cancelled",
        "created",
        "cancelled",
    ]


def test_the_longest_overdue_order_is_swept_first(store: OrderStore) -> None:
    """Those of one shard, however many, do not keep the others from being expired."""
    order_ids = [f"000{place}" for place in range(8)]
    for place, order_id in enumerate(order_ids):
        ticket = a_listed_ticket(store, id=f"ticket-{place}")
        order = an_order(ticket, order_id=order_id, now=overdue_since(600 - place))
        store.reserve(order, ticket, a_cause())
    assert [order.id for order in store.overdue(datetime.now(UTC))] == order_ids

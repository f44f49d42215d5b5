"""Every condition that protects a payment, tripped; every event carried."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from payments import store as room
from payments.models import Moved, OrderStatus, Payment, PaymentStatus
from payments.refusals import PaymentNotFound
from payments.store import PaymentStore, open_shard, order_key
from tests.bus import carried_event
from tests.payments.builders import (
    BUYER,
    INTENT,
    NOON,
    ORDER,
    a_cause,
    an_intent,
    order_facts,
)
from ticketing.dynamo import Item, Table
from ticketing.events import PaymentAuthorized, PaymentCreated, PaymentFailed

CONFIRMED = order_facts(order_status="awaiting:payment", order_version=1)
CANCELLED = order_facts(
    order_status="cancelled", order_version=1, cancel_reason="cancelled-by-buyer"
)

type Change = Callable[[PaymentStore], Payment]


def expected(store: PaymentStore) -> Payment:
    store.expect(order_facts(), a_cause())
    return store.payment(ORDER)


def begun(store: PaymentStore) -> Payment:
    return store.begin(expected(store), INTENT, a_cause())


def authorized(store: PaymentStore) -> Payment:
    begun(store)
    return store.record_authorized(ORDER, an_intent(), a_cause(causation_id="evt_1"))


def committed(store: PaymentStore) -> Payment:
    authorized(store)
    return store.follow(CONFIRMED, a_cause())


def captured(store: PaymentStore) -> Payment:
    committed(store)
    return store.record_captured(ORDER, an_intent("succeeded"), a_cause(causation_id="evt_2"))


def failed(store: PaymentStore) -> Payment:
    authorized(store)
    return store.record_failed(ORDER, an_intent("canceled"), a_cause())


def voided(store: PaymentStore) -> Payment:
    begun(store)
    return store.void(CANCELLED, a_cause())


def refunded(store: PaymentStore) -> Payment:
    voided(store)
    return store.record_refunded(ORDER, a_cause())


def stored(table: Table) -> Item:
    item = table.get(order_key(ORDER))
    assert item
    return item


def test_an_expected_payment_takes_over_its_orders_facts(store: PaymentStore, table: Table) -> None:
    payment = expected(store)
    assert (payment.status, payment.version) == (PaymentStatus.PENDING, 0)
    assert (payment.amount, payment.currency, payment.user_id) == (5050, "usd", BUYER)
    assert (payment.intent_id, payment.is_open) == (None, False)
    assert payment.created_at == NOON
    assert payment.expires_at == NOON + timedelta(minutes=15)
    assert "outbox" not in stored(table)


def test_a_payment_is_expected_once(store: PaymentStore) -> None:
    first = begun(store)
    with pytest.raises(Moved) as moved:
        store.expect(order_facts(), a_cause())
    assert moved.value.payment == first


def test_an_unknown_order_has_no_payment(store: PaymentStore) -> None:
    with pytest.raises(PaymentNotFound):
        store.payment(ORDER)
    assert store.payments({ORDER}) == {}


@pytest.mark.parametrize(
    "change",
    [
        lambda store: store.follow(CONFIRMED, a_cause()),
        lambda store: store.record_authorized(ORDER, an_intent(), a_cause()),
        lambda store: store.record_captured(ORDER, an_intent("succeeded"), a_cause()),
        lambda store: store.record_failed(ORDER, an_intent("canceled"), a_cause()),
        lambda store: store.record_canceled(ORDER, a_cause()),
        lambda store: store.record_refunded(ORDER, a_cause()),
    ],
)
def test_no_change_makes_a_payment_of_an_unknown_order(store: PaymentStore, change: Change) -> None:
    with pytest.raises(PaymentNotFound):
        change(store)
    assert store.payments({ORDER}) == {}


def test_a_payment_begins_open_and_with_one_intent(store: PaymentStore, table: Table) -> None:
    payment = begun(store)
    assert (payment.intent_id, payment.is_open, payment.version) == (INTENT, True, 1)
    assert stored(table)["open_shard"] == open_shard(ORDER)
    with pytest.raises(Moved):
        store.begin(payment, "pi_2", a_cause())
    assert store.payment(ORDER).intent_id == INTENT


def test_a_voided_payment_never_begins(store: PaymentStore) -> None:
    payment = expected(store)
    store.void(CANCELLED, a_cause())
    with pytest.raises(Moved):
        store.begin(payment, INTENT, a_cause())
    assert store.payment(ORDER).intent_id is None


def test_an_authorization_announces_itself(store: PaymentStore, table: Table) -> None:
    payment = authorized(store)
    assert (payment.status, payment.version) == (PaymentStatus.AUTHORIZED, 2)
    event = carried_event(stored(table))
    assert isinstance(event, PaymentAuthorized)
    assert event.data.order_id == ORDER
    assert (event.data.amount, event.data.version) == (5050, 2)
    assert event.metadata.causation_id == stored(table)["changed_by"] == "evt_1"


@pytest.mark.parametrize(
    "changes", [{"id": "pi_2"}, {"money": 5049}, {"money": 5051}, {"currency": "eur"}]
)
def test_only_the_payments_own_money_authorizes_it(
    store: PaymentStore, changes: dict[str, Any]
) -> None:
    before = begun(store)
    with pytest.raises(Moved) as moved:
        store.record_authorized(ORDER, an_intent(**changes), a_cause())
    assert moved.value.payment == before


@pytest.mark.parametrize("already", [authorized, captured, failed, voided, refunded])
def test_only_a_pending_payment_is_authorized(store: PaymentStore, already: Change) -> None:
    before = already(store)
    with pytest.raises(Moved) as moved:
        store.record_authorized(ORDER, an_intent(), a_cause())
    assert moved.value.payment == before


def test_the_orders_news_are_noted_once_and_never_taken_back(store: PaymentStore) -> None:
    authorized(store)
    assert store.follow(CONFIRMED, a_cause()).order_status is OrderStatus.AWAITING_PAYMENT
    for old in (CONFIRMED, order_facts()):
        with pytest.raises(Moved):
            store.follow(old, a_cause())
    complete = order_facts(order_status="complete", order_version=2)
    assert store.follow(complete, a_cause()).is_committed


def test_a_capture_announces_itself_and_closes_the_payment(
    store: PaymentStore, table: Table
) -> None:
    payment = captured(store)
    assert (payment.status, payment.is_open) == (PaymentStatus.CAPTURED, False)
    assert isinstance(carried_event(stored(table)), PaymentCreated)
    assert stored(table)["changed_by"] == "evt_2"


def test_no_capture_without_a_committed_order(store: PaymentStore) -> None:
    authorized(store)
    with pytest.raises(Moved):
        store.record_captured(ORDER, an_intent("succeeded"), a_cause())


@pytest.mark.parametrize("already", [begun, captured, failed, voided, refunded])
def test_only_an_authorized_payment_is_captured(store: PaymentStore, already: Change) -> None:
    before = already(store)
    with pytest.raises(Moved) as moved:
        store.record_captured(ORDER, an_intent("succeeded"), a_cause())
    assert moved.value.payment == before


@pytest.mark.parametrize("changes", [{"id": "pi_2"}, {"money": 1}, {"currency": "eur"}])
def test_only_the_payments_own_money_is_captured(
    store: PaymentStore, changes: dict[str, Any]
) -> None:
    committed(store)
    with pytest.raises(Moved):
        store.record_captured(ORDER, an_intent("succeeded", **changes), a_cause())


@pytest.mark.parametrize("already", [begun, authorized, committed])
def test_a_payment_whose_intent_is_canceled_fails_and_says_so(
    store: PaymentStore, table: Table, already: Change
) -> None:
    already(store)
    payment = store.record_failed(ORDER, an_intent("canceled"), a_cause())
    assert (payment.status, payment.is_open) == (PaymentStatus.FAILED, False)
    assert isinstance(carried_event(stored(table)), PaymentFailed)


@pytest.mark.parametrize("already", [captured, failed, voided, refunded])
def test_a_payment_that_is_over_does_not_fail(store: PaymentStore, already: Change) -> None:
    before = already(store)
    with pytest.raises(Moved) as moved:
        store.record_failed(ORDER, an_intent("canceled"), a_cause())
    assert moved.value.payment == before


def test_another_intents_end_fails_nothing(store: PaymentStore) -> None:
    begun(store)
    with pytest.raises(Moved):
        store.record_failed(ORDER, an_intent("canceled", id="pi_2"), a_cause())


@pytest.mark.parametrize("already", [expected, begun, authorized, committed])
def test_a_payment_is_voided_before_its_money_is_taken(
    store: PaymentStore, already: Change
) -> None:
    before = already(store)
    payment = store.void(CANCELLED, a_cause())
    assert payment.status is PaymentStatus.VOIDED
    assert payment.order_status is OrderStatus.CANCELLED
    assert payment.cancel_reason == "cancelled-by-buyer"
    assert (payment.id, payment.version) == (before.id, before.version + 1)
    assert (payment.intent_id, payment.is_open) == (before.intent_id, before.is_open)


@pytest.mark.parametrize("already", [captured, failed, voided, refunded])
def test_what_is_over_is_not_voided(store: PaymentStore, already: Change) -> None:
    before = already(store)
    with pytest.raises(Moved) as moved:
        store.void(CANCELLED, a_cause())
    assert moved.value.payment == before


def test_a_cancellation_that_comes_first_leaves_a_tombstone(store: PaymentStore) -> None:
    payment = store.void(CANCELLED, a_cause())
    assert (payment.status, payment.order_id) == (PaymentStatus.VOIDED, ORDER)
    assert (payment.intent_id, payment.is_open) == (None, False)
    with pytest.raises(Moved):
        store.expect(order_facts(), a_cause())
    assert store.payment(ORDER) == payment


def test_a_voided_payment_is_closed_once(store: PaymentStore) -> None:
    voided(store)
    assert not store.record_canceled(ORDER, a_cause()).is_open
    with pytest.raises(Moved):
        store.record_canceled(ORDER, a_cause())


def test_a_payment_that_is_not_voided_stays_open(store: PaymentStore) -> None:
    authorized(store)
    with pytest.raises(Moved):
        store.record_canceled(ORDER, a_cause())
    assert store.payment(ORDER).is_open


@pytest.mark.parametrize("already", [voided, captured])
def test_what_was_taken_for_nothing_is_recorded_as_refunded(
    store: PaymentStore, already: Change
) -> None:
    already(store)
    payment = store.record_refunded(ORDER, a_cause())
    assert (payment.status, payment.is_open) == (PaymentStatus.REFUNDED, False)


@pytest.mark.parametrize("already", [begun, authorized, failed, refunded])
def test_nothing_else_is_refunded(store: PaymentStore, already: Change) -> None:
    before = already(store)
    with pytest.raises(Moved) as moved:
        store.record_refunded(ORDER, a_cause())
    assert moved.value.payment == before


def test_open_payments_are_found_when_they_have_been_quiet(store: PaymentStore) -> None:
    for place, order_id in enumerate(["a", "b", "c", "d", "e"]):
        store.expect(order_facts(order_id=order_id), a_cause())
        changed = a_cause(NOON + timedelta(minutes=place))
        if order_id != "a":
            store.begin(store.payment(order_id), f"pi_{order_id}", changed)
    store.void({**CANCELLED, "order_id": "b"}, a_cause(NOON + timedelta(minutes=1)))
    store.record_canceled("b", a_cause(NOON + timedelta(minutes=1)))
    found = store.open_before(NOON + timedelta(minutes=3))
    assert {payment.order_id for payment in found} == {"c", "d"}


def test_more_open_payments_than_a_page_are_found(
    store: PaymentStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "PAGE", 2)
    shard_zero = [str(n) for n in range(100) if open_shard(str(n)) == "0"][:5]
    for order_id in shard_zero:
        store.expect(order_facts(order_id=order_id), a_cause())
        store.begin(store.payment(order_id), f"pi_{order_id}", a_cause())
    assert {payment.order_id for payment in store.open_before(NOON)} == set(shard_zero)

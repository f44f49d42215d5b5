"""What payments does with the events of orders: once, in any order, whatever fails meanwhile."""

import pytest

from payments import subscriber
from payments.models import OrderStatus
from payments.refusals import CaptureImpossible
from payments.stripe_gateway import gateway
from tests.bus import deliver
from tests.payments.builders import ORDER, order_event
from tests.payments.shop import VISA, Shop
from ticketing.events import OrderConfirmed


def test_a_new_order_awaits_its_payment(shop: Shop) -> None:
    before = shop.item
    assert (before["status"], before["amount"], before["order_status"]) == (
        "pending",
        5050,
        "created",
    )
    assert shop.order_is_created() == []
    assert shop.item == before


def test_a_committed_order_is_captured_once(shop: Shop) -> None:
    shop.pay(VISA)
    assert shop.order_is_confirmed() == []
    assert shop.status == ("captured", "succeeded")
    assert shop.announced == "payment:created"
    before = shop.item
    assert shop.order_is_confirmed() == []
    assert shop.item == before
    assert shop.stripe.captured() == 5050


def test_the_capture_carries_on_the_chain_of_its_event(shop: Shop) -> None:
    shop.pay(VISA)
    shop.order_is_confirmed()
    assert shop.item["outbox"]["causation_id"] == f"OrderConfirmed-{ORDER}"


def test_a_complete_order_is_noted(shop: Shop) -> None:
    shop.pay(VISA)
    shop.order_is_confirmed()
    assert shop.order_is_completed() == []
    assert shop.payment.order_status is OrderStatus.COMPLETE
    assert shop.order_is_confirmed() == []
    assert shop.payment.order_status is OrderStatus.COMPLETE
    assert shop.status == ("captured", "succeeded")


def test_a_commitment_of_an_unknown_order_is_wanted_again(shop: Shop) -> None:
    event = order_event(OrderConfirmed, order_id="order-2")
    assert deliver(subscriber.lambda_handler, event) == [0]


def test_a_commitment_that_comes_before_the_authorization_looks_for_itself(shop: Shop) -> None:
    shop.pay()
    shop.stripe.confirm_in_browser()
    assert shop.order_is_confirmed() == []
    assert shop.status == ("captured", "succeeded")


def test_a_commitment_without_any_money_waits(shop: Shop) -> None:
    shop.pay()
    assert shop.order_is_confirmed() == []
    assert shop.status == ("pending", "requires_payment_method")


@pytest.mark.parametrize(
    "kind", ["error_before", "error", "error_after", "drop_before", "drop_after"]
)
def test_a_capture_without_an_answer_is_made_once(shop: Shop, kind: str) -> None:
    shop.pay(VISA)
    shop.stripe.fail("capture", kind)
    if shop.order_is_confirmed():
        assert shop.payment.is_committed
        assert shop.order_is_confirmed() == []
    assert shop.status == ("captured", "succeeded")
    assert shop.stripe.captured() == 5050


def test_a_capture_that_the_bank_refuses_for_good_fails_the_payment(shop: Shop) -> None:
    shop.pay(VISA)
    shop.stripe.lapse()
    assert shop.order_is_confirmed() == []
    assert shop.status == ("failed", "canceled")
    assert shop.announced == "payment:failed"


def test_a_capture_that_is_impossible_lets_go_of_the_money(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object, **_options: object) -> None:
        raise CaptureImpossible

    shop.pay(VISA)
    monkeypatch.setattr(gateway(), "capture", refuse)
    assert shop.order_is_confirmed() == []
    assert shop.status == ("failed", "canceled")
    assert shop.announced == "payment:failed"


def test_a_failed_payment_stays_failed_when_its_order_is_cancelled(shop: Shop) -> None:
    shop.pay(VISA)
    shop.stripe.lapse()
    shop.order_is_confirmed()
    assert shop.order_is_cancelled(version=2, cancel_reason="payment-failed") == []
    assert shop.status == ("failed", "canceled")
    assert shop.payment.order_status is OrderStatus.CANCELLED


def test_a_cancelled_order_lets_go_of_the_money_once(shop: Shop) -> None:
    shop.pay(VISA)
    for _ in range(2):
        assert shop.order_is_cancelled() == []
        assert shop.status == ("voided", "canceled")
    assert not shop.payment.is_open
    assert shop.stripe.captured() == 0
    assert shop.announced == "payment:authorized"


def test_a_cancelled_order_gives_up_an_intent_that_nobody_paid(shop: Shop) -> None:
    shop.pay()
    assert shop.order_is_cancelled() == []
    assert shop.status == ("voided", "canceled")


def test_a_cancelled_order_without_an_intent_needs_no_stripe(shop: Shop) -> None:
    shop.stripe.arm("cancel", "error_before", times=9)
    assert shop.order_is_cancelled() == []
    assert shop.status == ("voided", None)


def test_a_cancellation_that_comes_first_leaves_a_tombstone(shop: Shop) -> None:
    assert shop.order_is_cancelled(order_id="order-2") == []
    tombstone = shop.store.payment("order-2")
    assert (tombstone.status, tombstone.user_id) == ("voided", "buyer")
    assert shop.order_is_created(order_id="order-2") == []
    assert shop.store.payment("order-2") == tombstone


@pytest.mark.parametrize(
    "kind", ["error_before", "error", "error_after", "drop_before", "drop_after"]
)
def test_money_is_let_go_however_the_answer_is_lost(shop: Shop, kind: str) -> None:
    shop.pay(VISA)
    shop.stripe.fail("cancel", kind)
    if shop.order_is_cancelled():
        assert shop.payment.status == "voided"
        assert shop.payment.is_open
        assert shop.order_is_cancelled() == []
    assert shop.status == ("voided", "canceled")
    assert not shop.payment.is_open


def test_money_that_was_taken_for_a_cancelled_order_is_given_back_once(shop: Shop) -> None:
    shop.pay(VISA)
    shop.stripe.call(f"/v1/payment_intents/{shop.stripe.intent()['id']}/capture", {})
    for _ in range(2):
        assert shop.order_is_cancelled() == []
        assert shop.status == ("refunded", "succeeded")
    assert shop.stripe.captured() == 0
    assert len(shop.stripe.call("/v1/refunds")["data"]) == 1


def test_a_captured_payment_of_a_cancelled_order_is_given_back(shop: Shop) -> None:
    shop.pay(VISA)
    shop.order_is_confirmed()
    shop.stripe.arm("refunds.create", "error_before", times=3)
    assert shop.order_is_cancelled(version=2) == [0]
    assert shop.payment.status == "captured"
    assert shop.order_is_cancelled(version=2) == []
    assert shop.status == ("refunded", "succeeded")
    assert shop.stripe.captured() == 0


def test_an_old_commitment_does_not_bring_back_a_cancelled_order(shop: Shop) -> None:
    shop.pay(VISA)
    shop.order_is_cancelled()
    assert shop.order_is_confirmed() == []
    assert shop.status == ("voided", "canceled")


def test_what_changes_again_and_again_is_tried_later(shop: Shop) -> None:
    shop.pay(VISA)
    shop.stripe.arm("capture", "error", times=9)
    assert shop.order_is_confirmed() == [0]
    shop.stripe.hook("/faults", method="DELETE")
    assert shop.order_is_confirmed() == []
    assert shop.status == ("captured", "succeeded")

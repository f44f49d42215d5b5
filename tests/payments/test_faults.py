"""What can go wrong with the money of a purchase, one line each, and how it must end."""

from collections.abc import Callable

import pytest

from payments.models import OrderStatus
from tests.payments.shop import VISA, Shop
from tests.payments.stripe_account import signed

pytestmark = pytest.mark.usefixtures("no_quiet")

type Story = Callable[[Shop], object]


def expires_as_it_is_authorized(shop: Shop) -> None:
    shop.pay(VISA)
    shop.order_is_cancelled(cancel_reason="expired")
    shop.hear_all()


def a_webhook_before_our_own_answer(shop: Shop) -> None:
    shop.stripe.fail("confirm", "drop_after")
    assert shop.pay(VISA).status == 503
    shop.hear("amount_capturable_updated")
    assert shop.pay(VISA).json["status"] == "authorized"


def webhooks_twice_and_in_reverse(shop: Shop) -> None:
    shop.pay(VISA)
    shop.order_is_confirmed()
    for event in (shop.stripe.events() * 2)[::-1]:
        assert shop.send(*signed(event)).status == 200


def no_webhook_ever(shop: Shop) -> None:
    shop.pay()
    shop.stripe.confirm_in_browser()
    shop.reconcile()
    shop.order_is_confirmed()


def stripe_loses_every_first_answer(shop: Shop) -> None:
    for operation in ("create", "confirm", "capture"):
        shop.stripe.arm(operation, "drop_after")
    shop.pay(VISA)
    shop.order_is_confirmed()


def stripe_stores_its_failures(shop: Shop) -> None:
    shop.pay()
    for operation in ("confirm", "capture"):
        shop.stripe.arm(operation, "error_after")
    assert shop.pay(VISA).json["status"] == "authorized"
    shop.order_is_confirmed()


def cancelled_while_the_buyer_confirms(shop: Shop) -> None:
    shop.pay()
    shop.stripe.fail("cancel")
    assert shop.order_is_cancelled() == [0]
    shop.stripe.confirm_in_browser()
    assert shop.order_is_cancelled() == []


def cancelled_while_the_bank_thinks(shop: Shop) -> None:
    shop.stripe.hook("/processing", {"times": 1})
    shop.pay(VISA)
    assert shop.order_is_cancelled() == []
    assert shop.status == ("voided", "processing")
    path = f"/payment_intents/{shop.stripe.intent()['id']}/settle"
    shop.stripe.hook(path, {"outcome": "succeed"})
    shop.hear("amount_capturable_updated")


def captured_against_our_will(shop: Shop) -> None:
    shop.pay(VISA)
    shop.stripe.call(f"/v1/payment_intents/{shop.stripe.intent()['id']}/capture", {})
    shop.order_is_cancelled()


def the_hold_lapses_before_the_capture(shop: Shop) -> None:
    shop.pay(VISA)
    shop.stripe.lapse()
    shop.order_is_confirmed()
    shop.order_is_cancelled(version=2, cancel_reason="payment-failed")


def the_hold_lapses_unheard(shop: Shop) -> None:
    shop.pay(VISA)
    shop.stripe.fail("capture")
    assert shop.order_is_confirmed() == [0]
    shop.stripe.lapse()
    shop.reconcile()
    shop.order_is_cancelled(version=2, cancel_reason="payment-failed")


def events_twice_and_out_of_order(shop: Shop) -> None:
    shop.pay(VISA)
    shop.order_is_confirmed()
    shop.order_is_completed()
    shop.order_is_confirmed()
    shop.order_is_created()
    shop.order_is_completed()


def the_completion_overtakes_the_commitment(shop: Shop) -> None:
    shop.pay(VISA)
    shop.order_is_completed()
    shop.order_is_confirmed()


def a_message_that_ends_in_the_dead_letter_queue(shop: Shop) -> None:
    shop.pay(VISA)
    for _ in range(5):
        shop.stripe.fail("capture")
        assert shop.order_is_confirmed() == [0]
    shop.reconcile()


def a_void_that_ends_in_the_dead_letter_queue(shop: Shop) -> None:
    shop.pay(VISA)
    for _ in range(5):
        shop.stripe.fail("cancel")
        assert shop.order_is_cancelled() == [0]
    shop.reconcile()
    assert not shop.payment.is_open


PAID = ("captured", "succeeded", 5050)
HELD = ("authorized", "requires_capture", 0)
LET_GO = ("voided", "canceled", 0)
FAILED = ("failed", "canceled", 0)


@pytest.mark.parametrize(
    ("story", "end"),
    [
        (expires_as_it_is_authorized, LET_GO),
        (a_webhook_before_our_own_answer, HELD),
        (webhooks_twice_and_in_reverse, PAID),
        (no_webhook_ever, PAID),
        (stripe_loses_every_first_answer, PAID),
        (stripe_stores_its_failures, PAID),
        (cancelled_while_the_buyer_confirms, LET_GO),
        (cancelled_while_the_bank_thinks, LET_GO),
        (captured_against_our_will, ("refunded", "succeeded", 0)),
        (the_hold_lapses_before_the_capture, FAILED),
        (the_hold_lapses_unheard, FAILED),
        (events_twice_and_out_of_order, PAID),
        (the_completion_overtakes_the_commitment, PAID),
        (a_message_that_ends_in_the_dead_letter_queue, PAID),
        (a_void_that_ends_in_the_dead_letter_queue, LET_GO),
    ],
)
def test_a_fault_ends_well(shop: Shop, story: Story, end: tuple[str, str, int]) -> None:
    story(shop)
    for _ in range(2):
        assert (*shop.status, shop.stripe.captured()) == end
        shop.stripe.hook("/faults", method="DELETE")
        shop.hear_all()
        shop.reconcile()
    assert_money_follows_the_order(shop)


def assert_money_follows_the_order(shop: Shop) -> None:
    """What holds for every purchase when everything is quiet."""
    captured, order_status = shop.stripe.captured(), shop.payment.order_status
    assert captured in (0, shop.payment.amount)
    if captured:
        assert order_status in (OrderStatus.AWAITING_PAYMENT, OrderStatus.COMPLETE)
    if order_status is OrderStatus.CANCELLED:
        assert shop.payment.status in ("voided", "refunded", "failed")
        assert not shop.payment.is_open
    assert len(shop.stripe.call("/v1/refunds")["data"]) <= 1

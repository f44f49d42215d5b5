"""A crash before or after any call, in every operation: what is begun is finished, once only."""

from collections.abc import Callable

import pytest

from tests.payments.calls import When, watched
from tests.payments.shop import VISA, Shop

pytestmark = pytest.mark.usefixtures("no_quiet")

PAY = ["GetItem", "stripe create", "UpdateItem", "stripe confirm", "UpdateItem"]
CAPTURE = ["UpdateItem", "stripe capture", "UpdateItem"]
VOID = ["UpdateItem", "stripe cancel", "UpdateItem"]
REFUND = ["UpdateItem", "stripe cancel", "stripe retrieve", "stripe create refunds", "UpdateItem"]


def anywhere(calls: list[str]) -> pytest.MarkDecorator:
    """Before and after each of the calls."""
    places = [(place, when) for place in range(len(calls)) for when in ("before", "after")]
    names = [f"{when}-{place}-{calls[place].replace(' ', '-')}" for place, when in places]
    return pytest.mark.parametrize(("place", "when"), places, ids=names)


def crash(act: Callable[[], object], place: int, when: When, calls: list[str]) -> None:
    with watched(place, when) as made:
        act()
    assert made == calls[: place + 1]


def settled(shop: Shop) -> None:
    """Stripe tells again what nobody heard, and the reconciler passes by."""
    shop.hear_all()
    shop.reconcile()


# Paying


@anywhere(PAY)
def test_a_payment_that_crashed_can_be_repeated(shop: Shop, place: int, when: When) -> None:
    crash(lambda: shop.pay(VISA), place, when, PAY)
    assert shop.pay(VISA).json["status"] == "authorized"
    assert shop.status == ("authorized", "requires_capture")
    assert shop.announced == "payment:authorized"
    assert len(shop.stripe.charges()) == 1
    assert shop.order_is_confirmed() == []
    assert shop.status == ("captured", "succeeded")
    assert shop.stripe.captured() == 5050


@anywhere(PAY)
def test_held_money_is_never_forgotten(shop: Shop, place: int, when: When) -> None:
    crash(lambda: shop.pay(VISA), place, when, PAY)
    shop.reconcile()
    held = len(shop.stripe.charges()) == 1
    assert shop.payment.status == ("authorized" if held else "pending")
    assert (shop.announced == "payment:authorized") is held


@anywhere(PAY)
def test_a_payment_that_crashed_and_is_cancelled_leaves_nothing(
    shop: Shop, place: int, when: When
) -> None:
    crash(lambda: shop.pay(VISA), place, when, PAY)
    assert shop.order_is_cancelled() == []
    settled(shop)
    assert shop.payment.status == "voided"
    assert not shop.payment.is_open
    assert all(intent["status"] == "canceled" for intent in shop.stripe.intents())
    assert shop.stripe.captured() == 0


# Capturing


@anywhere(CAPTURE)
def test_a_capture_that_crashed_is_made_once_more_and_only_once(
    shop: Shop, place: int, when: When
) -> None:
    shop.pay(VISA)
    crash(shop.order_is_confirmed, place, when, CAPTURE)
    assert shop.order_is_confirmed() == []
    assert shop.status == ("captured", "succeeded")
    assert shop.announced == "payment:created"
    assert shop.stripe.captured() == 5050
    assert len(shop.stripe.charges()) == 1


@anywhere(CAPTURE)
def test_a_capture_whose_message_is_lost_is_finished_by_the_reconciler(
    shop: Shop, place: int, when: When
) -> None:
    shop.pay(VISA)
    crash(shop.order_is_confirmed, place, when, CAPTURE)
    settled(shop)
    unheard = (place, when) == (0, "before")
    assert shop.status == (
        ("authorized", "requires_capture") if unheard else ("captured", "succeeded")
    )
    assert shop.stripe.captured() == (0 if unheard else 5050)


# Voiding and refunding


@pytest.mark.parametrize("token", [VISA, None])
@anywhere(VOID)
def test_a_void_that_crashed_converges(
    shop: Shop, token: str | None, place: int, when: When
) -> None:
    shop.pay(token)
    crash(shop.order_is_cancelled, place, when, VOID)
    assert shop.order_is_cancelled() == []
    assert shop.status == ("voided", "canceled")
    assert not shop.payment.is_open
    assert shop.stripe.captured() == 0


@anywhere(VOID)
def test_a_void_whose_message_is_lost_is_finished_by_the_reconciler(
    shop: Shop, place: int, when: When
) -> None:
    shop.pay(VISA)
    crash(shop.order_is_cancelled, place, when, VOID)
    settled(shop)
    unheard = (place, when) == (0, "before")
    assert shop.status == (
        ("authorized", "requires_capture") if unheard else ("voided", "canceled")
    )


@anywhere(REFUND)
def test_a_refund_that_crashed_is_made_once(shop: Shop, place: int, when: When) -> None:
    shop.pay(VISA)
    shop.stripe.call(f"/v1/payment_intents/{shop.stripe.intent()['id']}/capture", {})
    crash(shop.order_is_cancelled, place, when, REFUND)
    assert shop.order_is_cancelled() == []
    assert shop.status == ("refunded", "succeeded")
    assert shop.stripe.captured() == 0
    assert len(shop.stripe.call("/v1/refunds")["data"]) == 1


# Events of others


@anywhere(["PutItem"])
def test_an_order_that_crashed_on_its_way_here_is_expected_once(
    shop: Shop, place: int, when: When
) -> None:
    crash(lambda: shop.order_is_created(order_id="order-2"), place, when, ["PutItem"])
    assert shop.order_is_created(order_id="order-2") == []
    assert shop.store.payment("order-2").version == 0


@anywhere(["UpdateItem"])
def test_a_webhook_that_crashed_is_heard_again(shop: Shop, place: int, when: When) -> None:
    shop.pay()
    shop.stripe.confirm_in_browser()
    crash(lambda: shop.hear("amount_capturable_updated"), place, when, ["UpdateItem"])
    assert shop.hear("amount_capturable_updated").status == 200
    assert shop.status == ("authorized", "requires_capture")
    assert shop.payment.version == 2

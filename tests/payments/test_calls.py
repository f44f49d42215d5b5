"""How many calls each operation makes, to AWS and to Stripe: the whole list, in order."""

import time
from collections.abc import Callable

import pytest

from tests.payments.calls import watched
from tests.payments.shop import VISA, Shop

LATE = int(time.time()) - 31


def made_by(act: Callable[[], object]) -> list[str]:
    with watched() as calls:
        act()
    return list(calls)


def paid(shop: Shop) -> None:
    shop.pay(VISA)


def captured(shop: Shop) -> None:
    shop.pay(VISA)
    shop.order_is_confirmed()


def paid_in_browser(shop: Shop) -> None:
    shop.pay()
    shop.stripe.confirm_in_browser()


def nothing(_shop: Shop) -> None:
    pass


@pytest.mark.parametrize(
    ("given", "act", "calls"),
    [
        (nothing, lambda shop: shop.show(), ["GetItem"]),
        (nothing, lambda shop: shop.pay(), ["GetItem", "stripe create", "UpdateItem"]),
        (lambda shop: shop.pay(), lambda shop: shop.pay(), ["GetItem", "stripe retrieve"]),
        (
            nothing,
            lambda shop: shop.pay(VISA),
            ["GetItem", "stripe create", "UpdateItem", "stripe confirm", "UpdateItem"],
        ),
        (
            lambda shop: shop.pay(),
            lambda shop: shop.pay(VISA),
            ["GetItem", "stripe confirm", "UpdateItem"],
        ),
        (
            lambda shop: shop.pay(),
            lambda shop: shop.pay("tok_chargeDeclined"),
            ["GetItem", "stripe confirm"],
        ),
        (paid, lambda shop: shop.pay(VISA), ["GetItem"]),
        (captured, lambda shop: shop.pay(VISA), ["GetItem"]),
        (paid_in_browser, lambda shop: shop.hear("amount_capturable_updated"), ["UpdateItem"]),
        (
            paid_in_browser,
            lambda shop: shop.hear("amount_capturable_updated", created=LATE),
            ["stripe retrieve", "UpdateItem"],
        ),
        (paid, lambda shop: shop.hear("amount_capturable_updated"), ["UpdateItem"]),
        (captured, lambda shop: shop.hear("succeeded"), ["UpdateItem"]),
        (
            lambda shop: shop.pay("tok_chargeDeclined"),
            lambda shop: shop.hear("payment_failed"),
            [],
        ),
        (nothing, lambda shop: shop.order_is_created(order_id="order-2"), ["PutItem"]),
        (
            paid,
            lambda shop: shop.order_is_confirmed(),
            ["UpdateItem", "stripe capture", "UpdateItem"],
        ),
        (captured, lambda shop: shop.order_is_completed(), ["UpdateItem"]),
        (nothing, lambda shop: shop.order_is_cancelled(), ["UpdateItem"]),
        (
            paid,
            lambda shop: shop.order_is_cancelled(),
            ["UpdateItem", "stripe cancel", "UpdateItem"],
        ),
        (captured, lambda shop: shop.reconcile(), ["Query"] * 4 + ["stripe list"]),
    ],
)
def test_an_operation_calls(
    shop: Shop,
    given: Callable[[Shop], object],
    act: Callable[[Shop], object],
    calls: list[str],
) -> None:
    given(shop)
    assert made_by(lambda: act(shop)) == calls

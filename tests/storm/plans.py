"""What buyers do with an order, and how often."""

import time
from collections.abc import Callable

from tests.storm.buyers import Buyer, Order, at_once, seconds_left


def leaves(_buyer: Buyer, _order: Order) -> None:
    """The order expires."""


def is_declined_and_pays(buyer: Buyer, order: Order) -> None:
    buyer.pay(order, "tok_chargeDeclined")
    buyer.pay(order)


def pays_twice(buyer: Buyer, order: Order) -> None:
    at_once(lambda: buyer.pay(order))


def pays_in_two_ways(buyer: Buyer, order: Order) -> None:
    at_once(lambda: buyer.pay(order), lambda: buyer.pay_on_page(order))


def pays_and_cancels(buyer: Buyer, order: Order) -> None:
    def changes_their_mind() -> None:
        time.sleep(buyer.chance.random() * 0.5)
        buyer.cancel(order)

    at_once(lambda: buyer.pay(order), changes_their_mind)


def pays_at_the_last_moment(buyer: Buyer, order: Order) -> None:
    wait_for_the_end(buyer, order)
    buyer.pay(order)


def pays_on_the_page_at_the_last_moment(buyer: Buyer, order: Order) -> None:
    wait_for_the_end(buyer, order)
    buyer.pay_on_page(order)


def wait_for_the_end(buyer: Buyer, order: Order) -> None:
    """Until about the moment at which the order's time is over."""
    time.sleep(max(0.0, seconds_left(order) + buyer.chance.uniform(-1.0, 2.5)))


PLANS: dict[Callable[[Buyer, Order], None], int] = {
    Buyer.pay: 4,
    Buyer.pay_on_page: 4,
    Buyer.cancel: 2,
    leaves: 2,
    is_declined_and_pays: 2,
    pays_twice: 2,
    pays_in_two_ways: 2,
    pays_and_cancels: 3,
    pays_at_the_last_moment: 1,
    pays_on_the_page_at_the_last_moment: 1,
}
"""Each with its weight."""


def shop(buyer: Buyer) -> Order | None:
    """Try to get one ticket, and go on with it as it comes to mind."""
    order = buyer.reserve_something()
    if order:
        (plan,) = buyer.chance.choices([*PLANS], [*PLANS.values()])
        plan(buyer, order)
        buyer.look(order)
    return order

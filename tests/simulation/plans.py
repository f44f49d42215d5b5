"""Plans: what a buyer does with an order. They draw from the tape what they do not fix."""

from tests.simulation.invariants import seconds
from tests.simulation.people import HURRY, Buyer
from tests.simulation.world import World

MOMENTS = (0.0, 0.02, 0.3, 3.0, 60.0, 300.0, 899.0, 904.0)
"""Seconds after which somebody acts."""

LAST_SECONDS = (-1.0, -0.1, 0.9, 1.5, 1.95, 2.05, 2.5, 3.0, 3.5)
"""When somebody pays at the last moment: seconds after the order's expiry."""

BAD_CARDS = ("tok_chargeDeclined", "tok_threeDSecure2Required")


def moment(world: World) -> float:
    return MOMENTS[world.pick(len(MOMENTS))]


def wait_for_the_end(world: World, order_id: str) -> None:
    end = seconds(world.invariants.orders[order_id]["expires_at"])
    after = LAST_SECONDS[world.pick(len(LAST_SECONDS))]
    world.sleep(max(0.0, end + after - world.scheduler.now))


def pays(world: World, buyer: Buyer, order_id: str) -> None:
    buyer.pay(order_id)


def pays_on_the_page(world: World, buyer: Buyer, order_id: str) -> None:
    buyer.pay_on_page(order_id)


def leaves(world: World, buyer: Buyer, order_id: str) -> None:
    """Does nothing more: the order expires."""


def cancels(world: World, buyer: Buyer, order_id: str) -> None:
    buyer.cancel(order_id)


def pays_and_cancels(world: World, buyer: Buyer, order_id: str) -> None:
    buyer.spawn(lambda: buyer.cancel(order_id))
    buyer.pay(order_id)


def begins_and_cancels(world: World, buyer: Buyer, order_id: str) -> None:
    buyer.spawn(lambda: buyer.pay_on_page(order_id))
    world.sleep(HURRY if world.pick(2) else moment(world))
    buyer.cancel(order_id)


def pays_at_the_last_second(world: World, buyer: Buyer, order_id: str) -> None:
    wait_for_the_end(world, order_id)
    buyer.pay(order_id)


def confirms_at_the_last_second(world: World, buyer: Buyer, order_id: str) -> None:
    world.sleep(1.0)
    intent_id = buyer.begin_payment(order_id)
    wait_for_the_end(world, order_id)
    if intent_id:
        world.bank.confirm(intent_id)


def is_declined_then_pays(world: World, buyer: Buyer, order_id: str) -> None:
    buyer.pay(order_id, BAD_CARDS[world.pick(2)])
    buyer.pay(order_id)


def pays_twice(world: World, buyer: Buyer, order_id: str) -> None:
    buyer.spawn(lambda: buyer.pay(order_id))
    buyer.pay(order_id)


def pays_in_two_ways(world: World, buyer: Buyer, order_id: str) -> None:
    buyer.spawn(lambda: buyer.pay_on_page(order_id))
    buyer.pay(order_id)


def pays_with_a_slow_bank(world: World, buyer: Buyer, order_id: str) -> None:
    world.bank.think(moment(world))
    buyer.pay(order_id)
    if world.pick(2):
        buyer.cancel(order_id)


def reserves_again(world: World, buyer: Buyer, order_id: str) -> None:
    """In several tabs, and perhaps cancels in one."""
    ticket_id = world.invariants.orders[order_id]["ticket"]["id"]
    if world.pick(2):
        buyer.spawn(lambda: buyer.cancel(order_id))
    for _ in range(world.pick(3)):
        buyer.spawn(lambda: buyer.reserve(ticket_id, None))
    again = buyer.reserve(ticket_id, None)
    buyer.look(again or order_id)


def is_pried_upon(world: World, buyer: Buyer, order_id: str) -> None:
    ticket_id = world.invariants.orders[order_id]["ticket"]["id"]
    buyer.spawn(lambda: buyer.pay(order_id))
    Buyer(world, "eve").pry(order_id, ticket_id)


def is_imitated(world: World, buyer: Buyer, order_id: str) -> None:
    """Somebody claims in Stripe's name that the order is paid."""
    intent_id = buyer.begin_payment(order_id)
    if intent_id:
        world.bank.forge(intent_id)


def the_hold_lapses(world: World, buyer: Buyer, order_id: str) -> None:
    """The bank lets go of the money before it is captured."""
    buyer.pay(order_id)
    world.bank.lapse(order_id)


def leaves_for_good(world: World, buyer: Buyer, order_id: str) -> None:
    """Erases the account, also while the order is being paid."""
    if world.pick(2):
        buyer.pay(order_id)
    world.sleep(moment(world))
    world.edge.erase(buyer.id)


PLANS = (
    pays,
    leaves,
    cancels,
    pays_on_the_page,
    pays_and_cancels,
    begins_and_cancels,
    pays_at_the_last_second,
    confirms_at_the_last_second,
    is_declined_then_pays,
    pays_twice,
    pays_in_two_ways,
    pays_with_a_slow_bank,
    reserves_again,
    is_pried_upon,
    is_imitated,
    the_hold_lapses,
    leaves_for_good,
)

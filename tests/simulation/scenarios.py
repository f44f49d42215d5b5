"""Scenarios: who is there, what each one wants, and what the tape makes of it.

Everything is drawn from the tape; 0 is always the plainest: one buyer who reserves and pays.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from tests.simulation.faults import OF_TIMER, OF_WEBHOOK
from tests.simulation.invariants import seconds
from tests.simulation.people import Buyer, Seller
from tests.simulation.world import World

RESERVATION = 900.0

MOMENTS = (0.0, 0.02, 0.3, 3.0, 60.0, 300.0, 899.0, 904.0)
"""Seconds after which somebody acts."""

LAST_SECONDS = (-1.0, -0.1, 0.9, 1.5, 1.95, 2.05, 2.5, 3.0, 3.5)
"""When somebody pays at the last moment: seconds after the order's expiry."""

BAD_CARDS = ("tok_chargeDeclined", "tok_threeDSecure2Required")

KEY = "click-1"
"""Everybody's browser counts its clicks: a key is not the only one of its name."""


def play(world: World) -> None:
    """Bring the cast onto the stage."""
    pick = world.pick
    sue, ann = Seller(world, "sue"), Buyer(world, "ann")
    world.is_skewed = bool(pick(2, 0.2))
    world.silent = ((), OF_TIMER, OF_WEBHOOK)[pick(3, 0.1)]
    opening = world.openings[pick(len(world.openings), 0.6)]
    opening.set_up(world)
    tickets = opening.tickets[: 1 + pick(2, 0.2)]
    for order_id in opening.orders:
        go_on(world, ann, order_id)
    for name in ("ann", "bob", "cat")[bool(opening.orders) : 1 + pick(3, 0.7)]:
        come(world, Buyer(world, name), tickets[pick(len(tickets))], opening.tickets)
    if pick(2, 0.35):
        change_offer(world, sue, opening.tickets[0])
    for label in ("orders/sweeper", "payments/reconciler"):
        if pick(2, 0.2):
            call(world, label)
    for chance, act in RARELY:
        if pick(2, chance):
            world.scheduler.after(moment(world), act.__name__, partial(act, world))


def call(world: World, label: str) -> None:
    """A schedule calls a function; it may do so twice."""
    when = moment(world)
    for _ in range(1 + world.pick(2, 0.2)):
        world.scheduler.after(when, "schedule", partial(world.run_scheduled, label))


def redrive(world: World) -> None:
    world.redrive()


def rotate(world: World) -> None:
    world.bank.rotate()


def leave_for_good(world: World) -> None:
    """Somebody erases their account, and goes on for a while with the token that is left."""
    name = ("sue", "ann", "sam")[world.pick(3)]
    world.edge.erase(name)
    if world.pick(2, 0.5):
        world.sleep(moment(world))
        Seller(world, name).list_ticket("Leonard Cohen", "39.90")


def list_another(world: World) -> None:
    Seller(world, "sam").list_ticket("Patti Smith", "39.90")


def buy_own(world: World) -> None:
    items = world.dynamodb.items("tickets").values()
    (ticket_id, *_) = [item["id"]["S"] for item in items if item["user_id"]["S"] == "sue"]
    Seller(world, "sue").buy_own(ticket_id)


RARELY = (
    (0.1, redrive),
    (0.1, leave_for_good),
    (0.05, list_another),
    (0.03, rotate),
    (0.02, buy_own),
)
"""What hardly ever happens, and how often."""


def list_tickets(world: World) -> str:
    """A ticket that is on sale, as everybody knows."""
    world.openings[0].set_up(world)
    return str(world.openings[0].tickets[0])


def moment(world: World) -> float:
    return MOMENTS[world.pick(len(MOMENTS))]


def come(world: World, buyer: Buyer, ticket_id: str, tickets: Sequence[str]) -> None:
    """A buyer with a plan."""
    pick = world.pick
    plan = PLANS[pick(len(PLANS), 0.8)]
    key = KEY if pick(2, 0.5) else None
    looks = bool(pick(2, 0.2))

    def act(wanted: str) -> None:
        price = buyer.price_of(wanted) if looks else None
        if looks and pick(2, 0.3):
            world.sleep(moment(world))
        order_id = buyer.reserve(wanted, key, price)
        if order_id is None and pick(2, 0.3):
            world.sleep(moment(world))
            order_id = buyer.reserve(wanted, key, price)
        if order_id:
            plan(world, buyer, order_id)

    for click in range(1 + pick(2, 0.15)):
        wanted = tickets[-1] if click and pick(2, 0.2) else ticket_id
        when = moment(world) if pick(2, 0.4) else 0.0
        world.scheduler.after(when, buyer.id, partial(act, wanted))


def go_on(world: World, buyer: Buyer, order_id: str) -> None:
    """A buyer goes on with an order."""
    plan = PLANS[world.pick(len(PLANS), 0.8)]
    world.scheduler.after(
        moment(world) if world.pick(2, 0.4) else 0.0,
        buyer.id,
        lambda: plan(world, buyer, order_id),
    )


def change_offer(world: World, seller: Seller, ticket_id: str) -> None:
    """The seller edits the price, or withdraws the ticket."""
    pick = world.pick
    acts: list[Callable[[], Any]] = [
        lambda: seller.edit(ticket_id, "60.00"),
        lambda: seller.withdraw(ticket_id),
        lambda: seller.edit(ticket_id, "70.00", version=0),
    ]
    for _ in range(1 + pick(2, 0.3)):
        world.scheduler.after(moment(world), seller.id, acts[pick(len(acts))])


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
    world.sleep(moment(world))
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


def reserves_again(world: World, buyer: Buyer, order_id: str) -> None:
    ticket_id = world.invariants.orders[order_id]["ticket"]["id"]
    if world.pick(2, 0.5):
        buyer.spawn(lambda: buyer.cancel(order_id))
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
)


def wait_for_the_end(world: World, order_id: str) -> None:
    end = seconds(world.invariants.orders[order_id]["expires_at"])
    after = LAST_SECONDS[world.pick(len(LAST_SECONDS))]
    world.sleep(max(0.0, end + after - world.scheduler.now))

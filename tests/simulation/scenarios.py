"""Scenarios: who is there, what each one wants, and what the tape makes of it.

Everything is drawn from the tape; 0 is always the plainest: one buyer who reserves and pays.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from tests.simulation.faults import OF_TIMER, OF_WEBHOOK
from tests.simulation.invocations import run_scheduled
from tests.simulation.people import Buyer, Seller
from tests.simulation.plans import PLANS, moment
from tests.simulation.world import World

WORTH_A_LOOK = (65.0, 130.0, 300.0, 880.0, 940.0)
"""Seconds after which sweeper and reconciler may find something: they are patient."""

KEY = "click-1"
"""Everybody's browser counts its clicks: a key is not the only one of its name."""


def play(world: World) -> None:
    """Bring the cast onto the stage."""
    pick = world.pick
    sue, ann = Seller(world, "sue"), Buyer(world, "ann")
    world.is_skewed, world.is_behind = bool(pick(2, 0.2)), bool(pick(2, 0.6))
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
    for label, chance in (("orders/sweeper", 0.2), ("payments/reconciler", 0.5)):
        if pick(2, chance):
            call(world, label)
    for chance, act in RARELY:
        if pick(2, chance):
            world.scheduler.after(moment(world), act.__name__, partial(act, world))


def call(world: World, label: str) -> None:
    """A schedule calls a function now and then; it may do so twice at once."""
    for _ in range(1 + world.pick(3)):
        when = WORTH_A_LOOK[world.pick(len(WORTH_A_LOOK))]
        world.scheduler.after(when, "schedule", partial(run_scheduled, world, label))


def redrive(world: World) -> None:
    world.redrive()


def rotate(world: World) -> None:
    world.bank.rotate()


def leave_for_good(world: World) -> None:
    """Somebody erases their account, and goes on for a while with the token that is left."""
    name = ("sue", "sam")[world.pick(2)]
    world.edge.erase(name)
    if world.pick(2, 0.5):
        world.sleep(moment(world))
        Seller(world, name).list_ticket("Leonard Cohen", "39.90", key="cohen")


def list_another(world: World) -> None:
    Seller(world, "sam").list_ticket("Laurie Anderson", "39.90", key="anderson")


def buy_own(world: World) -> None:
    items = world.dynamodb.items("tickets").values()
    (ticket_id, *_) = [item["id"]["S"] for item in items if item["user_id"]["S"] == "sue"]
    Seller(world, "sue").buy_own(ticket_id)


RARELY = (
    (0.1, redrive),
    (0.2, leave_for_good),
    (0.05, list_another),
    (0.03, rotate),
    (0.02, buy_own),
)
"""What hardly ever happens, and how often."""


def list_tickets(world: World) -> str:
    """A ticket that is on sale, as everybody knows."""
    world.openings[0].set_up(world)
    return str(world.openings[0].tickets[0])


def come(world: World, buyer: Buyer, ticket_id: str, tickets: Sequence[str]) -> None:
    """A buyer with a plan."""
    pick = world.pick
    plan = PLANS[pick(len(PLANS), 0.8)]
    key = KEY if pick(2, 0.5) else None
    looks = bool(pick(2, 0.4))

    def act(wanted: str) -> None:
        price = buyer.price_of(wanted) if looks else None
        if looks and pick(2, 0.5):
            world.sleep(moment(world))
        order_id = buyer.reserve(wanted, key, price)
        if order_id is None and pick(2, 0.3):
            world.sleep(moment(world))
            order_id = buyer.reserve(wanted, key, price)
        if order_id:
            plan(world, buyer, order_id)

    for click in range(1 + pick(2, 0.25)):
        wanted = tickets[-1] if click and pick(2, 0.6) else ticket_id
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
        lambda: withdraw(world, seller, ticket_id),
        lambda: seller.edit(ticket_id, "70.00", version=0),
    ]
    for _ in range(1 + pick(2, 0.3)):
        world.scheduler.after(moment(world), seller.id, acts[pick(len(acts))])


def withdraw(world: World, seller: Seller, ticket_id: str) -> None:
    """With one click or two."""
    if world.pick(2, 0.3):
        seller.spawn(lambda: seller.withdraw(ticket_id))
    seller.withdraw(ticket_id)

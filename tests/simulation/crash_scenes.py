"""The scenes of the crash points: stories in which everybody acts in turn, and nothing is drawn."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from tests.simulation.deployment import EXPIRATION
from tests.simulation.invocations import run_scheduled
from tests.simulation.people import Buyer
from tests.simulation.plans import wait_for_the_end
from tests.simulation.runs import RECONCILE_AFTER, SWEEP_AFTER, Scene
from tests.simulation.scenarios import list_tickets
from tests.simulation.world import World

type Act = Callable[[Buyer, str], object]
"""What a buyer does with an order."""


def purchase(world: World) -> None:
    """A buyer reserves and pays by card."""
    begin(world, pay)


def expiry(world: World) -> None:
    """A buyer begins to pay, and lets the reservation run out."""
    begin(world, lambda buyer, order_id: buyer.begin_payment(order_id))


def cancellation(world: World) -> None:
    """A buyer pays on the page and cancels meanwhile."""

    def act(buyer: Buyer, order_id: str) -> None:
        buyer.begin_payment(order_id)
        buyer.cancel(order_id)

    begin(world, act)


def late_payment(world: World) -> None:
    """The bank authorizes a payment when the order's time is over."""

    def act(buyer: Buyer, order_id: str) -> None:
        world.sleep(1.0)
        intent_id = buyer.begin_payment(order_id)
        wait_for_the_end(world, order_id)
        world.sleep(3.0)
        if intent_id:
            world.bank.confirm(intent_id)

    begin(world, act)


def lapse(world: World) -> None:
    """The bank lets go of the money before it is captured."""

    def act(buyer: Buyer, order_id: str) -> None:
        buyer.pay(order_id)
        world.bank.lapse(order_id)

    begin(world, act)


def sweep(world: World) -> None:
    """No order has a timer: the sweeper expires what a buyer left behind, at the second try."""
    rules = tuple(rule for rule in world.deployment.rules if rule.target != EXPIRATION)
    world.deployment = replace(world.deployment, rules=rules)
    begin(world, lambda buyer, order_id: buyer.begin_payment(order_id))
    call_twice(world, "orders/sweeper", world.deployment.reservation + SWEEP_AFTER)


def reconciliation(world: World) -> None:
    """No webhook comes: the reconciler settles a payment on the page, at the second try."""
    world.bank.stripe.on_event = world.money.happened
    begin(world, lambda buyer, order_id: buyer.pay_on_page(order_id))
    call_twice(world, "payments/reconciler", RECONCILE_AFTER)


SCENES: Mapping[str, Scene] = {
    scene.__name__.replace("_", "-"): scene
    for scene in (purchase, expiry, cancellation, late_payment, lapse, sweep, reconciliation)
}


def begin(world: World, act: Act) -> None:
    """A buyer reserves the one ticket, then acts."""
    ticket_id = list_tickets(world)
    buyer = Buyer(world, "ann")

    def reserve_and_act() -> None:
        order_id = buyer.reserve(ticket_id, "ann-key")
        if order_id:
            act(buyer, order_id)

    world.scheduler.spawn(buyer.id, reserve_and_act)


def pay(buyer: Buyer, order_id: str) -> None:
    buyer.pay(order_id)


def call_twice(world: World, label: str, seconds: float) -> None:
    """Run a scheduled function after that time, and a minute later once more."""
    for later in (0.0, 60.0):
        world.scheduler.after(seconds + later, "schedule", partial(run_scheduled, world, label))

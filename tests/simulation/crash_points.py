"""Crash points, exhausted: one story, and every fault at every call, each in a run of its own.

Nothing is drawn: the tape is silent, so everybody acts in turn, and only the planned faults strike.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from typing import NamedTuple

from tests.simulation.faults import Fault
from tests.simulation.people import Buyer
from tests.simulation.runs import Outcome, Scene, Stage, run
from tests.simulation.scenarios import list_tickets, wait_for_the_end
from tests.simulation.tape import Tape
from tests.simulation.world import World

type Plan = Mapping[int, Fault]
"""The faults, by the number of the call, from 1."""


class Point(NamedTuple):
    """A call, and what can happen to it."""

    number: int
    fault: Fault


def purchase(world: World) -> None:
    """A buyer reserves and pays by card."""
    begin(world, lambda buyer, order_id: buyer.pay(order_id))


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


SCENES: Mapping[str, Scene] = {
    "purchase": purchase,
    "expiry": expiry,
    "cancellation": cancellation,
    "late payment": late_payment,
}


def begin(world: World, act: Callable[[Buyer, str], object]) -> None:
    """A buyer reserves the one ticket, then acts."""
    ticket_id = list_tickets(world)
    buyer = Buyer(world, "ann")

    def reserve_and_act() -> None:
        order_id = buyer.reserve(ticket_id, "ann-key")
        if order_id:
            act(buyer, order_id)

    world.scheduler.spawn(buyer.id, reserve_and_act)


def points_of(stage: Stage, scene: Scene) -> list[Point]:
    """Everything that can go wrong at the calls of a story in which nothing does."""
    found: list[Point] = []
    calls = 0

    def note(options: tuple[Fault, ...]) -> None:
        nonlocal calls
        calls += 1
        found.extend(Point(calls, fault) for fault in options)

    outcome = run(stage, Tape(recorded={}), scene, note)
    assert outcome.violation is None, outcome.violation
    return found


def play_with(stage: Stage, scene: Scene, plan: Plan) -> Outcome:
    """The story with these faults."""
    calls = 0

    def strike(options: tuple[Fault, ...]) -> Fault | None:
        nonlocal calls
        calls += 1
        fault = plan.get(calls)
        return fault if fault in options else None

    return run(stage, Tape(recorded={}), scene, strike)


def singles(points: list[Point]) -> Iterator[Plan]:
    """One fault at a time."""
    return ({point.number: point.fault} for point in points)


def pairs(points: list[Point]) -> Iterator[Plan]:
    """Two faults at a time, at two calls."""
    for one, other in combinations(points, 2):
        if one.number != other.number:
            yield {one.number: one.fault, other.number: other.fault}

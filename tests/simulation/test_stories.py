"""A scene with a known flaw: the flaw is found, told in as few words as it takes, and comes again.

Nothing of the product plays in it: these are the simulation's own wheels.
"""

from collections.abc import Callable, Mapping

import pytest

from tests.simulation.deployment import Deployment
from tests.simulation.faults import Fault
from tests.simulation.invariants import Violation
from tests.simulation.runs import Outcome, Scene, Stage, run
from tests.simulation.stories import shrink, tell, transcript
from tests.simulation.tape import Tape
from tests.simulation.world import World

EMPTY = Stage(
    Deployment(functions={}, queues={}, rules=(), streams={}, timer_grace=3.0, reservation=900.0),
    handlers={},
    openings=(),
)


def two_tills_and_one_box(world: World) -> None:
    """Each till looks into the box, and takes out what it saw: nobody may come between."""
    box = [100]

    def take(amount: int) -> None:
        for _ in range(4):
            world.strike("looks", "into the box")
        seen = box[0]
        world.strike("takes", "out of the box")
        if seen >= amount:
            box[0] -= amount
        if box[0] < 0:
            msg = "1: more was taken out of the box than was in it"
            raise Violation(msg)

    for name, amount in (("ann", 60), ("bob", 70)):
        world.scheduler.spawn(name, lambda amount=amount: take(amount))


def a_clerk_who_writes_twice(world: World) -> None:
    """Without a reply the clerk writes the same line into the book once more."""
    book: list[str] = []

    def write() -> None:
        world.strike("looks", "at the clock")
        for _ in range(2):
            fault = world.strike("writes", "into the book")
            book.append("sold")
            if fault is not Fault.REPLY_LOST:
                break
        if len(book) > 1:
            msg = "3: sold twice"
            raise Violation(msg)

    world.scheduler.spawn("clerk", write)


def play(scene: Scene) -> Callable[[Mapping[int, int]], Outcome]:
    return lambda choices: run(EMPTY, Tape(recorded=choices), scene)


def first_failure(scene: Scene) -> Outcome:
    """What a search finds."""
    outcomes = (run(EMPTY, Tape(seed), scene) for seed in range(1, 2000))
    return next(outcome for outcome in outcomes if outcome.violation)


def shortest(scene: Scene) -> Outcome:
    found = first_failure(scene)
    assert found.violation
    return shrink(found.choices, found.violation, play(scene))


SCENES = pytest.mark.parametrize("scene", [two_tills_and_one_box, a_clerk_who_writes_twice])


@SCENES
def test_the_flaw_does_not_show_where_nothing_is_chosen(scene: Scene) -> None:
    assert play(scene)({}).violation is None


def test_a_flaw_that_needs_an_order_shrinks_to_the_turns_that_matter() -> None:
    found = first_failure(two_tills_and_one_box)
    outcome = shortest(two_tills_and_one_box)
    assert outcome.violation == "1: more was taken out of the box than was in it"
    assert len(outcome.choices) <= 3 < len(found.choices)
    assert not outcome.faults


def test_a_flaw_that_needs_a_fault_shrinks_to_that_fault() -> None:
    """Two choices: that there is a fault, and which one."""
    outcome = shortest(a_clerk_who_writes_twice)
    assert dict(outcome.faults) == {Fault.REPLY_LOST: 1}
    assert len(outcome.choices) == 2


@SCENES
def test_no_choice_of_the_shortest_can_be_left_out_or_made_simpler(scene: Scene) -> None:
    choices = shortest(scene).choices
    for place, value in choices.items():
        for simpler in range(value):
            assert play(scene)({**choices, place: simpler}).violation is None


@SCENES
def test_what_was_found_comes_again(scene: Scene) -> None:
    found = first_failure(scene)
    assert transcript(play(scene)(found.choices)) == transcript(found)
    short = shortest(scene)
    assert transcript(play(scene)(short.choices)) == transcript(short)


def test_a_story_says_who_did_what_when_and_what_went_wrong() -> None:
    story = tell(shortest(a_clerk_who_writes_twice)).splitlines()
    (struck,) = [line for line in story if "**" in line]
    assert struck.split() == [
        *("0.010", "clerk", "writes", "into", "the", "book"),
        *("**", "it", "is", "done,", "and", "the", "reply", "is", "lost", "**"),
    ]
    assert story[-1] == "  => 3: sold twice"


def test_a_story_without_a_rest_is_a_failure() -> None:
    def never_rests(world: World) -> None:
        def poll() -> None:
            while True:
                world.strike("looks", "again")

        world.scheduler.spawn("ann", poll)

    assert "no rest" in str(play(never_rests)({}).violation)


def test_another_flaw_is_not_taken_for_the_one_that_is_shrunk() -> None:
    def one_of_two(world: World) -> None:
        if world.pick(2):
            msg = "2: the other one"
            raise Violation(msg)
        if world.pick(5) > 2:
            msg = "1: the one that was found"
            raise Violation(msg)

    outcome = shrink({3: 4}, "1: the one that was found", play(one_of_two))
    assert (outcome.violation, outcome.choices) == ("1: the one that was found", {3: 3})

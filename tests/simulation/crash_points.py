"""`python -m tests.simulation.crash_points`: every fault at every call of a story, exhausted.

Each story is a run of its own in which only the planned faults strike; with `--pairs` two of them:
the second at each call that is still to come once the first one has struck.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping
from functools import partial
from typing import NamedTuple

from tests.simulation.crash_scenes import SCENES
from tests.simulation.faults import Fault
from tests.simulation.progress import Progress
from tests.simulation.runs import Outcome, run
from tests.simulation.stories import tell
from tests.simulation.tape import Tape
from tests.simulation.theater import Theater, add_options, spread

type Plan = Mapping[int, Fault]
"""The faults, by the number of the call or delivery that they strike, from 1."""


class Point(NamedTuple):
    """A call or a delivery, and what can happen to it."""

    number: int
    fault: Fault


class Failure(NamedTuple):
    """A story in which an invariant does not hold."""

    plan: Plan
    violation: str


def main() -> int:
    """0 if every invariant held in every story, 1 and the first story in which one did not."""
    options = read_options()
    Theater.open(options.templates)
    failures = {
        name: exhaust(name, 2 if options.pairs else 1, options.workers)
        for name in options.scenes or SCENES
    }
    for name, failed in failures.items():
        if failed:
            tell_first(name, failed[0])
            return 1
    return 0


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.crash_points")
    parser.add_argument("scenes", nargs="*", metavar="SCENE", help=", ".join(SCENES))
    parser.add_argument("--pairs", action="store_true", help="two faults in a story")
    add_options(parser)
    return parser.parse_args()


def exhaust(name: str, depth: int, workers: int) -> list[Failure]:
    """Play every story of a scene with up to `depth` faults, and say what came of it."""
    points, outcome = play(name, {})
    stories = 1
    failures = [Failure({}, outcome.violation)] if outcome.violation else []
    progress = Progress(len(points))
    begun = spread(partial(explore, name, depth), points, workers)
    for done, (played, failed) in enumerate(begun, 1):
        stories += played
        failures += failed
        progress.show(done, f"{name}: {stories:,} stories")
    print(
        f"{name}: {len(points)} points, {stories:,} stories in {progress.seconds:.0f} s,"
        f" {len(failures)} violations",
        flush=True,
    )
    return failures


def explore(name: str, depth: int, first: Point) -> tuple[int, list[Failure]]:
    """How many stories begin with a fault, and those that fail."""
    stories, failures = 0, []
    for plan, outcome in stories_with(name, {first.number: first.fault}, depth - 1):
        stories += 1
        if outcome.violation:
            failures.append(Failure(plan, outcome.violation))
    return stories, failures


def stories_with(name: str, plan: Plan, more: int) -> Iterator[tuple[Plan, Outcome]]:
    """The story with these faults, and each one with up to so many more of them later."""
    points, outcome = play(name, plan)
    yield plan, outcome
    for point in points if more else ():
        yield from stories_with(name, {**plan, point.number: point.fault}, more - 1)


def play(name: str, plan: Plan) -> tuple[list[Point], Outcome]:
    """A story with these faults, and what else could go wrong after the last of them."""
    found: list[Point] = []
    last, calls = max(plan, default=0), 0

    def strike(options: tuple[Fault, ...], _chance: float) -> Fault | None:
        nonlocal calls
        calls += 1
        if calls > last:
            found.extend(Point(calls, fault) for fault in options)
        return plan.get(calls)

    return found, run(Theater.stage, Tape(recorded={}), SCENES[name], strike)


def tell_first(name: str, failure: Failure) -> None:
    faults = ", ".join(f"{fault.name} at {number}" for number, fault in failure.plan.items())
    print(f"\n{name}, {faults or 'no fault'}: {failure.violation}\n")
    print(tell(play(name, failure.plan)[1]))


if __name__ == "__main__":
    sys.exit(main())

"""What a schedule of the simulation costs, in CPU time of one core, through `before-send`.

The simulation changes the clocks of its process for good, so it runs in one of its own.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from time import process_time

from tests.benchmarks.report import Row
from tests.simulation.people import Buyer
from tests.simulation.runs import Scene, run
from tests.simulation.scenarios import list_tickets, play
from tests.simulation.tape import Tape
from tests.simulation.theater import Theater
from tests.simulation.world import World

RACE, SEARCH = "three buyers and one ticket", "a schedule of the search"

BUDGETS = {RACE: 10.0, SEARCH: None}
"""Milliseconds: 6,000 schedules a minute."""

SCHEDULES, ROUNDS = 100, 10


def measure() -> Iterator[Row]:
    """The best round of each scene, since what is in the way only makes it slower."""
    code = [sys.executable, "-m", __name__]
    done = subprocess.run(code, capture_output=True, text=True, check=True)
    rounds = json.loads(done.stdout)
    for name, budget in BUDGETS.items():
        seconds, steps = min(one[name] for one in rounds)
        per_minute = f"{60 / seconds:,.0f} a minute, of {steps:.0f} calls"
        yield Row("simulation", name, seconds * 1000, budget, "ms", per_minute)


def race(world: World) -> None:
    """Three buyers want the one ticket at once."""
    ticket_id = list_tickets(world)
    for name in ("ann", "bob", "cat"):
        buyer = Buyer(world, name)
        world.scheduler.spawn(name, partial(buyer.reserve, ticket_id, "click-1"))


def one_round(scene: Scene) -> tuple[float, float]:
    """Seconds and steps of a schedule, of the same ones in every round."""
    began, steps = process_time(), 0
    for seed in range(SCHEDULES):
        outcome = run(Theater.stage, Tape(seed), scene)
        assert outcome.violation is None
        steps += outcome.steps
    return (process_time() - began) / SCHEDULES, steps / SCHEDULES


def main() -> None:
    Theater.open(None)
    scenes = {RACE: race, SEARCH: play}
    rounds = [{name: one_round(scene) for name, scene in scenes.items()} for _ in range(ROUNDS)]
    print(json.dumps(rounds))


if __name__ == "__main__":
    main()

"""`python -m tests.simulation`: many runs, on every core, and the story of what breaks."""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.simulation.faults import Fault
from tests.simulation.progress import Progress
from tests.simulation.runs import Outcome, run
from tests.simulation.stories import Choices, shrink, tell, transcript
from tests.simulation.tape import Tape
from tests.simulation.theater import Theater, add_options, spread

BLOCK = 100
"""Runs between two reports of a worker."""


@dataclass(slots=True)
class Report:
    """What some runs added up to."""

    runs: int = 0
    steps: int = 0
    checked: int = 0
    faults: Counter[Fault] = field(default_factory=Counter)
    failed: dict[int, str] = field(default_factory=dict)
    """The violation, by seed."""

    def add(self, other: "Report") -> None:
        self.runs += other.runs
        self.steps += other.steps
        self.checked += other.checked
        self.faults += other.faults
        self.failed |= other.failed


def main() -> int:
    """0 if every invariant held, 1 and the story of the first run in which one did not."""
    options = read_options()
    Theater.open(options.templates)
    if options.story:
        return max(map(print_transcript, options.story))
    total, progress = Report(), Progress(options.schedules)
    for report in reports(options):
        total.add(report)
        progress.show(total.runs, f"{total.runs:,} of {options.schedules:,} schedules")
        if total.failed and not options.keep_going:
            break
    print_summary(total, progress.seconds, options.seed)
    for seed in sorted(total.failed)[: options.stories]:
        print_story(seed)
    return 1 if total.failed else 0


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--schedules", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1, help="of the first schedule")
    parser.add_argument("--keep-going", action="store_true", help="also after a violation")
    parser.add_argument(
        "--story", type=int, nargs="+", metavar="SEED", help="only tell all of these runs"
    )
    parser.add_argument("--stories", type=int, default=1, help="how many failures are told")
    add_options(parser)
    return parser.parse_args()


def reports(options: argparse.Namespace) -> Iterator[Report]:
    """The reports of all runs, block by block."""
    last = options.seed + options.schedules
    blocks = [(first, min(first + BLOCK, last)) for first in range(options.seed, last, BLOCK)]
    return spread(run_block, blocks, options.workers)


def run_block(seeds: tuple[int, int]) -> Report:
    report = Report()
    for seed in range(*seeds):
        outcome = run(Theater.stage, Tape(seed))
        report.runs += 1
        report.steps += outcome.steps
        report.checked += outcome.checked
        report.faults += outcome.faults
        if outcome.violation:
            report.failed[seed] = outcome.violation
    return report


def replay(choices: Choices) -> Outcome:
    return run(Theater.stage, Tape(recorded=choices))


def print_summary(total: Report, seconds: float, seed: int) -> None:
    rate = total.runs / seconds * 60
    print(f"\n{total.runs:,} schedules from seed {seed} in {seconds:.0f} s: {rate:,.0f} a minute")
    print(f"{total.steps:,} steps, {total.checked:,} checks of invariants")
    print("faults: " + ", ".join(f"{fault.name} {n:,}" for fault, n in total.faults.most_common()))
    print(f"violations: {len(total.failed)}")


def print_story(seed: int) -> None:
    outcome = run(Theater.stage, Tape(seed))
    assert outcome.violation
    shortest = shrink(outcome.choices, outcome.violation, replay)
    print(f"\nseed {seed}: {outcome.violation}\n")
    print(tell(shortest))
    print(f"\nAgain: make simulate SEED={seed} SCHEDULES=1")


def print_transcript(seed: int) -> int:
    """1 if an invariant broke, as an exit status."""
    outcome = run(Theater.stage, Tape(seed))
    print(f"seed {seed}\n{transcript(outcome)}")
    return int(outcome.violation is not None)


if __name__ == "__main__":
    sys.exit(main())

"""`python -m tests.simulation`: many runs, on every core, and the story of what breaks."""

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.simulation.progress import Progress
from tests.simulation.reports import Journal, Report
from tests.simulation.runs import Outcome, run
from tests.simulation.stories import Choices, shrink, tell, transcript
from tests.simulation.tape import Tape
from tests.simulation.theater import Theater, add_options, spread

BLOCK = 100
"""Runs between two reports of a worker."""


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
    print_summary(total, options.seed)
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
    parser.add_argument("--journal", type=Path, help="a file to go on with if interrupted")
    parser.add_argument("--stories", type=int, default=1, help="how many failures are told")
    add_options(parser)
    return parser.parse_args()


def reports(options: argparse.Namespace) -> Iterator[Report]:
    """The reports of all runs, block by block; those in the journal are not played again."""
    last = options.seed + options.schedules
    blocks = [(first, min(first + BLOCK, last)) for first in range(options.seed, last, BLOCK)]
    if options.journal is None:
        yield from spread(run_block, blocks, options.workers)
        return
    journal = Journal(options.journal, search(options))
    yield from journal.reports.values()
    left = [block for block in blocks if block[0] not in journal.reports]
    for (first, _), report in zip(left, spread(run_block, left, options.workers), strict=True):
        journal.add(first, report)
        yield report


def search(options: argparse.Namespace) -> dict[str, str | int]:
    """Which search this is: of what code, and which seeds."""
    version = ["git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    code = subprocess.run(version, capture_output=True, text=True, check=True).stdout.strip()
    return {"code": code, "seed": options.seed, "schedules": options.schedules}


def run_block(seeds: tuple[int, int]) -> Report:
    report, began = Report(), time.process_time()
    for seed in range(*seeds):
        outcome = run(Theater.stage, Tape(seed))
        report.runs += 1
        report.steps += outcome.steps
        report.checked += outcome.checked
        report.faults += outcome.faults
        if outcome.violation:
            report.failed[seed] = outcome.violation
    report.seconds = time.process_time() - began
    return report


def replay(choices: Choices) -> Outcome:
    return run(Theater.stage, Tape(recorded=choices))


def print_summary(total: Report, seed: int) -> None:
    rate = f"{total.runs / total.seconds * 60:,.0f} a minute of a core"
    print(f"\n{total.runs:,} schedules from seed {seed} in {total.seconds:,.0f} s: {rate}")
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

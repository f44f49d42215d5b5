"""`python -m tests.simulation.mutants`: every mutant, and which invariant found it how soon."""

import argparse
import json
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from tests.simulation.mutants.catalogue import ROOT, Mutant, read
from tests.simulation.mutants.hunt import Fate, hunt, synthesize

REPORT = ROOT / "build" / "mutants.json"

SHARED = [
    "aws_lambda_powertools.utilities.batch",
    "botocore.session",
    "greenlet",
    "pydantic.json_schema",
    "stripe",
    "tests.simulation.dynamodb",
]
"""What every hunter needs and no mutant is in: imported once."""


def main() -> int:
    """0 if every mutant was found, 1 if one survived."""
    options = read_options()
    mutants = [each for each in read() if not options.only or each.name in options.only]
    for mutant in mutants:
        mutant.source()
    began, fates = time.time(), []
    with tempfile.TemporaryDirectory() as folder:
        for fate in hunted(mutants, Path(folder), options):
            print_fate(fate)
            fates.append(fate)
    print_summary(fates, time.time() - began)
    if not options.only:
        write_report(mutants, fates)
    return 1 if any(fate.violation is None for fate in fates) else 0


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.mutants", description=__doc__)
    parser.add_argument("--schedules", type=int, default=5000, help="that a mutant may survive")
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--templates", type=Path, help="where they are synthesized already")
    parser.add_argument("--only", action="append", metavar="NAME", help="this one; can be repeated")
    return parser.parse_args()


def hunted(mutants: Sequence[Mutant], folder: Path, options: argparse.Namespace) -> Iterator[Fate]:
    """The fate of each mutant, as soon as it is known; `folder` is for the templates."""
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(SHARED)
    with ProcessPoolExecutor(options.workers, processes, max_tasks_per_child=1) as pool:
        templates = options.templates or folder
        if not options.templates:
            pool.submit(synthesize, folder).result()
        hunts = [pool.submit(hunt, mutant, templates, options.schedules) for mutant in mutants]
        for done in as_completed(hunts):
            yield done.result()


def print_fate(fate: Fate) -> None:
    how = f"{fate.schedules:>5,}  {fate.violation}" if fate.violation else "  ???  SURVIVED"
    print(f"{fate.name:<56} {how[:120]}", flush=True)


def print_summary(fates: Sequence[Fate], seconds: float) -> None:
    took = sorted(fate.schedules for fate in fates if fate.violation)
    survivors = [fate.name for fate in fates if fate.violation is None]
    print(f"\n{len(took)} of {len(fates)} mutants were found in {seconds:.0f} s")
    if took:
        print(f"half of them within {took[len(took) // 2]:,} schedules, all within {took[-1]:,}")
    print("".join(f"survived: {name}\n" for name in survivors))


def write_report(mutants: Sequence[Mutant], fates: Sequence[Fate]) -> None:
    by_name = {fate.name: fate for fate in fates}
    told = [mutant._asdict() | by_name[mutant.name]._asdict() for mutant in mutants]
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(json.dumps(told, indent=2) + "\n")


if __name__ == "__main__":
    sys.exit(main())

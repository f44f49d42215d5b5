"""`python -m tests.benchmarks`: measures every budget, prints a table, writes build/bench.json."""

import sys
from collections.abc import Callable, Iterable

from layers.build import BUILD, build
from tests.benchmarks import calls, cold_start, package, simulation, timing, warm
from tests.benchmarks.report import Row, save, table
from tests.packaging.artifact import build_native

STEPS: dict[str, Callable[[], Iterable[Row]]] = {
    "AWS calls of each operation": calls.measure,
    "cold starts": cold_start.measure,
    "a warm request": warm.measure,
    "what the time of a sign-in tells": timing.measure,
    "schedules of the simulation": simulation.measure,
    "packages": package.sizes,
    "bytecode of an unpacked package": package.bytecode,
}


def main() -> None:
    build()
    build_native()
    rows: list[Row] = []
    for name, measure in STEPS.items():
        print(f"Measuring {name}", file=sys.stderr)
        rows += measure()
    print(table(rows))
    save(rows, BUILD / "bench.json")


if __name__ == "__main__":
    main()

"""`make fuzz`: the long campaigns. Exit status 1 if anything was found.

First the whole service in memory, which answers in a millisecond: every phase, at least EXAMPLES
requests to each operation. Then a running one, with chains of requests.
"""

import argparse
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from argon2 import PasswordHasher
from hypothesis.errors import HypothesisDeprecationWarning

from auth import passwords
from tests.fuzz.campaign import Plan, Report, run
from tests.in_memory import Service, serving
from tests.in_memory.service import webhook_secret
from tests.running_service import running
from ticketing.telemetry import logger

QUICK_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""A password is not what is searched for here."""

LOG = Path(".local", "fuzz.log")
"""What the functions in memory wrote: a defect's traceback is here."""


def main() -> int:
    options = arguments()
    # The service in memory shares this process, and its dice, with the generator of requests.
    warnings.simplefilter("ignore", HypothesisDeprecationWarning)
    found = [
        campaign("in memory", in_memory, Plan(options.seed, options.examples, options.chains)),
        campaign("running", on_this_machine, Plan(options.seed, options.running, options.chains)),
    ]
    return int(any(report.findings or report.errors for report in found))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--examples", type=int, default=5000, help="for each operation, in memory")
    parser.add_argument("--running", type=int, default=100, help="the same for the running service")
    parser.add_argument(
        "--chains", type=int, default=400, help="of requests that follow each other"
    )
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def campaign(
    name: str, service: Callable[[], AbstractContextManager[tuple[str, str]]], plan: Plan
) -> Report:
    say(f"The service {name}, seed {plan.seed}, {plan.examples:,} examples for each operation:")
    began = time.monotonic()
    with service() as (url, secret):
        report = run(url, secret, plan, tell=say)
    say(summary(report, time.monotonic() - began))
    return report


@contextmanager
def in_memory() -> Iterator[tuple[str, str]]:
    LOG.parent.mkdir(exist_ok=True)
    service = Service()
    with (
        LOG.open("w") as log,
        redirect_stdout(log),
        patch.object(passwords, "HASHER", QUICK_HASHER),
        service.running(),
        serving(service) as url,
    ):
        usual = logger.registered_handler.setStream(log)
        yield url, webhook_secret()
        logger.registered_handler.setStream(usual)
    if service.dead_letters:
        say(f"{len(service.dead_letters)} dead letters, the first: {service.dead_letters[0]}")


@contextmanager
def on_this_machine() -> Iterator[tuple[str, str]]:
    with TemporaryDirectory() as folder, running(Path(folder), DEMO="0") as endpoints:
        yield endpoints["app"], endpoints["webhookSecret"]


def summary(report: Report, seconds: float) -> str:
    """A line for each operation, and what was found."""
    lines = [
        f"  {count:>7,} requests, {report.granted(name):>6,} granted  {name}"
        for name, count in sorted(report.examples.items())
    ]
    total = f"{report.examples.total():,} requests to {len(report.examples)} operations"
    lines.append(f"{total} in {seconds:.0f} s: {len(report.findings)} findings")
    lines += [
        f"\n{one.operation}: {one.check}\n{one.message}\n{one.curl}"
        for one in report.findings.values()
    ]
    lines += [f"\nerror: {error}" for error in report.errors]
    return "\n".join(lines)


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())

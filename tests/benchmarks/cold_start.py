"""Cold start: what it takes to import a function's handler and make its clients, as packaged.

The unit is `boto3.client("dynamodb")` in a fresh process of the whole environment. The start
and the end of the interpreter are taken off both sides: Lambda's start-up has neither.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks.processes import costs, unit
from tests.benchmarks.report import Row
from tests.packaging import artifact

BUDGETS = {"tickets.api": 1.15, "orders.api": 1.15}
GOAL = 1.0

LEAVE = "import os; os._exit(0)"
BARE = 'import boto3; boto3.client("dynamodb")'


def measure() -> Iterator[Row]:
    """One row for each function; needs the packages of this machine."""
    handlers = artifact.handlers()
    with TemporaryDirectory(dir=artifact.NATIVE) as folder:
        packages = {
            service: artifact.unpack(service, Path(folder))
            for service in {handler.split(".")[0] for handler in handlers}
        }
        commands = {
            handler: packages[handler.split(".")[0]].command(f"import {handler}\n{LEAVE}")
            for handler in handlers
        }
        commands["start"] = next(iter(packages.values())).command(LEAVE)
        commands["bare"] = [sys.executable, "-c", f"{BARE}\n{LEAVE}"]
        commands["bare start"] = [sys.executable, "-c", LEAVE]
        cost = costs(commands, artifact.ENVIRONMENT)
    for handler in handlers:
        ratio = (cost[handler] - cost["start"]) / (cost["bare"] - cost["bare start"])
        budget = BUDGETS.get(handler)
        detail = f"goal {GOAL:g}" if budget else ""
        yield Row(f"cold start ({unit()})", handler, ratio, budget, "x bare client", detail)

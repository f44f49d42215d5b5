"""`make run` as a whole: it starts, serves, and leaves nothing behind however it ends."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import httpx
import psutil
import pytest
from botocore.exceptions import ClientError

from cdk.local.children import listen, port_of

pytestmark = pytest.mark.journey

ROOT = Path(__file__).parents[2]
START_SECONDS = 120
MEGABYTE = 1_000_000


class Run:
    """One `python -m cdk.local` with a state of its own."""

    def __init__(self, state: Path, **settings: str) -> None:
        self.state = state
        self.output = state / "output"
        with self.output.open("w") as output:
            self.process = psutil.Popen(
                [sys.executable, "-m", "cdk.local"],
                cwd=ROOT,
                env={**os.environ, "PORT": "0", "STATE_DIR": str(state), **settings},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def until(self, condition: Callable[[], object], seconds: float = START_SECONDS) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, self.output.read_text()
            assert self.process.is_running(), self.output.read_text()
            time.sleep(0.05)

    def ready(self) -> dict[str, Any]:
        """Wait for it; what it says can be reached."""
        self.until(lambda: "Ticketing is ready" in self.output.read_text())
        endpoints: dict[str, Any] = json.loads((self.state / "endpoints.json").read_text())
        return endpoints

    def descendants(self) -> list[psutil.Process]:
        return list(self.process.children(recursive=True))

    def end(self, number: int) -> int:
        """Send a signal; the exit status."""
        self.process.send_signal(number)
        return int(self.process.wait(20))


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Run]]:
    runs: list[Run] = []

    def begin(**settings: str) -> Run:
        runs.append(Run(tmp_path, **settings))
        return runs[-1]

    yield begin
    for run in runs:
        if run.process.is_running():
            run.end(signal.SIGTERM)


def test_it_starts_serves_and_leaves_nothing_behind(start: Callable[..., Run]) -> None:
    run = start(IAM="1")
    endpoints = run.ready()
    text = run.output.read_text()
    assert f"Ticketing is ready: {endpoints['app']}\n" in text
    assert "buyer@example.com" in text
    tickets = httpx.get(f"{endpoints['app']}/api/tickets", params={"limit": 50}).json()
    assert len(tickets) == 12
    assert all(ticket["venue"] and ticket["startsAt"] for ticket in tickets)
    assert {"app", "aws", "stripe", "webhookSecret", "tables", "bus"} <= endpoints.keys()
    assert endpoints["tables"].keys() == {"auth", "tickets", "orders", "payments"}
    assert_roles_are_enforced(run, endpoints)
    processes = [run.process, *run.descendants()]
    if sys.platform == "linux":
        assert sum(process.memory_full_info().pss for process in processes) < 700 * MEGABYTE
    assert run.end(signal.SIGTERM) == 0
    _gone, alive = psutil.wait_procs(processes, timeout=5)
    assert alive == []
    assert not (run.state / "endpoints.json").exists()
    listen(int(endpoints["app"].rsplit(":", 1)[1])).close()


def assert_roles_are_enforced(run: Run, endpoints: dict[str, Any]) -> None:
    """With a function's credentials one can do what its role says and no more."""
    deployment = json.loads((run.state / "deployment.json").read_text())
    keys = next(
        function["credentials"]
        for function in deployment["functions"]
        if function["handler"] == "tickets.api.lambda_handler"
    )
    dynamodb = boto3.client(
        "dynamodb",
        endpoint_url=endpoints["aws"],
        region_name=endpoints["region"],
        **{name.lower(): value for name, value in keys.items()},
    )
    key = {"pk": {"S": "TICKET#1"}}
    dynamodb.get_item(TableName=endpoints["tables"]["tickets"], Key=key)
    with pytest.raises(ClientError, match="AccessDenied"):
        dynamodb.get_item(TableName=endpoints["tables"]["orders"], Key=key)
    with pytest.raises(ClientError, match="AccessDenied"):
        dynamodb.scan(TableName=endpoints["tables"]["tickets"])


def test_nothing_outlives_a_runtime_that_is_killed(start: Callable[..., Run]) -> None:
    run = start(DEMO="0")
    run.until(lambda: len(run.descendants()) >= 4)
    processes = run.descendants()
    run.end(signal.SIGKILL)
    _gone, alive = psutil.wait_procs(processes, timeout=10)
    assert alive == []


def test_a_signal_while_starting_ends_it(start: Callable[..., Run]) -> None:
    run = start(DEMO="0")
    run.until(lambda: len(run.descendants()) >= 4)
    processes = run.descendants()
    assert run.end(signal.SIGINT) == 0
    _gone, alive = psutil.wait_procs(processes, timeout=5)
    assert alive == []


def test_it_ends_with_a_process_it_cannot_do_without(start: Callable[..., Run]) -> None:
    run = start(DEMO="0")
    run.until(lambda: any("ministack" in child.cmdline() for child in run.descendants()))
    emulator = next(child for child in run.descendants() if "ministack" in child.cmdline())
    emulator.kill()
    assert run.process.wait(20) == 1
    assert "error: The emulator ended with status -9" in run.output.read_text()


def test_a_port_in_use_is_one_line_and_nothing_is_started(start: Callable[..., Run]) -> None:
    with listen(0) as taken:
        run = start(PORT=str(port_of(taken)))
        assert run.process.wait(20) == 1
    text = run.output.read_text()
    assert text.startswith("error: port ")
    assert len(text.splitlines()) == 1
    assert {path.name for path in run.state.iterdir()} == {"lock", "output"}


def test_a_setting_that_cannot_be_is_one_line(start: Callable[..., Run]) -> None:
    run = start(RESERVATION_SECONDS="soon")
    assert run.process.wait(20) == 1
    assert run.output.read_text().splitlines() == [
        "error: RESERVATION_SECONDS must be a whole number from 1 to 86400, not 'soon'"
    ]

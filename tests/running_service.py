"""The whole service, running: the synthesized templates, deployed here with IAM enforced.

A plugin of all tests: what goes over HTTP shares one service, which is started at most once.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.people import Person, eventually

ROOT = Path(__file__).parents[1]
RESERVATION_SECONDS = 12
"""Long enough for every purchase over the API, short enough to wait for."""

START_SECONDS = 120


@contextmanager
def running(state: Path, **settings: str) -> Iterator[dict[str, Any]]:
    """A service of its own; what `.local/endpoints.json` says of it."""
    log = state / "output.log"
    with log.open("w") as output:
        service = subprocess.Popen(
            [sys.executable, "-m", "cdk.local"],
            cwd=ROOT,
            env=os.environ | {"PORT": "0", "IAM": "1", "STATE_DIR": str(state)} | settings,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        eventually(
            lambda: "Ticketing is ready" in log.read_text() or service.poll() is not None,
            bool,
            within=START_SECONDS,
        )
        assert service.poll() is None, log.read_text()
        yield json.loads((state / "endpoints.json").read_text())
    finally:
        service.send_signal(signal.SIGTERM)
        service.wait(30)


@pytest.fixture(scope="session")
def endpoints(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """A service that only tests use, without demo data."""
    settings = {"RESERVATION_SECONDS": str(RESERVATION_SECONDS), "DEMO": "0"}
    with running(tmp_path_factory.mktemp("service"), **settings) as found:
        yield found


@pytest.fixture(scope="session")
def url(endpoints: dict[str, Any]) -> str:
    return str(endpoints["app"])


@pytest.fixture(scope="session")
def reservation_seconds() -> int:
    return RESERVATION_SECONDS


@pytest.fixture(scope="session")
def sign_up(url: str) -> Iterator[Callable[[], Person]]:
    """Makes a new person with a session."""
    people: list[Person] = []

    def new_person() -> Person:
        people.append(Person.sign_up(url))
        return people[-1]

    yield new_person
    for person in people:
        person.http.close()

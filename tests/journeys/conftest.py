"""The whole service, started once: the synthesized templates, deployed here with IAM enforced."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.journeys.people import Person, eventually
from tests.journeys.stripe_account import StripeAccount

ROOT = Path(__file__).parents[2]
RESERVATION_SECONDS = 12
"""Long enough for every purchase here, short enough to wait for."""

START_SECONDS = 120


@pytest.fixture(scope="session")
def endpoints(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """What `.local/endpoints.json` says of a service that only these tests use."""
    state = tmp_path_factory.mktemp("service")
    settings = {
        "PORT": "0",
        "RESERVATION_SECONDS": str(RESERVATION_SECONDS),
        "DEMO": "0",
        "IAM": "1",
        "STATE_DIR": str(state),
    }
    log = state / "output.log"
    with log.open("w") as output:
        service = subprocess.Popen(
            [sys.executable, "-m", "cdk.local"],
            cwd=ROOT,
            env=os.environ | settings,
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


@pytest.fixture(scope="session")
def seller(sign_up: Callable[[], Person]) -> Person:
    return sign_up()


@pytest.fixture
def buyer(sign_up: Callable[[], Person]) -> Person:
    return sign_up()


@pytest.fixture(scope="session")
def stripe_account(endpoints: dict[str, Any]) -> Iterator[StripeAccount]:
    account = StripeAccount(endpoints["stripe"], endpoints["stripeKey"])
    yield account
    account.close()


@pytest.fixture(scope="session")
def aws_client(endpoints: dict[str, Any]) -> Callable[[Any], Any]:
    """Makes a client of the emulator's API of a service, with its root's credentials."""

    def client(service: Any) -> Any:
        return boto3.client(
            service,
            endpoint_url=endpoints["aws"],
            region_name=endpoints["region"],
            aws_access_key_id=endpoints["accessKey"],
            aws_secret_access_key=endpoints["secretKey"],
        )

    return client

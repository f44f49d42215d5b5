"""Who takes part in a journey, and what can be looked at behind the API."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import httpx
import pytest

from tests.journeys.people import Person
from tests.journeys.stripe_account import StripeAccount


@pytest.fixture(scope="session")
def seller(sign_up: Callable[[], Person]) -> Person:
    return sign_up()


@pytest.fixture
def buyer(sign_up: Callable[[], Person]) -> Person:
    return sign_up()


@pytest.fixture
def nobody(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, timeout=30, headers={"Origin": url}) as http:
        yield http


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


@pytest.fixture(scope="session")
def operator(endpoints: dict[str, Any]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs a module of the project with the emulator's root's credentials in the environment."""
    environment = {
        "AWS_ENDPOINT_URL": endpoints["aws"],
        "AWS_REGION": endpoints["region"],
        "AWS_DEFAULT_REGION": endpoints["region"],
        "AWS_ACCESS_KEY_ID": endpoints["accessKey"],
        "AWS_SECRET_ACCESS_KEY": endpoints["secretKey"],
    }

    def run(*command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", *command],
            env=os.environ | environment,
            check=False,
            capture_output=True,
            text=True,
        )

    return run

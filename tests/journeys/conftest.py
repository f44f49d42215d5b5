"""Who takes part in a journey, and what can be looked at behind the API."""

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

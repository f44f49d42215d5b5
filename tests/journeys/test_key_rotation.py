"""The key that signs is replaced while people are signed in."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import jwt
import pytest

from cdk.rotation import OUTPUT, Clock, KeySecret, rotate
from tests.journeys.people import Person
from tests.journeys.processes import kill

pytestmark = pytest.mark.journey

READERS = ["auth/api", "auth/authorizer"]

type AwsClient = Callable[[Any], Any]


class Waiting(Clock):
    """Waiting is over as soon as every function has read the secret again."""

    def __init__(self, endpoints: dict[str, Any], then: Callable[[], None]) -> None:
        self._endpoints = endpoints
        self._then = then
        self._passed = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._passed

    def sleep(self, duration: timedelta) -> None:
        self._passed += duration
        restart(self._endpoints)
        self._then()


def restart(endpoints: dict[str, Any]) -> None:
    """Let every function read the secret again."""
    for function in READERS:
        kill(endpoints, function)


def kid(person: Person) -> str:
    return str(jwt.get_unverified_header(person.http.cookies["session"])["kid"])


@pytest.fixture
def arn(aws_client: AwsClient) -> str:
    stacks = aws_client("cloudformation").describe_stacks(StackName="ticketing-local-auth")
    outputs = {one["OutputKey"]: one["OutputValue"] for one in stacks["Stacks"][0]["Outputs"]}
    return str(outputs[OUTPUT])


@pytest.fixture
def secret(aws_client: AwsClient, endpoints: dict[str, Any], arn: str) -> Iterator[KeySecret]:
    """With its first key again afterwards: others have tokens that it signed."""
    secret = KeySecret(aws_client("secretsmanager"), arn)
    first = secret.read().keys
    yield secret
    secret.write(secret.read().keys | first)
    restart(endpoints)


def test_whoever_is_signed_in_stays_so_while_the_key_is_replaced(
    endpoints: dict[str, Any], secret: KeySecret, sign_up: Callable[[], Person]
) -> None:
    person = sign_up()
    before = kid(person)
    seen: list[int] = []

    def use_and_refresh() -> None:
        seen.append(person.http.get("/api/orders").status_code)
        seen.append(person.http.post("/api/users/refresh").status_code)

    rotate(secret, Waiting(endpoints, use_and_refresh), lambda _: None)
    restart(endpoints)
    use_and_refresh()
    assert seen == [200] * 6
    assert kid(person) != before
    assert set(secret.read().keys) == {"current", kid(person)}


def test_after_a_leak_one_command_ends_every_token_and_no_session(
    endpoints: dict[str, Any],
    secret: KeySecret,
    sign_up: Callable[[], Person],
    operator: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    person = sign_up()
    leaked = {"Authorization": f"Bearer {person.http.cookies['session']}"}
    said = operator("cdk.rotation", "local", "--leaked")
    assert said.returncode == 0, said.stderr
    assert "the old keys are gone" in said.stdout
    restart(endpoints)
    url = endpoints["app"]
    assert httpx.get(f"{url}/api/users/currentuser", headers=leaked).json() == {"currentUser": None}
    assert person.http.post("/api/users/refresh").status_code == 200
    assert person.http.get("/api/orders").status_code == 200
    assert kid(person) in secret.read().keys


def test_the_command_says_why_it_cannot() -> None:
    command = [sys.executable, "-m", "cdk.rotation"]
    refused = subprocess.run([*command, "nowhere"], capture_output=True, check=False, text=True)
    assert refused.returncode == 2
    assert "invalid choice: 'nowhere'" in refused.stderr

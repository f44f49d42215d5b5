"""Secrets: read once, again after a bounded time, and kept through an outage."""

import json
from collections.abc import Iterator

import boto3
import pytest
from botocore.stub import Stubber

from ticketing import aws, secrets
from ticketing.secrets import MAX_AGE, forget, secret

NAME = "ticketing/session-keys"


class Clock:
    """A monotonic clock that moves when told."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(secrets.time, "monotonic", clock)
    return clock


@pytest.fixture
def stored(account: None) -> "Stored":
    return Stored()


class Stored:
    """The secret in Secrets Manager."""

    def __init__(self) -> None:
        self._client = boto3.client("secretsmanager")
        self._client.create_secret(Name=NAME, SecretString=json.dumps({"current": "k1"}))

    def rotate(self, kid: str) -> None:
        self._client.put_secret_value(SecretId=NAME, SecretString=json.dumps({"current": kid}))


@pytest.fixture
def stubber() -> Iterator[Stubber]:
    aws.client.cache_clear()
    forget()
    with Stubber(aws.client("secretsmanager")) as stubbed:
        yield stubbed
        stubbed.assert_no_pending_responses()
    aws.client.cache_clear()
    forget()


def test_a_secret_is_kept_for_a_while(stored: Stored, clock: Clock) -> None:
    assert secret(NAME) == {"current": "k1"}
    stored.rotate("k2")
    clock.seconds = MAX_AGE - 1
    assert secret(NAME) == {"current": "k1"}


def test_a_rotation_is_seen_after_a_bounded_time(stored: Stored, clock: Clock) -> None:
    secret(NAME)
    stored.rotate("k2")
    clock.seconds = MAX_AGE
    assert secret(NAME) == {"current": "k2"}


def test_a_caller_can_ask_for_a_younger_one(stored: Stored, clock: Clock) -> None:
    secret(NAME)
    stored.rotate("k2")
    clock.seconds = 10
    assert secret(NAME, max_age=60) == {"current": "k1"}
    assert secret(NAME, max_age=10) == {"current": "k2"}


def test_a_forgotten_secret_is_read_again(stored: Stored, clock: Clock) -> None:
    secret(NAME)
    stored.rotate("k2")
    forget()
    assert secret(NAME) == {"current": "k2"}


def test_an_outage_leaves_the_last_one_good(stubber: Stubber, clock: Clock) -> None:
    stubber.add_response("get_secret_value", {"SecretString": '{"current": "k1"}'})
    stubber.add_client_error("get_secret_value", "InternalServiceError", http_status_code=500)
    secret(NAME)
    clock.seconds = MAX_AGE
    assert secret(NAME) == {"current": "k1"}
    clock.seconds = MAX_AGE + 1
    assert secret(NAME) == {"current": "k1"}  # and Secrets Manager is left alone


def test_an_outage_before_the_first_read_is_an_error(stubber: Stubber) -> None:
    stubber.add_client_error("get_secret_value", "InternalServiceError", http_status_code=500)
    with pytest.raises(stubber.client.exceptions.ClientError):
        secret(NAME)


def test_a_secret_that_is_gone_is_an_error(stubber: Stubber, clock: Clock) -> None:
    stubber.add_response("get_secret_value", {"SecretString": '{"current": "k1"}'})
    stubber.add_client_error("get_secret_value", "ResourceNotFoundException")
    secret(NAME)
    clock.seconds = MAX_AGE
    with pytest.raises(stubber.client.exceptions.ResourceNotFoundException):
        secret(NAME)

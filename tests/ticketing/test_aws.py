"""AWS access: one client for each API, and which failures pass."""

import gc
from collections.abc import Callable, Iterator
from typing import Any

import botocore.endpoint
import pytest
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
    ReadTimeoutError,
)

from tests.gateway import LambdaContext
from ticketing import aws
from ticketing.errors import Unavailable


def client_error(code: str, status: int = 400) -> ClientError:
    return ClientError(
        {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}},  # type: ignore[typeddict-item]
        "UpdateItem",
    )


def test_a_container_makes_one_client_for_each_api() -> None:
    assert aws.client("dynamodb") is aws.client("dynamodb")
    assert aws.client("dynamodb") is not aws.client("events")


def test_a_client_gives_up_before_its_function_does() -> None:
    config = aws.client("dynamodb").meta.config
    assert (config.connect_timeout, config.read_timeout) == (1, 2)
    assert config.retries == {"mode": "standard", "total_max_attempts": 3}


@pytest.mark.parametrize(
    "error",
    [
        client_error("ThrottlingException"),
        client_error("ProvisionedThroughputExceededException"),
        client_error("TransactionInProgressException"),
        client_error("InternalServerError", 500),
        client_error("Anything", 503),
        ConnectTimeoutError(endpoint_url="https://dynamodb"),
        ReadTimeoutError(endpoint_url="https://dynamodb"),
        EndpointConnectionError(endpoint_url="https://dynamodb"),
        Unavailable(),
    ],
    ids=str,
)
def test_throttles_timeouts_and_lost_connections_pass(error: Exception) -> None:
    assert aws.is_transient(error)


@pytest.mark.parametrize(
    "error",
    [
        client_error("ValidationException"),
        client_error("AccessDeniedException"),
        ClientError({"Error": {"Code": "Unknown"}}, "GetItem"),
        ParamValidationError(report="a wrong type"),
        NoCredentialsError(),
        ValueError(),
    ],
    ids=str,
)
def test_what_we_did_wrong_does_not_pass(error: Exception) -> None:
    assert not aws.is_transient(error)


class Moment(LambdaContext):
    """A function with so much time left, by a clock that only the calls move on."""

    def __init__(self, left: float) -> None:
        super().__init__()
        self.left, self.now, self.attempts = left, 0.0, 0

    def get_remaining_time_in_millis(self) -> int:
        return int(self.left * 1000)

    def monotonic(self) -> float:
        return self.now

    def sleep(self, _seconds: float) -> None:
        self.now += 2

    def no_answer(self, **_: object) -> None:
        self.attempts, self.now = self.attempts + 1, self.now + 3
        raise ReadTimeoutError(endpoint_url="https://dynamodb")

    def get(self) -> None:
        aws.client("dynamodb").get_item(TableName="table", Key={"pk": {"S": "key"}})


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[float], Any]]:
    """Makes a function's time, in which DynamoDB does not answer."""
    hooks = aws.client("dynamodb").meta.events

    def make(left: float) -> Any:
        made = Moment(left)
        for module in (aws, botocore.endpoint):
            monkeypatch.setattr(module, "time", made)
        hooks.register_first("before-send.dynamodb", made.no_answer, unique_id="moment")
        return made

    yield make
    hooks.unregister("before-send.dynamodb", unique_id="moment")


def test_a_call_is_tried_again_while_there_is_time(moment: Callable[[float], Any]) -> None:
    function = moment(28)
    with pytest.raises(ReadTimeoutError), aws.in_time_for(function):
        function.get()
    assert function.attempts == 3


@pytest.mark.parametrize(("left", "attempts"), [(15.9, 2), (10.9, 1), (5.9, 0), (0, 0)])
def test_no_attempt_begins_that_could_not_end_in_time(
    moment: Callable[[float], Any], left: float, attempts: int
) -> None:
    function = moment(left)
    with pytest.raises(Unavailable), aws.in_time_for(function):
        function.get()
    assert function.attempts == attempts
    assert function.now <= max(0, left - 0.9)


def test_what_nobody_waits_for_takes_its_time(moment: Callable[[float], Any]) -> None:
    function = moment(0)
    with aws.in_time_for(function):
        pass
    with pytest.raises(ReadTimeoutError):
        function.get()
    assert function.attempts == 3


def test_init_does_nothing_outside_lambda(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_LAMBDA_INITIALIZATION_TYPE", raising=False)
    made: list[str] = []
    aws.init(lambda: made.append("store"))
    assert made == []


def test_init_in_lambda_makes_what_the_first_request_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand")
    made: list[str] = []
    gc.disable()
    try:
        aws.init(lambda: made.append("store"), lambda: made.append("settings"))
        assert made == ["store", "settings"]
        assert gc.isenabled()
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()
        gc.enable()

"""AWS access: one client for each API, and which failures pass."""

import gc

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
    ReadTimeoutError,
)

from ticketing import aws


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

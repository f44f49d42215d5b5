"""AWS access: one configured botocore client for each API, made once in a container's life.

botocore is used directly: importing boto3 on top of it costs a cold start 7 % and gives nothing here.
"""

import gc
import os
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, overload

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import Session

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_secretsmanager import SecretsManagerClient

CONFIG = Config(
    connect_timeout=1, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 3}
)
"""Seconds; botocore's own defaults (60 s, legacy retries) outlive the function."""

TRANSIENT = frozenset(
    {
        "InternalServerError",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "ThrottlingException",
        "TransactionInProgressException",
    }
)


@overload
def client(service: Literal["dynamodb"]) -> "DynamoDBClient": ...
@overload
def client(service: Literal["events"]) -> "EventBridgeClient": ...
@overload
def client(service: Literal["secretsmanager"]) -> "SecretsManagerClient": ...
@cache
def client(service: str) -> Any:
    """The container's client of an AWS API; region, credentials and endpoint come from the environment."""
    return Session().create_client(service, config=CONFIG)


def is_transient(error: Exception) -> bool:
    """Whether a call failed for a reason that passes: a throttle, a timeout, a lost connection."""
    if isinstance(error, ClientError):
        return (
            error.response["Error"]["Code"] in TRANSIENT
            or error.response["ResponseMetadata"].get("HTTPStatusCode", 0) >= 500
        )
    return isinstance(error, BotoCoreError)


def init(*factories: Callable[[], object]) -> None:
    """Make what a function's first request will need while Lambda still starts it up.

    The start-up phase has a full processor whatever the function's memory. What it made is kept out of
    later garbage collections. Outside Lambda nothing happens.
    """
    if "AWS_LAMBDA_INITIALIZATION_TYPE" in os.environ:
        for factory in factories:
            factory()
        gc.freeze()
        gc.enable()

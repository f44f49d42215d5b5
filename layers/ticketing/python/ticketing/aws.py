"""AWS access: one configured botocore client for each API, made once in a container's life.

botocore is used directly: boto3 on top of it costs a cold start 7 % and gives nothing here.
"""

import gc
import math
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Literal, overload

from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NoConnection
from botocore.handlers import BUILTIN_HANDLERS
from botocore.session import Session

from ticketing.errors import Unavailable

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sqs import SQSClient

CONFIG = Config(
    connect_timeout=1, read_timeout=2, retries={"mode": "standard", "total_max_attempts": 3}
)
"""Seconds; botocore's own defaults (60 s, legacy retries) outlive the function."""

LAST_SECONDS = 6.0
"""Of a function's time, in which no attempt begins: one takes 3, and a pause after it up to 2."""

TRANSIENT = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestTimeout",
        "ThrottlingException",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)
"""Error codes that come with a 4xx status and still pass."""


@overload
def client(service: Literal["dynamodb"]) -> "DynamoDBClient": ...
@overload
def client(service: Literal["events"]) -> "EventBridgeClient": ...
@overload
def client(service: Literal["secretsmanager"]) -> "SecretsManagerClient": ...
@overload
def client(service: Literal["sqs"]) -> "SQSClient": ...
@cache
def client(service: str) -> Any:
    """The container's client of an AWS API; the environment names region and credentials."""
    session = Session(include_builtin_handlers=False)
    for event, handler, *_ in BUILTIN_HANDLERS:
        if event.split(".")[1:2] in ([], [service]):  # Nine tenths are for other services.
            session.register(event, handler)
    session.register("request-created", check_time)
    return session.create_client(service, config=CONFIG)


_last_attempt_at: ContextVar[float] = ContextVar("last_attempt_at", default=math.inf)
"""Of the present request, by the monotonic clock."""


@contextmanager
def in_time_for(context: "LambdaContext") -> Iterator[None]:
    """Calls raise Unavailable as long as there is time to say so, however many and slow they are.

    A function that is killed can say nothing.
    """
    left = context.get_remaining_time_in_millis() / 1000
    outer = _last_attempt_at.set(time.monotonic() + left - LAST_SECONDS)
    try:
        yield
    finally:
        _last_attempt_at.reset(outer)


def check_time(**_: object) -> None:
    """Before each attempt. Raises Unavailable."""
    if time.monotonic() > _last_attempt_at.get():
        raise Unavailable


def is_transient(error: Exception) -> bool:
    """Whether a call failed for a reason that passes: a throttle, a timeout, a lost connection."""
    if isinstance(error, ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return (
            error.response["Error"]["Code"] in TRANSIENT
            or status >= HTTPStatus.INTERNAL_SERVER_ERROR
        )
    return isinstance(error, NoConnection | HTTPClientError | Unavailable)


def init(*factories: Callable[[], object]) -> None:
    """Make what a function's first request will need while Lambda still starts it up.

    That phase has a full processor, whatever the function's memory. What is made in it is kept out
    of later garbage collections. Outside Lambda nothing happens.
    """
    if "AWS_LAMBDA_INITIALIZATION_TYPE" in os.environ:
        for factory in factories:
            factory()
        gc.freeze()
        gc.enable()

"""An AWS account in memory for one service, that counts what is asked of it."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest.mock import patch

import boto3
from moto import mock_aws

from cdk.tables import TABLES
from tests.gateway import Answer, Gateway
from tests.packaging.artifact import ENVIRONMENT
from ticketing import aws, secrets
from ticketing.telemetry import logger

WEBHOOK_SECRET = "whsec_benchmark"
SECRETS = {
    "session-keys": {"current": "k1", "k1": "benchmark-" * 4},
    "stripe": {"apiKey": "sk_test_benchmark", "webhookSecrets": [WEBHOOK_SECRET]},
}


class Calls:
    """The AWS calls of each operation, in order; reading a secret is none: it is kept in memory."""

    def __init__(self) -> None:
        self.made: list[str] = []
        for service in ("dynamodb", "events"):
            client: Any = aws.client(service)  # type: ignore[call-overload]
            client.meta.events.register("before-call", self._note)

    def _note(self, model: Any, **_: Any) -> None:
        self.made.append(model.name)

    def of(self, call: Callable[[], Answer], status: int) -> tuple[Answer, list[str]]:
        """The answer, which must have this status, and the calls it took."""
        self.made.clear()
        answer = call()
        assert answer.status == status, answer
        return answer, [*self.made]


@contextmanager
def account(service: str) -> Iterator[None]:
    """The service's table and all secrets; what it logs goes nowhere."""
    environment = ENVIRONMENT | {"TABLE_NAME": service, "POWERTOOLS_SERVICE_NAME": service}
    with patch.dict(os.environ, environment), mock_aws(), nowhere():
        forget(service)
        boto3.client("dynamodb").create_table(**TABLES[service].definition(service))
        for name, value in SECRETS.items():
            boto3.client("secretsmanager").create_secret(Name=name, SecretString=json.dumps(value))
        yield
        forget(service)


@contextmanager
def nowhere() -> Iterator[None]:
    with Path(os.devnull).open("w") as null, redirect_stdout(null):
        usual = logger.registered_handler.setStream(null)
        yield
        logger.registered_handler.setStream(usual)


def forget(service: str) -> None:
    """Make clients, secrets and the store anew at their next use."""
    aws.client.cache_clear()
    secrets.forget()
    import_module(f"{service}.store").store.cache_clear()


def handler(function: str) -> Callable[[dict[str, Any], Any], dict[str, Any]]:
    """What serves `orders.api`."""
    return import_module(function).lambda_handler  # type: ignore[no-any-return]


def gateway(function: str) -> Gateway:
    return Gateway(handler(function))

"""An AWS account in memory: what our clients send is answered here."""

import json
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from cdk.tables import TABLES
from tests.simulation.dynamodb import Answer, Change, DynamoDB
from tests.simulation.test_dynamodb.wire import response
from ticketing import aws

SECRETS: Mapping[str, Any] = {
    "origin": {"k1": "o" * 64},
    "session-keys": {"current": "k1", "k1": "in memory " * 4},
    "stripe": {"apiKey": "sk_test_memory", "webhookSecrets": ["whsec_memory"]},
}
"""By name."""

SERVICES: tuple[Any, ...] = ("dynamodb", "events", "secretsmanager", "sqs")


class Account:
    """The tables of all services, the bus, and the secrets."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.database = DynamoDB(clock)
        for name, table in TABLES.items():
            self.database.create(table.definition(name), table.ttl)
        self.changes: deque[Change] = deque()
        """What the streams have still to tell."""
        self.events: deque[dict[str, Any]] = deque()
        """What the bus has still to deliver."""
        self.published: list[dict[str, Any]] = []
        """Whatever was put on the bus."""
        self.sent: list[dict[str, Any]] = []
        """Whatever a subscriber put into its queue once more; nobody delivers it."""
        self.database.on_change = self.changes.append

    def everything(self) -> dict[str, dict[str, Any]]:
        """Every item of every table."""
        return {name: dict(self.database.items(name)) for name in TABLES}

    @contextmanager
    def reached(self) -> Iterator[None]:
        """All that the clients of this process send arrives here."""
        with ExitStack() as stack:
            for service in SERVICES:
                hooks = aws.client(service).meta.events
                hooks.register_first("before-send", self._answer)
                stack.callback(hooks.unregister, "before-send", self._answer)
            yield

    def _answer(self, request: AWSPreparedRequest, **_: object) -> AWSResponse:
        operation = request.headers["X-Amz-Target"].decode().partition(".")[2]
        return response(request.url, self._call(operation, json.loads(request.body)))

    def _call(self, operation: str, request: dict[str, Any]) -> Answer:
        match operation:
            case "GetSecretValue":
                value = json.dumps(SECRETS[request["SecretId"]])
                return Answer(200, {"SecretString": value})
            case "PutEvents":
                self.events += request["Entries"]
                self.published += request["Entries"]
                return Answer(200, {"Entries": [{"EventId": "1"} for _ in request["Entries"]]})
            case "SendMessage":
                self.sent.append(request)
                return Answer(200, {"MessageId": "1"})
            case "ChangeMessageVisibility":
                return Answer(200, {})
        return self.database.call(operation, request)

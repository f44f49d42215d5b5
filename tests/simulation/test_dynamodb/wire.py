"""The wire: a botocore client whose requests a DynamoDB in memory answers."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from tests.simulation.dynamodb.database import Answer, DynamoDB


@contextmanager
def answered_by(database: DynamoDB, client: Any) -> Iterator[None]:
    """Nothing that the client sends leaves the process."""

    def answer(request: AWSPreparedRequest, **_: object) -> AWSResponse:
        operation = request.headers["X-Amz-Target"].decode().split(".")[1]
        return response(request.url, database.call(operation, json.loads(request.body)))

    client.meta.events.register("before-send.dynamodb", answer)
    try:
        yield
    finally:
        client.meta.events.unregister("before-send.dynamodb", answer)


def response(url: str, answer: Answer) -> AWSResponse:
    made = AWSResponse(url, answer.status, {"Content-Type": "application/x-amz-json-1.0"}, None)
    made._content = json.dumps(answer.body).encode()
    return made

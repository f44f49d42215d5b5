"""The network to AWS: every call that the product makes ends here.

botocore's serializers, retries and parsers are the real ones: only what would go over a socket goes
to the present world instead, by a `before-send` hook.
"""

from typing import Any, NamedTuple, Protocol

from botocore.client import BaseClient
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError

from tests.simulation.faults import Crash, Fault
from tests.simulation.quick_botocore import Request, Response, quicken, read, written
from ticketing import aws

REFUSALS = {
    Fault.THROTTLED: (400, "ThrottlingException"),
    Fault.SERVER_ERROR: (500, "InternalServerError"),
}
"""How AWS says what happened to a call: status and code."""


class Answer(NamedTuple):
    """What a server answers, as JSON."""

    status: int
    body: dict[str, Any]


class Servers(Protocol):
    """The present world, as the network sees it."""

    def aws(self, operation: str, request: dict[str, Any], fault: Fault | None = None) -> Answer:
        """Carry out a call that arrived."""

    @property
    def bank(self) -> Any:
        """Stripe's side."""

    def strike(self, operation: str, request: Any) -> Fault | None:
        """Let others act, then say what happens to the call."""

    def sleep(self, seconds: float) -> None:
        """Let this much time go by."""


class Wire:
    """Where the calls go: to the present world."""

    servers: Servers


wire = Wire()


def install() -> None:
    """Lead the product's clients to the present world, for good."""
    for service in ("dynamodb", "events", "secretsmanager", "sqs"):
        client: BaseClient = aws.client(service)
        client.meta.events.register(f"before-send.{service}", _before_send)
        quicken(client)


def _before_send(request: Request, **_details: Any) -> Response:
    """What botocore gets instead of what a server would have said."""
    servers = wire.servers
    operation = request.headers["X-Amz-Target"].rpartition(".")[2]
    content = read(request.body)
    fault = servers.strike(operation, content)
    if fault is None:
        return _response(servers.aws(operation, content))
    return _struck(servers, fault, operation, content)


def _struck(servers: Servers, fault: Fault, operation: str, content: Any) -> Response:
    """What becomes of a call that something happens to."""
    if fault in REFUSALS:
        return _response(_error(*REFUSALS[fault]))
    match fault:
        case Fault.CRASH_BEFORE:
            raise Crash
        case Fault.UNREACHED:
            raise ConnectTimeoutError(endpoint_url="simulation")
        case Fault.CONFLICT:
            return _response(_conflict(content))
        case Fault.UNPROCESSED:
            keys = content["RequestItems"]
            return _response(Answer(200, {"Responses": {}, "UnprocessedKeys": keys}))
    answer = servers.aws(operation, content, fault)
    match fault:
        case Fault.CRASH_AFTER:
            raise Crash
        case Fault.REPLY_LOST:
            raise ReadTimeoutError(endpoint_url="simulation")
    return _response(answer)


def _error(status: int, code: str) -> Answer:
    return Answer(status, {"__type": f"simulation#{code}", "message": "simulated"})


def _conflict(content: Any) -> Answer:
    """Another transaction is at one of the items."""
    if "TransactItems" not in content:
        return _error(400, "TransactionConflictException")
    none = [{"Code": "None"}] * (len(content["TransactItems"]) - 1)
    reasons = [{"Code": "TransactionConflict", "Message": "simulated"}, *none]
    answer = _error(400, "TransactionCanceledException")
    return Answer(answer.status, {**answer.body, "CancellationReasons": reasons})


def _response(answer: Answer) -> Response:
    return Response(answer.status, written(answer.body))

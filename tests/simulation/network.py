"""The network to AWS: every call that the product makes ends here.

botocore's clients, serializers, retries and parsers are the real ones: only what would go over a
socket goes to the present world instead, by a `before-send` hook.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, NamedTuple, Protocol

import botocore.parsers
import botocore.serialize
from botocore.client import BaseClient
from botocore.exceptions import ConnectTimeoutError, HTTPClientError, ReadTimeoutError
from botocore.hooks import first_non_none_response
from pydantic_core import from_json, to_json

from tests.simulation.faults import Crash, Fault
from ticketing import aws

HEADERS = {"content-type": "application/x-amz-json-1.0"}

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
        _leave_out_what_nobody_checks(client)
    _take_attribute_values_as_they_are()


def _leave_out_what_nobody_checks(client: Any) -> None:
    """Signatures, HTTP headers, the choice of an endpoint, and the types of parameters.

    They are most of a call's time and have no part in what the product decides; unit tests check
    the parameters.
    """
    client._serializer = client._serializer._serializer
    endpoint = ("https://simulation", {}, {})
    client._resolve_endpoint_ruleset = lambda *_args, **_options: endpoint
    client._endpoint.make_request = _Exchange(client._endpoint).make_request


class _Request(NamedTuple):
    """What goes over the wire, as a `before-send` hook sees it."""

    headers: Mapping[str, str]
    body: bytes


class _Exchange:
    """botocore's exchange with a server, without the socket: send, parse, perhaps again."""

    def __init__(self, endpoint: Any) -> None:
        self._endpoint = endpoint
        self._emit = endpoint._event_emitter.emit

    def make_request(self, operation: Any, request: dict[str, Any]) -> tuple[Any, Any]:
        """The response and what it says. Raises what botocore raises when there was none."""
        attempts = 1
        while True:
            response, error = self._try(operation, request)
            well = response is not None and response[0].status_code < HTTPStatus.MULTIPLE_CHOICES
            if well or not self._endpoint._needs_retry(
                attempts, operation, request, response, error
            ):
                break
            attempts += 1
        if error or response is None:
            raise error or AssertionError
        return response

    def _try(self, operation: Any, request: dict[str, Any]) -> tuple[Any, Exception | None]:
        name = f"{operation.service_model.service_id.hyphenize()}.{operation.name}"
        sent = _Request(request["headers"], request["body"])
        try:
            answer: Any = first_non_none_response(self._emit(f"before-send.{name}", request=sent))
        except HTTPClientError as error:
            return None, error
        told = {
            "headers": answer.headers,
            "status_code": answer.status_code,
            "body": answer.body,
            "context": {"operation_name": operation.name},
        }
        protocol = operation.service_model.resolved_protocol
        parser = self._endpoint._response_parser_factory.create_parser(protocol)
        parsed = parser.parse(told, operation.output_shape)
        if answer.status_code >= HTTPStatus.MULTIPLE_CHOICES:
            self._endpoint._add_modeled_error_fields(told, parsed, operation, parser)
        return (answer, parsed), None


def _take_attribute_values_as_they_are() -> None:
    """An item is the same on the wire and in Python: no need to look for each of ten types."""
    parser: Any = botocore.parsers.BaseJSONParser
    serializer: Any = botocore.serialize.JSONSerializer
    parse, serialize = parser._handle_structure, serializer._serialize

    def quick_parse(self: Any, shape: Any, value: Any) -> Any:
        return value if shape.name == "AttributeValue" else parse(self, shape, value)

    def quick_serialize(self: Any, into: Any, value: Any, shape: Any, key: Any = None) -> None:
        if shape.name == "AttributeValue":
            into[key] = value
        else:
            serialize(self, into, value, shape, key)

    parser._handle_structure, serializer._serialize = quick_parse, quick_serialize


class _Response(NamedTuple):
    """An answer in HTTP's terms."""

    status_code: int
    body: bytes
    headers: Mapping[str, str] = HEADERS


def _before_send(request: _Request, **_details: Any) -> _Response:
    """What botocore gets instead of what a server would have said."""
    servers = wire.servers
    operation = request.headers["X-Amz-Target"].rpartition(".")[2]
    content = from_json(request.body)
    fault = servers.strike(operation, content)
    if fault is None:
        return _response(servers.aws(operation, content))
    return _struck(servers, fault, operation, content)


def _struck(servers: Servers, fault: Fault, operation: str, content: Any) -> _Response:
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


def _response(answer: Answer) -> _Response:
    return _Response(answer.status, to_json(answer.body))

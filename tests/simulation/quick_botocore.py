"""botocore without HTTP: what makes a call slow and has no part in what the product decides.

Left out are signatures, headers, the choice of an endpoint and the check of parameters, which unit
tests do, and the walk through what is the same on both sides. Serializers, retries, parsers,
exceptions and the `before-send` hook are botocore's own.
"""

import marshal
from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from types import SimpleNamespace
from typing import Any, NamedTuple

import botocore.parsers
import botocore.serialize
from botocore.exceptions import HTTPClientError
from botocore.handlers import generate_idempotent_uuid
from botocore.hooks import first_non_none_response

from ticketing.aws import check_time

HEADERS = {"content-type": "application/x-amz-json-1.0"}


class Request(NamedTuple):
    """What goes over the wire, as a `before-send` hook sees it."""

    headers: Mapping[str, str]
    body: bytes


class Response(NamedTuple):
    """What comes back."""

    status_code: int
    body: bytes
    headers: Mapping[str, str] = HEADERS


def quicken(client: Any) -> None:
    """Let a client make its calls without HTTP, for good."""
    client._make_api_call = _Calls(client).make
    _take_values_as_they_are()


class _Calls:
    """The calls of one client."""

    def __init__(self, client: Any) -> None:
        self._serializer = client._serializer._serializer
        self._endpoint = client._endpoint
        self._emit = client.meta.events.emit
        self._exceptions = client.exceptions
        model = client.meta.service_model
        self._service = model.service_id.hyphenize()
        self._operation = cache(model.operation_model)
        self._parser = self._endpoint._response_parser_factory.create_parser(
            model.resolved_protocol
        )

    def make(self, name: str, params: dict[str, Any]) -> Any:
        """What botocore's `_make_api_call` does: serialize, send, parse, raise."""
        operation = self._operation(name)
        generate_idempotent_uuid(params, operation)
        request = self._serializer.serialize_to_request(params, operation)
        request["context"] = {}
        response, parsed = self._exchange(operation, request)
        if response.status_code >= HTTPStatus.MULTIPLE_CHOICES:
            raise self._exceptions.from_code(parsed["Error"].get("Code"))(parsed, name)
        return parsed

    def _exchange(self, operation: Any, request: dict[str, Any]) -> tuple[Response, Any]:
        """What botocore's endpoint does: send, and again as often as its retries want to."""
        attempts = 1
        while True:
            answer, error = self._send(operation, request)
            if answer and answer[0].status_code < HTTPStatus.MULTIPLE_CHOICES:
                return answer
            if not self._endpoint._needs_retry(attempts, operation, request, answer, error):
                break
            attempts += 1
        if answer is None:
            raise error or AssertionError
        return answer

    def _send(
        self, operation: Any, request: dict[str, Any]
    ) -> tuple[tuple[Response, Any] | None, Exception | None]:
        check_time()  # At `request-created`, which is not emitted.
        sent = Request(request["headers"], request["body"])
        try:
            said = self._emit(f"before-send.{self._service}.{operation.name}", request=sent)
        except HTTPClientError as error:
            return None, error
        response: Any = first_non_none_response(said)
        told = {
            "headers": response.headers,
            "status_code": response.status_code,
            "body": response.body,
            "context": {"operation_name": operation.name},
        }
        parsed = self._parser.parse(told, operation.output_shape)
        if response.status_code >= HTTPStatus.MULTIPLE_CHOICES:
            self._endpoint._add_modeled_error_fields(told, parsed, operation, self._parser)
        return (response, parsed), None


def written(content: Any) -> bytes:
    """A body as it goes over the wire."""
    return marshal.dumps(content)


def read(body: bytes) -> Any:
    """What a body says."""
    return marshal.loads(body)  # noqa: S302 - our own data


class _Body(NamedTuple):
    """What botocore takes for a text of JSON, and encodes."""

    content: Any

    def encode(self, _encoding: str) -> bytes:
        return written(self.content)


@cache
def _take_values_as_they_are() -> None:
    """Write bodies as `marshal` does, not as JSON, and plain values without a look inside."""
    parser: Any = botocore.parsers.BaseJSONParser
    serializer: Any = botocore.serialize.JSONSerializer
    module: Any = botocore.serialize
    module.json = SimpleNamespace(dumps=_Body)
    parser._parse_body_as_json = lambda _self, body: read(body)
    parse, serialize = parser._parse_shape, serializer._serialize

    def parse_shape(self: Any, shape: Any, value: Any) -> Any:
        return value if is_plain(shape) else parse(self, shape, value)

    def serialize_shape(self: Any, into: Any, value: Any, shape: Any, key: Any = None) -> None:
        if not is_plain(shape):
            serialize(self, into, value, shape, key)
        elif key is None:
            into.update(value)
        else:
            into[key] = value

    parser._parse_shape, serializer._serialize = parse_shape, serialize_shape


@cache
def is_plain(shape: Any) -> bool:
    """Whether a shape's values are the same on the wire and in Python.

    Attribute values are, as long as no table holds bytes.
    """
    if shape.name == "AttributeValue":
        return True
    if "name" in shape.serialization or shape.type_name in ("blob", "timestamp"):
        return False
    match shape.type_name:
        case "structure":
            return all(map(is_plain, shape.members.values()))
        case "list":
            return is_plain(shape.member)
        case "map":
            return is_plain(shape.value)
    return True

"""HTTP for every service: what a request is, how a handler gets its arguments, and how answers look.

A handler declares what it needs by type: a path parameter (`str`), the caller (`User`, else 401),
the body (a subclass of `Input`, else 400), a `Page` of a list, or the whole `Request`. What it names
first is refused first.
"""

import base64
import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus
from typing import Any, NamedTuple

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.shared.cookies import Cookie
from aws_lambda_powertools.utilities.typing import LambdaContext

from ticketing import aws
from ticketing.clock import now
from ticketing.errors import (
    ContentTooLarge,
    MethodNotAllowed,
    NotFound,
    Refusal,
    Unauthorized,
    Unavailable,
    UnsupportedMediaType,
)
from ticketing.outbox import Cause
from ticketing.paging import Page
from ticketing.schema import Input, View
from ticketing.telemetry import logger
from ticketing.validation import read_body

MAX_BODY_BYTES = 32 * 1024
PATH_PARAMETER = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
"""What can be an id; anything else is not found without asking the table."""

JSON, PROBLEM_JSON = "application/json", "application/problem+json"


class User(NamedTuple):
    """The signed-in caller."""

    id: str


class Request:
    """One HTTP request, read from an API Gateway HTTP API event (payload format 2.0)."""

    def __init__(self, event: Mapping[str, Any]) -> None:
        self._event = event
        self._context = event["requestContext"]
        self.headers: Mapping[str, str] = {
            name.lower(): value for name, value in (event.get("headers") or {}).items()
        }
        """By lower-case name."""
        self.query: Mapping[str, str] = event.get("queryStringParameters") or {}

    @property
    def id(self) -> str:
        """Names this request in the answer, the logs and every event it causes."""
        return str(self._context["requestId"])

    @property
    def path(self) -> str:
        return str(self._event["rawPath"])

    @property
    def method(self) -> str:
        return str(self._context["http"]["method"])

    @property
    def source_ip(self) -> str:
        return str(self._context["http"].get("sourceIp", ""))

    @property
    def cookies(self) -> Mapping[str, str]:
        """By name; from the event's list, or from the header where a gateway leaves them there."""
        pairs = self._event.get("cookies") or self.headers.get("cookie", "").split(";")
        return dict(pair.strip().split("=", 1) for pair in pairs if "=" in pair)

    @cached_property
    def body(self) -> bytes:
        """The raw bytes. Raises ContentTooLarge."""
        body = self._event.get("body") or ""
        raw = base64.b64decode(body) if self._event.get("isBase64Encoded") else body.encode()
        if len(raw) > MAX_BODY_BYTES:
            raise ContentTooLarge
        return raw

    @property
    def caller(self) -> User | None:
        """Who the authorizer says is calling, or nobody."""
        authorizer = self._context.get("authorizer") or {}
        user_id = (authorizer.get("lambda") or {}).get("userId")
        return User(user_id) if user_id else None

    @property
    def user(self) -> User:
        """The caller. Raises Unauthorized for nobody."""
        if self.caller is None:
            raise Unauthorized
        return self.caller

    @cached_property
    def cause(self) -> Cause:
        """This request as the cause of what it writes, at the moment it was first asked for."""
        return Cause(self.id, self.id, now())

    def page(self) -> Page:
        """The page of a list that the query asks for. Raises Invalid."""
        return Page.read(self.path, self.caller.id if self.caller else "", self.query)

    def check_media_type(self) -> None:
        """Raises ContentTooLarge, or UnsupportedMediaType unless the body says it is JSON."""
        media_type = self.headers.get("content-type", "").split(";")[0].strip().lower()
        if media_type != JSON:
            raise UnsupportedMediaType


@dataclass(frozen=True)
class Reply[Body]:
    """An answer that needs more than a body and the route's usual status."""

    body: Body
    status: HTTPStatus | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: Sequence[Cookie] = ()


@dataclass(frozen=True)
class Operation:
    """One route as declared: all that the OpenAPI document needs."""

    method: str
    path: str
    """With parameters as `{id}`."""
    status: HTTPStatus
    refusals: Sequence[type[Refusal]]
    handler: Callable[..., Any]


class HttpApi:
    """The HTTP edge of one service: its routes, and its Lambda handler."""

    def __init__(self) -> None:
        self.operations: list[Operation] = []
        self._resolver = APIGatewayHttpResolver()
        self._resolver.exception_handler(Exception)(self._problem)
        self._request = Request({"requestContext": {}})

    def route[Handler: Callable[..., Any]](
        self,
        method: str,
        path: str,
        status: HTTPStatus = HTTPStatus.OK,
        *,
        refusals: Sequence[type[Refusal]] = (),
    ) -> Callable[[Handler], Handler]:
        """Serve `method path`; `refusals` are those that the handler can raise beyond its arguments' own."""

        def register(handler: Handler) -> Handler:
            self.operations.append(Operation(method, path, status, refusals, handler))
            arguments = _arguments(handler)

            def serve(**path_parameters: str) -> Response[Any]:
                request = self._request
                if not all(map(PATH_PARAMETER.fullmatch, path_parameters.values())):
                    raise NotFound
                bound = {name: read(request) for name, read in arguments.items()}
                return _response(request, status, handler(**path_parameters, **bound))

            self._resolver.route(path.replace("{", "<").replace("}", ">"), method)(serve)
            return handler

        return register

    def lambda_handler(self, event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        """Answer one request; logs one line for it."""
        began = time.perf_counter()
        self._request = request = Request(event)
        logger.set_correlation_id(request.id)
        answer = self._resolver.resolve(event, context)
        logger.info(
            "request",
            route=event.get("routeKey"),
            method=request.method,
            status=answer["statusCode"],
            duration_ms=round((time.perf_counter() - began) * 1000, 1),
            function_request_id=context.aws_request_id,
        )
        return answer

    def _problem(self, error: Exception) -> Response[Any]:
        """Any exception as problem details; only a defect becomes a 500."""
        if isinstance(error, Refusal):
            return _problem_response(self._request, error)
        if isinstance(error, NotFoundError):
            return _problem_response(self._request, self._unrouted())
        if aws.is_transient(error):
            logger.warning("dependency unavailable", error=type(error).__name__)
            return _problem_response(self._request, Unavailable())
        logger.exception("defect")
        return _problem_response(self._request, Defect())

    def _unrouted(self) -> Refusal:
        """Why no route took the request: no such path, or not this method."""
        allowed = [
            operation.method
            for operation in self.operations
            if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", operation.path), self._request.path)
        ]
        if not allowed:
            return NotFound()
        return MethodNotAllowed(headers={"Allow": ", ".join(sorted(set(allowed)))})


class Defect(Refusal):
    """Something that should never happen: the details are in the log only."""

    status, slug = HTTPStatus.INTERNAL_SERVER_ERROR, "internal-error"
    title = "Something went wrong on our side"


def _arguments(handler: Callable[..., Any]) -> dict[str, Callable[[Request], Any]]:
    """How to read each argument that a handler declares, except path parameters."""
    readers: dict[Any, Callable[[Request], Any]] = {
        User: lambda request: request.user,
        Page: Request.page,
        Request: lambda request: request,
    }
    arguments = {}
    for name, annotation in handler.__annotations__.items():
        if annotation in readers:
            arguments[name] = readers[annotation]
        elif name != "return" and isinstance(annotation, type) and issubclass(annotation, Input):
            arguments[name] = _body_reader(annotation)
    return arguments


def _body_reader(model: type[Input]) -> Callable[[Request], Input]:
    def read(request: Request) -> Input:
        request.check_media_type()
        return read_body(model, request.body)

    return read


def _response(request: Request, status: HTTPStatus, result: Any) -> Response[Any]:
    reply = result if isinstance(result, Reply) else Reply(result)
    return Response(
        status_code=(reply.status or status).value,
        content_type=None if reply.body is None else JSON,
        body=None if reply.body is None else _dump(reply.body),
        headers={"X-Request-Id": request.id, "Cache-Control": "no-store", **reply.headers},
        cookies=list(reply.cookies),
    )


def _dump(body: View | Sequence[View]) -> str:
    if isinstance(body, View):
        return body.model_dump_json(by_alias=True)
    return f"[{','.join(view.model_dump_json(by_alias=True) for view in body)}]"


def _problem_response(request: Request, refusal: Refusal) -> Response[Any]:
    errors = [
        {"message": error.message} | ({"field": error.field} if error.field else {})
        for error in refusal.errors
    ]
    body = {
        "type": refusal.slug,
        "title": refusal.title,
        "status": refusal.status.value,
        "errors": errors,
        "requestId": request.id,
    }
    return Response(
        status_code=refusal.status.value,
        content_type=PROBLEM_JSON,
        body=json.dumps(body),
        headers={"X-Request-Id": request.id, "Cache-Control": "no-store", **refusal.headers},
    )

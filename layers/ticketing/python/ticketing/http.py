"""The HTTP edge of every service: finds the operation, calls its handler, and says the answer.

Every answer has a JSON body or none, and names its request. An exception is an answer too: a
refusal says why, a defect says nothing and is logged.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from ticketing import aws
from ticketing.errors import Defect, MethodNotAllowed, Refusal, Unavailable
from ticketing.guard import JSON, Guard
from ticketing.operations import Operation, find, readers
from ticketing.paging import Page
from ticketing.request import Request, User
from ticketing.schema import View
from ticketing.telemetry import logger

if TYPE_CHECKING:
    from aws_lambda_powertools.shared.cookies import Cookie
    from aws_lambda_powertools.utilities.typing import LambdaContext

__all__ = ["HttpApi", "Operation", "Page", "Reply", "Request", "User"]

PROBLEM_JSON = "application/problem+json"

ALWAYS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""What every answer says to a browser: it is data, to be shown nowhere and to be kept nowhere."""

TWO_YEARS = "max-age=63072000"


class Reply[Body]:
    """An answer that needs more than a body and the route's usual status."""

    def __init__(
        self,
        body: Body,
        status: HTTPStatus | None = None,
        headers: Mapping[str, str] | None = None,
        cookies: "Sequence[Cookie]" = (),
    ) -> None:
        self.body = body
        self.status = status
        self.headers = headers or {}
        self.cookies = cookies


class HttpApi:
    """The routes of one service, and its Lambda handler."""

    def __init__(self, guard: Guard = Guard()) -> None:  # noqa: B008 - it never changes
        self.operations: list[Operation] = []
        self._guard = guard

    def route[Handler: Callable[..., Any]](  # noqa: PLR0913 - the parts of a route
        self,
        method: str,
        path: str,
        status: HTTPStatus = HTTPStatus.OK,
        *,
        refusals: Sequence[type[Refusal]] = (),
        headers: Sequence[str] = (),
        also: Sequence[HTTPStatus] = (),
    ) -> Callable[[Handler], Handler]:
        """Serve `method path`; `ticketing.operations` says what the decorated handler can take.

        For the documentation: `refusals` are what the handler raises beyond its arguments' own,
        `headers` what it reads of the request's, `also` the other statuses of success.
        """

        def register(handler: Handler) -> Handler:
            arguments = readers(handler, path)
            self.operations.append(
                Operation(method, path, status, refusals, handler, arguments, headers, also)
            )
            return handler

        return register

    def lambda_handler(self, event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:
        """Answer one request; logs one line for it."""
        began = time.perf_counter()
        request = Request(event)
        logger.set_correlation_id(request.id)
        with aws.in_time_for(context):
            answer = self._answer(request)
        logger.info(
            "request",
            route=event.get("routeKey"),
            method=request.method,
            status=answer["statusCode"],
            duration_ms=round((time.perf_counter() - began) * 1000, 1),
            function_request_id=context.aws_request_id,
        )
        return answer

    def _answer(self, request: Request) -> dict[str, Any]:
        try:
            return self._serve(request)
        except Refusal as refusal:
            return _problem(request, refusal)
        except Exception as error:
            if aws.is_transient(error):
                logger.warning("dependency unavailable", error=type(error).__name__)
                return _problem(request, Unavailable())
            logger.exception("defect")
            return _problem(request, Defect())

    def _serve(self, request: Request) -> dict[str, Any]:
        self._guard.check(request)
        try:
            operation, parameters = find(self.operations, request.method, request.path)
        except MethodNotAllowed as refusal:
            if request.method != "OPTIONS":
                raise
            return _say(request, HTTPStatus.NO_CONTENT, refusal.headers)
        result = operation.call(request, parameters)
        reply = result if isinstance(result, Reply) else Reply(result)
        status, headers = reply.status or operation.status, dict(reply.headers)
        if reply.body is None:
            return _say(request, status, headers, cookies=reply.cookies)
        headers = {"Content-Type": JSON, **headers}
        return _say(request, status, headers, _dump(reply.body), reply.cookies)


def _problem(request: Request, refusal: Refusal) -> dict[str, Any]:
    """A refusal as RFC 9457 problem details."""
    errors = [
        {"message": error.message} | ({} if error.field is None else {"field": error.field})
        for error in refusal.errors
    ]
    body = {
        "type": refusal.slug,
        "title": refusal.title,
        "status": refusal.status.value,
        "errors": errors,
        "requestId": request.id,
    }
    headers = {"Content-Type": PROBLEM_JSON, **refusal.headers}
    return _say(request, refusal.status, headers, json.dumps(body), refusal.cookies)


def _dump(body: View | Sequence[View] | str) -> str:
    """The body as JSON; a text is JSON already."""
    if isinstance(body, str):
        return body
    if isinstance(body, View):
        return body.model_dump_json(by_alias=True)
    return f"[{','.join(view.model_dump_json(by_alias=True) for view in body)}]"


def _say(
    request: Request,
    status: HTTPStatus,
    headers: Mapping[str, str],
    body: str = "",
    cookies: Sequence[object] = (),
) -> dict[str, Any]:
    """The answer in the gateway's format."""
    always = {**ALWAYS, "X-Request-Id": request.id}
    if request.site.startswith("https:"):
        always["Strict-Transport-Security"] = TWO_YEARS
    return {
        "statusCode": status.value,
        "headers": always | dict(headers),
        "cookies": [str(cookie) for cookie in cookies],
        "body": body,
        "isBase64Encoded": False,
    }

"""API Gateway as a test sees it: calls a handler with an HTTP API event and reads its answer."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

SITE_HOST = "tickets.example"
"""What the edge says that the site is called."""


@dataclass
class LambdaContext:
    """What Lambda passes beside the event."""

    function_name: str = "function"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:eu-west-1:123456789012:function:function"
    aws_request_id: str = "invocation-1"

    def get_remaining_time_in_millis(self) -> int:
        return 28_000


@dataclass(frozen=True)
class Answer:
    """An HTTP answer; header names are lower-case."""

    status: int
    headers: Mapping[str, str]
    cookies: list[str]
    body: str

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def slug(self) -> str:
        """The problem's type."""
        assert self.headers["content-type"] == "application/problem+json"
        return str(self.json["type"])


def http_event(  # noqa: PLR0913 - the parts of one request
    method: str,
    url: str,
    body: str | None = None,
    *,
    user: str | None = None,
    headers: Mapping[str, str] | None = None,
    request_id: str = "request-1",
) -> dict[str, Any]:
    """An event of payload format 2.0, after the edge, and an authorizer that found `user`."""
    parts = urlsplit(url)
    content_type = {} if body is None else {"content-type": "application/json"}
    edge = {"x-site": f"https://{SITE_HOST}"}
    return {
        "version": "2.0",
        "routeKey": f"{method} {parts.path}",
        "rawPath": parts.path,
        "rawQueryString": parts.query,
        "queryStringParameters": dict(parse_qsl(parts.query, keep_blank_values=True)),
        "headers": edge | content_type | {k.lower(): v for k, v in (headers or {}).items()},
        "requestContext": {
            "requestId": request_id,
            "stage": "$default",
            "http": {"method": method, "path": parts.path, "sourceIp": "203.0.113.7"},
            "authorizer": {"lambda": {"userId": user} if user else {}},
        },
        "body": body,
        "isBase64Encoded": False,
    }


class Gateway:
    """One service's HTTP API: `gateway("POST", "/api/orders", {...}, user="buyer")`."""

    def __init__(self, handler: Callable[[dict[str, Any], Any], dict[str, Any]]) -> None:
        self._handler = handler

    def __call__(
        self,
        method: str,
        url: str,
        body: Any = None,
        *,
        user: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Sends `body` as JSON; a str is sent as it is."""
        raw = body if body is None or isinstance(body, str) else json.dumps(body)
        answer = self._handler(
            http_event(method, url, raw, user=user, headers=headers), LambdaContext()
        )
        return Answer(
            status=answer["statusCode"],
            headers={name.lower(): value for name, value in answer["headers"].items()},
            cookies=answer.get("cookies", []),
            body=answer.get("body") or "",
        )

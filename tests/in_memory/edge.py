"""The service behind a socket: the edge and the gateway, as they are deployed, in one ASGI app.

The edge makes one credential of a request, the gateway asks the authorizer and finds the function.
"""

import asyncio
import base64
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, unquote

from starlette.types import Receive, Scope, Send

from cdk.local.asgi import CutOffError, Server, read_body, reply
from cdk.local.children import listen, port_of
from cdk.local.front_door import request_headers, response_headers
from tests.in_memory.account import SECRETS
from tests.in_memory.service import Service

TEXT = ("application/json", "application/xml", "application/javascript")
"""What reaches a function as text, beside `text/*`; anything else does in base64."""

SERVICES = ("tickets", "orders", "payments")
PROOF = "x-origin-verify"
SHOWN = {PROOF.encode(): SECRETS["origin"]["k1"].encode()}


class Edge:
    """An ASGI app: one request at a time."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._numbers = count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await read_body(receive)
        except CutOffError:
            return
        answer = self.pass_on(scope, body)
        headers = [(name.encode(), value.encode()) for name, value in answer["headers"].items()]
        headers += [(b"set-cookie", cookie.encode()) for cookie in answer.get("cookies", ())]
        status = answer["statusCode"]
        await reply(send, status, response_headers(status, headers), answer["body"].encode())

    def pass_on(self, scope: Scope, body: bytes) -> dict[str, Any]:
        """What the gateway answers to a request that came to the edge."""
        return self.answer(gateway_event(scope, body, f"request-{next(self._numbers)}"))

    def answer(self, event: dict[str, Any]) -> dict[str, Any]:
        """What the gateway answers; then everything happens that the request causes."""
        headers, context = event["headers"], event["requestContext"]
        identity = [headers["authorization"], headers[PROOF]]
        found = self._service.call(
            "auth.authorizer", {"requestContext": context, "identitySource": identity}
        )
        if not found["isAuthorized"]:
            return {"statusCode": 403, "headers": {}, "body": '{"message":"Forbidden"}'}
        context["authorizer"] = {"lambda": found["context"]}
        answer: dict[str, Any] = self._service.call(function_for(event["rawPath"]), event)
        self._service.settle()
        return answer


@contextmanager
def serving(service: Service) -> Iterator[str]:
    """The URL of a running service."""
    bound = listen(0)
    server = Server(Edge(service))
    thread = Thread(target=lambda: asyncio.run(server.serve(sockets=[bound])), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{port_of(bound)}"
    server.should_exit = True
    thread.join(5)


def function_for(path: str) -> str:
    """Which function the route of this path leads to."""
    if path == "/api/payments/webhook":
        return "payments.webhook"
    _, first, service, *_ = [*path.split("/"), "", ""]
    if first != "api" or service not in ("users", *SERVICES):
        return "reference.api"
    return "auth.api" if service == "users" else f"{service}.api"


def gateway_event(scope: Scope, body: bytes, request_id: str) -> dict[str, Any]:
    """The request in payload format 2.0."""
    headers = {
        name.decode("latin-1"): value.decode("latin-1")
        for name, value in request_headers(scope, body, SHOWN)
    }
    path = unquote(scope["raw_path"].decode("latin-1").replace("%25", "%2525"))
    query = scope["query_string"].decode("latin-1")
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    is_text = media_type in TEXT or media_type.startswith("text/")
    text = body.decode(errors="replace") if is_text else base64.b64encode(body).decode()
    return {
        "version": "2.0",
        "rawPath": path,
        "rawQueryString": query,
        "headers": headers,
        "requestContext": {
            "requestId": request_id,
            "http": {"method": scope["method"], "path": path, "sourceIp": "203.0.113.7"},
        },
        "isBase64Encoded": bool(body) and not is_text,
        **({"body": text} if body else {}),
        **({"queryStringParameters": joined(query)} if query else {}),
    }


def joined(query: str) -> dict[str, str]:
    """By name; of one that came several times, all values with commas between."""
    found: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True, errors="replace"):
        found[name] = f"{found[name]},{value}" if name in found else value
    return found

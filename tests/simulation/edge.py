"""The edge: what people's requests come in by, and the authorizer that knows who is there.

Auth is not simulated: what it says to others when somebody is gone is said here.
"""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, NamedTuple

from pydantic_core import from_json, to_json

from tests.simulation.faults import Crash, Fault
from tests.simulation.invariants import Violation

TOKEN_LIFE = 900.0
"""Seconds for which somebody who is gone may still be acted for."""


class Reply(NamedTuple):
    """What an HTTP client gets."""

    status: int
    body: Any

    @property
    def is_refused(self) -> bool:
        """The request is to change nothing, however often it is made."""
        return HTTPStatus.BAD_REQUEST <= self.status < HTTPStatus.INTERNAL_SERVER_ERROR

    @property
    def slug(self) -> str:
        """The problem's type, empty if there is none."""
        return str((self.body or {}).get("type", ""))


class Edge:
    """The way into one world."""

    def __init__(self, world: Any) -> None:
        self._world = world
        self._requests = 0
        self.gone: dict[str, float] = {}
        """When somebody left for good, by their ids."""

    def request(
        self,
        user: str | None,
        method: str,
        path: str,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply | None:
        """Send a request and wait for the reply: None if there is none, whatever was done."""
        world = self._world
        raw = to_json(body).decode() if isinstance(body, dict) else body
        self._requests += 1
        request_id = f"request-{self._requests}"
        event = http_event(method, path, raw, headers or {}, user, request_id)
        try:
            answer = world.invoke(function_for(path), event)
        except Crash:
            return None
        world.note(f"-> {answer['statusCode']}", path)
        reply = Reply(answer["statusCode"], from_json(answer["body"] or "null"))
        if reply.status == HTTPStatus.INTERNAL_SERVER_ERROR:
            msg = f"{method} {path} is answered with 500"
            raise Violation(msg)
        if reply.is_refused and request_id in world.invariants.causes.values():
            msg = f"6: {method} {path} is refused ({reply.slug}), and was done"
            raise Violation(msg)
        return None if world.fate((Fault.REPLY_LOST,), "the reply") else reply

    def erase(self, user: str) -> None:
        """Somebody is gone: auth announces it."""
        if user in self.gone:
            return
        self.gone[user] = now = self._world.scheduler.now
        self._world.bus.publish(user_erased(user, now, now + TOKEN_LIFE))

    def is_over(self, user: str) -> bool:
        """Whether the authorizer knows somebody no more."""
        return self._world.scheduler.now > self.left_at(user) + TOKEN_LIFE

    def left_at(self, user: str) -> float:
        """When somebody left for good: infinity for who is there."""
        return self.gone.get(user, math.inf)


def function_for(path: str) -> str:
    """The function behind a route."""
    if path == "/api/payments/webhook":
        return "payments/webhook"
    return f"{path.split('/')[2]}/api"


def http_event(  # noqa: PLR0913, PLR0917 - the parts of one request
    method: str,
    path: str,
    body: str | None,
    headers: Mapping[str, str],
    user: str | None,
    request_id: str,
) -> dict[str, Any]:
    """A request as API Gateway passes it on (payload format 2.0), after the authorizer."""
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"content-type": "application/json", **headers} if body else dict(headers),
        "requestContext": {
            "requestId": request_id,
            "stage": "$default",
            "http": {"method": method, "path": path, "sourceIp": "203.0.113.7"},
            "authorizer": {"lambda": {"userId": user} if user else {}},
        },
        "body": body,
        "isBase64Encoded": False,
    }


def user_erased(user: str, now: float, tokens_expire_at: float) -> dict[str, Any]:
    """What auth's publisher puts on the bus."""
    time, end = (
        datetime.fromtimestamp(moment, UTC).isoformat() for moment in (now, tokens_expire_at)
    )
    metadata = {"id": f"{user}:erased", "time": time, "correlationId": user, "causationId": user}
    detail = {"metadata": metadata, "data": {"id": user, "tokensExpireAt": end}}
    return {
        "Source": "ticketing.auth",
        "DetailType": "user:erased",
        "Detail": to_json(detail).decode(),
    }

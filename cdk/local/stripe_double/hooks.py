"""/_double over HTTP: what tests and the payment page do to the double, and nothing of Stripe's.

GET    /_double                                    settings and counts
POST   /_double/reset                              forget everything but the webhook endpoints
POST   /_double/faults                             {operation, kind, times}: see `faults`
DELETE /_double/faults                             disarm all
POST   /_double/processing                         {times}: the next confirmations stay `processing`
POST   /_double/payment_intents/{id}/authenticate  {outcome: succeed | fail}, of `requires_action`
POST   /_double/payment_intents/{id}/settle        {outcome: succeed | fail}, of `processing`
POST   /_double/payment_intents/{id}/expire        the authorization lapses, of `requires_capture`
GET    /_double/events                             ?type=&object=, newest first
POST   /_double/events/{id}/deliver                send it once more, now, also while paused
GET    /_double/deliveries                         ?event=, oldest first
POST   /_double/webhooks                           {paused, copies, endpoints: [{url, secret}]}
POST   /_double/webhooks/discard                   never deliver what is pending
GET    /_double/quiet                              ?timeout=10: answers when nothing is pending
"""

import asyncio
import json
from collections.abc import Collection
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cdk.local.stripe_double import network
from cdk.local.stripe_double.cards import GENERIC
from cdk.local.stripe_double.double import Double
from cdk.local.stripe_double.errors import InvalidRequest, JsonObject
from cdk.local.stripe_double.faults import ANY, Fault, Kind
from cdk.local.stripe_double.intents import PaymentIntent
from cdk.local.stripe_double.network import Call
from cdk.local.stripe_double.operations import NAMES
from cdk.local.stripe_double.signing import Endpoint

MAX_TIMES = 1_000


@dataclass(frozen=True, slots=True)
class Hooks:
    """The hooks of a double."""

    double: Double

    def routes(self) -> list[Route]:
        """As the module's docstring lists them."""
        intent = "/_double/payment_intents/{id}"
        return [
            Route("/_double", self.show),
            Route("/_double/reset", self.reset, methods=["POST"]),
            Route("/_double/faults", self.arm, methods=["POST"]),
            Route("/_double/faults", self.disarm, methods=["DELETE"]),
            Route("/_double/processing", self.slow_down, methods=["POST"]),
            Route(f"{intent}/authenticate", self.authenticate, methods=["POST"]),
            Route(f"{intent}/settle", self.settle, methods=["POST"]),
            Route(f"{intent}/expire", self.expire, methods=["POST"]),
            Route("/_double/events", self.events),
            Route("/_double/events/{id}/deliver", self.deliver, methods=["POST"]),
            Route("/_double/deliveries", self.deliveries),
            Route("/_double/webhooks", self.configure, methods=["POST"]),
            Route("/_double/webhooks/discard", self.discard, methods=["POST"]),
            Route("/_double/quiet", self.quiet),
        ]

    async def show(self, _request: Request) -> Response:
        return JSONResponse(self._state())

    async def reset(self, _request: Request) -> Response:
        await self.double.reset()
        return JSONResponse(self._state())

    async def arm(self, request: Request) -> Response:
        body = await _body(request)
        fault = Fault(_word(body, "operation", {ANY, *NAMES}), Kind(_word(body, "kind", set(Kind))))
        self.double.faults.arm(fault, _times(body))
        return JSONResponse(self._state())

    async def disarm(self, _request: Request) -> Response:
        self.double.faults.clear()
        return JSONResponse(self._state())

    async def slow_down(self, request: Request) -> Response:
        self.double.account.slow_confirmations = _times(await _body(request))
        return JSONResponse(self._state())

    async def authenticate(self, request: Request) -> Response:
        passed = _succeeds(await _body(request))
        answered = network.authenticate(self._call(), self._intent(request), passed=passed)
        return JSONResponse(answered.as_json())

    async def settle(self, request: Request) -> Response:
        decline = None if _succeeds(await _body(request)) else GENERIC
        return JSONResponse(network.finish(self._call(), self._intent(request), decline).as_json())

    async def expire(self, request: Request) -> Response:
        return JSONResponse(network.lapse(self._call(), self._intent(request)).as_json())

    async def events(self, request: Request) -> Response:
        kind, about = request.query_params.get("type"), request.query_params.get("object")
        found = [
            event.as_json()
            for event in self.double.account.events.newest_first()
            if kind in {None, event.type} and about in {None, *_subjects(event.item.as_json())}
        ]
        return JSONResponse({"data": found})

    async def deliver(self, request: Request) -> Response:
        event = self.double.account.events.get(request.path_params["id"], param="id", in_url=True)
        sent = await self.double.webhooks.redeliver(event)
        return JSONResponse({"data": [delivery.as_json() for delivery in sent]})

    async def deliveries(self, request: Request) -> Response:
        event = request.query_params.get("event")
        found = [
            delivery.as_json()
            for delivery in self.double.webhooks.deliveries
            if event in {None, delivery.event.id}
        ]
        return JSONResponse({"data": found})

    async def configure(self, request: Request) -> Response:
        body, webhooks = await _body(request), self.double.webhooks
        if "endpoints" in body:
            webhooks.endpoints = [_endpoint(item) for item in body["endpoints"]]
        if "copies" in body:
            webhooks.copies = _times(body, "copies")
        if "paused" in body:
            (webhooks.pause if body["paused"] else webhooks.resume)()
        return JSONResponse(self._state())

    async def discard(self, _request: Request) -> Response:
        return JSONResponse({"discarded": await self.double.webhooks.discard()})

    async def quiet(self, request: Request) -> Response:
        """The state once nothing is pending, or 504."""
        timeout = float(request.query_params.get("timeout", "10"))
        try:
            await asyncio.wait_for(self.double.webhooks.quiet(), timeout)
        except TimeoutError:
            return JSONResponse(self._state(), HTTPStatus.GATEWAY_TIMEOUT)
        return JSONResponse(self._state())

    def _call(self) -> Call:
        return Call(self.double.account)

    def _intent(self, request: Request) -> PaymentIntent:
        return self.double.account.intents.get(request.path_params["id"], param="id", in_url=True)

    def _state(self) -> JsonObject:
        webhooks, faults = self.double.webhooks, self.double.faults
        return {
            "endpoints": [endpoint.url for endpoint in webhooks.endpoints],
            "paused": webhooks.paused,
            "copies": webhooks.copies,
            "pending": webhooks.pending,
            "armed": [fault._asdict() for fault in faults.armed],
            "slow_confirmations": self.double.account.slow_confirmations,
        }


def _subjects(item: JsonObject) -> set[str]:
    """The ids that an event is about: the object's own, and its payment intent's."""
    return {item["id"], item.get("payment_intent") or item["id"]}


async def _body(request: Request) -> dict[str, Any]:
    """The JSON object; raises InvalidRequest."""
    try:
        body = json.loads(await request.body())
    except ValueError as error:
        msg = "the body is not JSON"
        raise InvalidRequest(msg) from error
    if not isinstance(body, dict):
        msg = "the body is not a JSON object"
        raise InvalidRequest(msg)
    return body


def _succeeds(body: dict[str, Any]) -> bool:
    return _word(body, "outcome", {"succeed", "fail"}) == "succeed"


def _word(body: dict[str, Any], name: str, options: Collection[str]) -> str:
    word = body.get(name)
    if not isinstance(word, str) or word not in options:
        msg = f"{name} is one of {', '.join(sorted(options))}"
        raise InvalidRequest(msg, param=name)
    return word


def _endpoint(item: dict[str, Any]) -> Endpoint:
    try:
        return Endpoint(str(item["url"]), str(item["secret"]))
    except (KeyError, TypeError) as error:
        msg = "an endpoint is {url, secret}"
        raise InvalidRequest(msg, param="endpoints") from error


def _times(body: dict[str, Any], name: str = "times") -> int:
    times = body.get(name, 1)
    if not isinstance(times, int) or not 0 <= times <= MAX_TIMES:
        msg = f"{name} is a whole number from 0 to {MAX_TIMES}"
        raise InvalidRequest(msg, param=name)
    return times

"""/v1 over HTTP: keys, idempotency and faults around every operation.

Nothing awaits between an operation's first read of the account and its last write.
"""

import json
from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cdk.local.stripe_double import connections
from cdk.local.stripe_double.account import API_VERSION, Cause, new_id
from cdk.local.stripe_double.callers import is_publishable, refuse_publishable
from cdk.local.stripe_double.double import Double
from cdk.local.stripe_double.errors import ApiError, JsonObject, StripeError, UnknownUrl
from cdk.local.stripe_double.faults import Kind
from cdk.local.stripe_double.form import Form, decode
from cdk.local.stripe_double.idempotency import Saved
from cdk.local.stripe_double.intents import browser_view
from cdk.local.stripe_double.network import Call
from cdk.local.stripe_double.operations import OPERATIONS, Operation, check_expand, expand
from cdk.local.stripe_double.params import Params

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


class Exchange(NamedTuple):
    """One request, and what it meets."""

    operation: Operation
    request: Request
    id: str
    fault: Kind | None

    @property
    def key(self) -> str | None:
        """The idempotency key; it has no effect on reads."""
        posted = self.request.method == "POST"
        return self.request.headers.get("Idempotency-Key") if posted else None

    async def form(self) -> Form:
        """The parameters; raises InvalidRequest."""
        posted = self.request.method == "POST"
        encoded = await self.request.body() if posted else self.request.url.query.encode()
        return decode(encoded.decode(errors="replace"))


class Api:
    """Stripe's API in front of a double."""

    def __init__(self, double: Double) -> None:
        self._double = double

    def routes(self) -> list[Route]:
        """One for each operation, and one that refuses everything else."""
        known = [
            Route(operation.path, partial(self._serve, operation), methods=[operation.method])
            for operation in OPERATIONS
        ]
        return [*known, Route("/v1/{path:path}", self._unknown, methods=METHODS)]

    async def _serve(self, operation: Operation, request: Request) -> Response:
        fault = self._double.faults.take(operation.name)
        exchange = Exchange(operation, request, new_id("req"), fault)
        if fault is Kind.DROP_BEFORE:
            return await connections.reset(request)
        answer = await self._answer(exchange)
        if fault is Kind.DROP_AFTER:
            return await connections.reset(request)
        if fault is Kind.HANG:
            return await connections.hang(request)
        return _response(exchange, answer)

    async def _unknown(self, request: Request) -> Response:
        error = UnknownUrl(request.method, request.url.path)
        return Response(_encode(error.as_json()), error.status, media_type="application/json")

    async def _answer(self, exchange: Exchange) -> Saved:
        try:
            if exchange.fault is Kind.ERROR_BEFORE:
                raise ApiError
            form = await exchange.form()
            browser = self._admit(exchange, form)
            return await self._once(exchange, form, publishable=browser)
        except StripeError as error:
            return _refusal(error, exchange.id)

    def _admit(self, exchange: Exchange, form: Form) -> bool:
        """Whether the caller is a browser; raises Unauthenticated."""
        authorization = exchange.request.headers.get("Authorization")
        publishable = is_publishable(authorization, form, self._double.api_key)
        if publishable and not exchange.operation.publishable:
            raise refuse_publishable()
        return publishable

    async def _once(self, exchange: Exchange, form: Form, *, publishable: bool) -> Saved:
        """Execute, unless the key's answer is known; raises StripeError if nothing was executed."""
        keys, key = self._double.keys, exchange.key
        if key is None:
            return await self._execute(exchange, form, publishable=publishable)
        endpoint = exchange.request.url.path
        saved = keys.begin(key, endpoint, json.dumps(form, sort_keys=True))
        if saved:
            return saved
        try:
            answer = await self._execute(exchange, form, publishable=publishable)
        except BaseException:
            keys.abandon(key)
            raise
        keys.save(key, answer)
        return answer

    async def _execute(self, exchange: Exchange, form: Form, *, publishable: bool) -> Saved:
        """The answer of an execution, also of a failed one; raises StripeError before it begins."""
        params = Params(form)
        params.ignore("key")
        paths = params.texts("expand")
        command = exchange.operation.read(params, exchange.request.path_params.get("id", ""))
        params.close()
        check_expand(paths)
        if exchange.fault is Kind.HOLD:
            await self._double.faults.hold()
        if exchange.fault is Kind.ERROR:
            return _refusal(ApiError(), exchange.id)
        call = self._call(exchange, publishable=publishable)
        try:
            result = command.perform(call)
            for path in paths:
                result = expand(call.account, result, path)
            answer = Saved(HTTPStatus.OK, _encode(_view(call, result)), exchange.id)
        except StripeError as error:
            answer = _refusal(error, exchange.id, call)
        return _refusal(ApiError(), exchange.id) if exchange.fault is Kind.ERROR_AFTER else answer

    def _call(self, exchange: Exchange, *, publishable: bool) -> Call:
        cause = Cause(exchange.id, exchange.key)
        base_url = str(exchange.request.base_url).rstrip("/")
        return Call(self._double.account, cause, publishable, base_url)


def _response(exchange: Exchange, answer: Saved) -> Response:
    headers = {
        "Cache-Control": "no-cache, no-store",
        "Request-Id": exchange.id,
        "Stripe-Version": exchange.request.headers.get("Stripe-Version", API_VERSION),
    }
    if exchange.key:
        headers |= {"Idempotency-Key": exchange.key, "Original-Request": answer.request_id}
        if answer.request_id != exchange.id:
            headers["Idempotent-Replayed"] = "true"
    if answer.status == HTTPStatus.INTERNAL_SERVER_ERROR:
        unsaved = exchange.fault is Kind.ERROR_BEFORE
        headers["Stripe-Should-Retry"] = "true" if unsaved else "false"
    return Response(answer.body, answer.status, headers, "application/json")


def _refusal(error: StripeError, request_id: str, call: Call | None = None) -> Saved:
    body = error.as_json()
    intent = body["error"].get("payment_intent")
    if call and intent:
        body["error"]["payment_intent"] = _view(call, intent)
    return Saved(error.status, _encode(body), request_id)


def _view(call: Call, result: JsonObject) -> JsonObject:
    browser = call.publishable and result["object"] == "payment_intent"
    return browser_view(result) if browser else result


def _encode(body: Mapping[str, object]) -> bytes:
    return json.dumps(body, indent=2).encode()

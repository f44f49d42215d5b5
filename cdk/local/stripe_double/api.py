"""/v1 without the wire: keys, idempotency and errors around every operation. No I/O, no waiting."""

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import NamedTuple

from cdk.local.stripe_double.account import API_VERSION, Account, Cause, Event, new_id
from cdk.local.stripe_double.callers import is_publishable, refuse_publishable
from cdk.local.stripe_double.errors import ApiError, JsonObject, StripeError
from cdk.local.stripe_double.faults import Kind
from cdk.local.stripe_double.form import Form, decode
from cdk.local.stripe_double.idempotency import Keys, Saved
from cdk.local.stripe_double.intents import browser_view
from cdk.local.stripe_double.network import Call
from cdk.local.stripe_double.operations import Operation, find
from cdk.local.stripe_double.params import Params
from cdk.local.stripe_double.reading import Command


class Request(NamedTuple):
    """A request, as any transport brings it."""

    method: str
    path: str
    parameters: str
    """Form-encoded: the body of a POST, the query of everything else."""

    headers: Mapping[str, str]
    """By the names that Stripe documents: `Authorization`, `Idempotency-Key`, `Stripe-Version`."""

    @property
    def key(self) -> str | None:
        """The idempotency key; it has no effect on reads."""
        return self.headers.get("Idempotency-Key") if self.method == "POST" else None


class Answer(NamedTuple):
    """An answer, for any transport; the names of headers are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


class Api:
    """Stripe's API in front of one account; every publishable test key belongs to it."""

    def __init__(
        self, api_key: str, clock: Callable[[], float], publish: Callable[[Event], None]
    ) -> None:
        self.account = Account(clock, publish)
        self._keys = Keys(clock)
        self._api_key = api_key

    def answer(self, request: Request, fault: Kind | None = None) -> Answer:
        """The answer, also to a request that fails, by itself or by the fault."""
        request_id = new_id("req")
        try:
            if fault is Kind.ERROR_BEFORE:
                raise ApiError
            saved = self._saved(request, fault, request_id)
        except StripeError as error:
            saved = _refusal(error, request_id)
        return _answer(request, saved, request_id, may_retry=fault is Kind.ERROR_BEFORE)

    def _saved(self, request: Request, fault: Kind | None, request_id: str) -> Saved:
        """The saved answer, or one that is saved now; raises StripeError if nothing is executed."""
        form = decode(request.parameters)
        operation, item_id = find(request.method, request.path)
        publishable = is_publishable(request.headers.get("Authorization"), form, self._api_key)
        if publishable and not operation.publishable:
            raise refuse_publishable()
        if saved := self._keys.find(request.key, request.path, form):
            return saved
        command = _read(operation, item_id, form)
        call = Call(self.account, Cause(request_id, request.key), publishable)
        saved = _execute(command, call, fault, request_id)
        self._keys.save(request.key, request.path, form, saved)
        return saved


def _execute(command: Command, call: Call, fault: Kind | None, request_id: str) -> Saved:
    """The answer to a valid request, also if its execution fails."""
    if fault is Kind.ERROR:
        return _refusal(ApiError(), request_id)
    try:
        saved = Saved(HTTPStatus.OK, _encode(_view(call, command.perform(call))), request_id)
    except StripeError as error:
        saved = _refusal(error, request_id, call)
    return _refusal(ApiError(), request_id) if fault is Kind.ERROR_AFTER else saved


def _read(operation: Operation, item_id: str, form: Form) -> Command:
    """What the parameters ask for; raises StripeError."""
    params = Params(form)
    params.ignore("key")
    command = operation.read(params, item_id)
    params.close()
    return command


def _answer(request: Request, saved: Saved, request_id: str, *, may_retry: bool) -> Answer:
    headers = {
        "content-type": "application/json",
        "cache-control": "no-cache, no-store",
        "request-id": request_id,
        "stripe-version": request.headers.get("Stripe-Version", API_VERSION),
    }
    if key := request.key:
        headers |= {"idempotency-key": key, "original-request": saved.request_id}
        if saved.request_id != request_id:
            headers["idempotent-replayed"] = "true"
    if saved.status == HTTPStatus.INTERNAL_SERVER_ERROR:
        headers["stripe-should-retry"] = "true" if may_retry else "false"
    return Answer(saved.status, headers, saved.body)


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
    return json.dumps(body).encode()

"""Stripe without a network: the double's account, and everybody who acts on it beside the service.

All of it is synchronous, takes its times from the given clock and its ids from `secrets.token_hex`.
"""

import json
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any, NamedTuple
from urllib.parse import unquote, urlencode

from stripe import _api_requestor, _stripe_object, _stripe_response

from cdk.local.stripe_double import network
from cdk.local.stripe_double.account import Event
from cdk.local.stripe_double.api import Answer, Api, Request
from cdk.local.stripe_double.cards import GENERIC
from cdk.local.stripe_double.faults import Kind
from cdk.local.stripe_double.intents import PaymentIntent
from cdk.local.stripe_double.network import Call
from cdk.local.stripe_double.signing import webhook_headers

PUBLISHABLE_KEY = "pk_test_page"


class State(NamedTuple):
    """Intents and idempotency keys, by id."""

    intents: Mapping[str, PaymentIntent]
    keys: Mapping[str, Any]


class Stripe:
    """One account; `account` holds its intents, charges and refunds."""

    def __init__(self, clock: Callable[[], float], api_key: str, webhook_secret: str) -> None:
        self.on_event: Callable[[Event], None] = lambda _event: None
        """Told each event as it happens, in the middle of a call: it must not let others act."""

        self._api = Api(api_key, clock, self._publish)
        self.account = self._api.account
        self._clock = clock
        self.webhook_secret = webhook_secret

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: str | None,
        fault: Kind | None = None,
    ) -> Answer:
        """The answer to a request as the SDK sends it.

        Of the faults, `ERROR_BEFORE`, `ERROR` and `ERROR_AFTER` happen here; what else goes wrong
        is between the caller and the answer.
        """
        address, _, query = url.partition("?")
        _scheme, _, _host, path = address.split("/", 3)
        parameters = (body or "") if method == "POST" else query
        return self._api.answer(Request(method, f"/{unquote(path)}", parameters, headers), fault)

    def webhook(self, event: Event) -> tuple[bytes, dict[str, str]]:
        """The body and the headers of the webhook that tells of the event, sent now."""
        body = event.as_body(pending_webhooks=1)
        headers = webhook_headers(self.webhook_secret, int(self._clock()), body)
        return body, {name.lower(): value for name, value in headers.items()}

    def state(self) -> State:
        """What the account holds now, to begin another one with."""
        return State(dict(self.account.intents._items), dict(self._api._keys._entries))

    def restore(self, state: State) -> None:
        """Hold what another account held."""
        self.account.intents._items.update(state.intents)
        self._api._keys._entries.update(state.keys)

    # The buyer's browser

    def confirm(self, intent_id: str, token: str) -> Answer:
        """The buyer pays on the page, with a card's token or with a payment method."""
        method = {"payment_method": token}
        if token.startswith("tok_"):
            method = {
                "payment_method_data[type]": "card",
                "payment_method_data[card][token]": token,
            }
        secret = self._intent(intent_id).client_secret
        return self._api.answer(
            Request(
                method="POST",
                path=f"/v1/payment_intents/{intent_id}/confirm",
                parameters=urlencode({"client_secret": secret, **method}),
                headers={"Authorization": f"Bearer {PUBLISHABLE_KEY}"},
            )
        )

    def authenticate(self, intent_id: str, *, passes: bool) -> PaymentIntent:
        """The buyer answers the bank's challenge; raises UnexpectedState without one."""
        return network.authenticate(Call(self.account), self._intent(intent_id), passed=passes)

    # The bank

    def settle(self, intent_id: str, *, succeeds: bool) -> PaymentIntent:
        """The slow bank decides; raises UnexpectedState unless the intent is processing."""
        decline = None if succeeds else GENERIC
        return network.finish(Call(self.account), self._intent(intent_id), decline)

    def lapse(self, intent_id: str) -> PaymentIntent:
        """The bank lets go of the money; raises UnexpectedState unless it is held."""
        return network.lapse(Call(self.account), self._intent(intent_id))

    def expire(self, intent_id: str) -> None:
        """The bank lets go of the money, and Stripe has not noticed; raises UnexpectedState."""
        network.expire(Call(self.account), self._intent(intent_id))

    def _publish(self, event: Event) -> None:
        self.on_event(event)

    def _intent(self, intent_id: str) -> PaymentIntent:
        return self.account.intents.get(intent_id, param="id")


def quick_sdk(replace: Callable[[Any, str, Any], None] = setattr) -> None:
    """Leave out of Stripe's library what takes time, and whose result nobody sees."""
    requestor: Any = _api_requestor._APIRequestor
    objects: Any = _stripe_object.StripeObject
    # It formats every line of its log, also those that nobody keeps.
    replace(_api_requestor, "log_debug", _say_nothing)
    replace(_api_requestor, "log_info", _say_nothing)
    # At each request it asks a dozen variables of the environment who wrote the program, to tell
    # it in a header that the account does not read.
    replace(requestor, "_detect_ai_agent", staticmethod(lambda _environ: ""))
    # It collects each object's members as pairs for an OrderedDict: a dict has the same order.
    replace(_stripe_response, "json", SimpleNamespace(loads=lambda body, **_: json.loads(body)))
    # It asks for each member of an object how to convert it, also texts and numbers, which stay
    # what they are; and it evaluates type annotations at each call.
    replace(objects, "_refresh_from", _converting_only_nested(objects._refresh_from))
    replace(objects, "_to_dict_recursive", _as_dict)


def _say_nothing(_message: str, **_facts: object) -> None:
    pass


def _converting_only_nested(refresh_from: Any) -> Any:
    def refresh(self: Any, *, values: Any, **rest: Any) -> None:
        if not isinstance(values, dict) or self._previous is not None or self._field_encodings:
            refresh_from(self, values=values, **rest)  # not new, or with numbers sent as texts
            return
        nested = {
            name: value
            for name, value in values.items()
            if isinstance(value, (dict, list)) or name == "id"  # which a new object has already
        }
        refresh_from(self, values=nested, **rest)
        self._data = {**values, **self._data}
        self._previous = values

    return refresh


def _as_dict(self: Any, **_options: object) -> dict[str, Any]:
    return {name: _plain(value) for name, value in self._data.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return _as_dict(value) if isinstance(value, _stripe_object.StripeObject) else value

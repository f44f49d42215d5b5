"""The operations of the API: name, URL, how the request is read, and who may call it."""

from collections.abc import Callable
from typing import NamedTuple

from cdk.local.stripe_double.account import Account, Shelf
from cdk.local.stripe_double.charges import Charge
from cdk.local.stripe_double.errors import InvalidRequest, JsonObject, UnknownUrl
from cdk.local.stripe_double.intent_commands import (
    CancelIntent,
    CaptureIntent,
    ConfirmIntent,
    CreateIntent,
    RetrieveIntent,
)
from cdk.local.stripe_double.intents import PaymentIntent
from cdk.local.stripe_double.params import Params
from cdk.local.stripe_double.payment_method_commands import CreatePaymentMethod
from cdk.local.stripe_double.payment_methods import PaymentMethod
from cdk.local.stripe_double.reading import Command, list_page, retrieve
from cdk.local.stripe_double.refund_commands import CreateRefund
from cdk.local.stripe_double.refunds import Refund


class Operation(NamedTuple):
    """One operation; `read` raises StripeError before anything has begun."""

    name: str
    method: str
    path: str
    read: Callable[[Params, str], Command]
    publishable: bool = False
    """A browser may call it with a publishable key."""


def _intents(account: Account) -> Shelf[PaymentIntent]:
    return account.intents


def _charges(account: Account) -> Shelf[Charge]:
    return account.charges


def _refunds(account: Account) -> Shelf[Refund]:
    return account.refunds


def _methods(account: Account) -> Shelf[PaymentMethod]:
    return account.payment_methods


INTENTS, CHARGES, REFUNDS = "/v1/payment_intents", "/v1/charges", "/v1/refunds"
METHODS = "/v1/payment_methods"
ID = "/{id}"
OPERATIONS = (
    Operation("payment_intents.create", "POST", INTENTS, CreateIntent.read),
    Operation("payment_intents.list", "GET", INTENTS, list_page(_intents, INTENTS, "customer")),
    Operation(
        "payment_intents.retrieve", "GET", INTENTS + ID, RetrieveIntent.read, publishable=True
    ),
    Operation(
        "payment_intents.confirm",
        "POST",
        f"{INTENTS}{ID}/confirm",
        ConfirmIntent.read,
        publishable=True,
    ),
    Operation("payment_intents.capture", "POST", f"{INTENTS}{ID}/capture", CaptureIntent.read),
    Operation("payment_intents.cancel", "POST", f"{INTENTS}{ID}/cancel", CancelIntent.read),
    Operation("charges.list", "GET", CHARGES, list_page(_charges, CHARGES, "payment_intent")),
    Operation("charges.retrieve", "GET", CHARGES + ID, retrieve(_charges)),
    Operation("refunds.create", "POST", REFUNDS, CreateRefund.read),
    Operation(
        "refunds.list", "GET", REFUNDS, list_page(_refunds, REFUNDS, "payment_intent", "charge")
    ),
    Operation("refunds.retrieve", "GET", REFUNDS + ID, retrieve(_refunds)),
    Operation(
        "payment_methods.create", "POST", METHODS, CreatePaymentMethod.read, publishable=True
    ),
    Operation("payment_methods.retrieve", "GET", METHODS + ID, retrieve(_methods)),
)
NAMES = frozenset(operation.name for operation in OPERATIONS)
_BY_ROUTE = {(operation.method, operation.path): operation for operation in OPERATIONS}
_ID_AT = INTENTS.count("/") + 1

_EXPANDABLE: dict[
    str, Callable[[Account], Shelf[PaymentIntent] | Shelf[Charge] | Shelf[PaymentMethod]]
] = {
    "charge": _charges,
    "latest_charge": _charges,
    "payment_intent": _intents,
    "payment_method": _methods,
}


def find(method: str, path: str) -> tuple[Operation, str]:
    """The operation at a URL, which refuses every request if there is none; and the URL's id."""
    parts = path.split("/")
    item_id = "/".join(parts[_ID_AT : _ID_AT + 1])
    if item_id:
        parts[_ID_AT] = "{id}"
    found = _BY_ROUTE.get((method, "/".join(parts)))
    return found or Operation("unknown", method, path, _refuse(method, path)), item_id


def _refuse(method: str, path: str) -> Callable[[Params, str], Command]:
    def read(_params: Params, _item_id: str) -> Command:
        raise UnknownUrl(method, path)

    return read


def check_expand(paths: tuple[str, ...]) -> None:
    """Raise InvalidRequest for a path to something that is not an id of another object."""
    for path in paths:
        if not path or any(name not in {"data", *_EXPANDABLE} for name in path.split(".")):
            msg = f"This property cannot be expanded ({path})."
            raise InvalidRequest(msg, param="expand")


def expand(account: Account, result: JsonObject, path: str) -> JsonObject:
    """The object with the id at the path replaced by its object; `data.` goes into a list."""
    name, _, rest = path.partition(".")
    value = result.get(name)
    if isinstance(value, list):
        return result | {name: [expand(account, item, rest) for item in value]}
    if isinstance(value, str):
        value = _EXPANDABLE[name](account).get(value, param="expand").as_json()
    if not isinstance(value, dict):
        return result
    return result | {name: expand(account, value, rest) if rest else value}

"""The operations of the API: name, URL, how the request is read, and who may call it."""

from collections.abc import Callable
from typing import NamedTuple

from cdk.local.stripe_double.account import Account, Shelf
from cdk.local.stripe_double.charges import Charge
from cdk.local.stripe_double.errors import UnknownUrl
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
from cdk.local.stripe_double.reading import Command, list_page
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


INTENTS, CHARGES, REFUNDS = "/v1/payment_intents", "/v1/charges", "/v1/refunds"
METHODS = "/v1/payment_methods"
ID = "/{id}"
OPERATIONS = (
    Operation("payment_intents.create", "POST", INTENTS, CreateIntent.read),
    Operation("payment_intents.list", "GET", INTENTS, list_page(_intents, INTENTS)),
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
    Operation("charges.list", "GET", CHARGES, list_page(_charges, CHARGES)),
    Operation("refunds.create", "POST", REFUNDS, CreateRefund.read),
    Operation("refunds.list", "GET", REFUNDS, list_page(_refunds, REFUNDS)),
    Operation(
        "payment_methods.create", "POST", METHODS, CreatePaymentMethod.read, publishable=True
    ),
)
NAMES = frozenset(operation.name for operation in OPERATIONS)
_BY_ROUTE = {(operation.method, operation.path): operation for operation in OPERATIONS}
_ID_AT = INTENTS.count("/") + 1


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

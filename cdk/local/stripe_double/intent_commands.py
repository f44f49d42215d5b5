"""The operations on payment intents that change one: read is validation, perform is execution."""

from dataclasses import dataclass
from typing import Self

from cdk.local.stripe_double import network
from cdk.local.stripe_double.acceptance import read_accepted, require_return_url
from cdk.local.stripe_double.account import new_id
from cdk.local.stripe_double.currencies import chargeable, known_currency
from cdk.local.stripe_double.errors import InvalidRequest, JsonObject
from cdk.local.stripe_double.intents import PaymentIntent
from cdk.local.stripe_double.network import Call, Confirmation
from cdk.local.stripe_double.params import Params
from cdk.local.stripe_double.sources import Source
from cdk.local.stripe_double.statuses import CaptureMethod


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateIntent:
    """`payment_intents.create`."""

    amount: int
    currency: str
    capture_method: CaptureMethod
    automatic: JsonObject | None
    metadata: dict[str, str]
    source: Source
    confirm: bool
    how: Confirmation

    @classmethod
    def read(cls, params: Params, _item_id: str) -> Self:
        """Raises CardError, InvalidRequest."""
        currency = known_currency(params.required("currency"))
        amount = params.given("amount", params.integer("amount"))
        return cls(
            amount=chargeable(amount, currency),
            currency=currency,
            capture_method=params.choice("capture_method", CaptureMethod)
            or CaptureMethod.AUTOMATIC_ASYNC,
            automatic=read_accepted(params),
            metadata=params.metadata(),
            source=Source.read(params),
            confirm=params.flag("confirm") or False,
            how=Confirmation.read(params),
        )

    def perform(self, call: Call) -> JsonObject:
        """Raises CardError when it is confirmed at once and declined."""
        intent_id = new_id("pi")
        intent = PaymentIntent(
            id=intent_id,
            client_secret=new_id(f"{intent_id}_secret"),
            created=call.account.now(),
            amount=self.amount,
            currency=self.currency,
            capture_method=self.capture_method,
            automatic_payment_methods=self.automatic,
            metadata=self.metadata,
        )
        method_id = self.source.resolve(call)
        if self.confirm:
            require_return_url(intent, self.how, publishable=False)
            intent = intent.confirming(method_id)
        elif method_id:
            intent = intent.attach(method_id)
        intent = call.keep_intent(intent, "created")
        return _confirmed(call, intent, self.how) if self.confirm else intent.as_json()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmIntent:
    """`payment_intents.confirm`, from a server or, with the client secret, from a browser."""

    intent_id: str
    client_secret: str | None
    source: Source
    how: Confirmation

    @classmethod
    def read(cls, params: Params, item_id: str) -> Self:
        """Raises CardError, InvalidRequest."""
        return cls(
            intent_id=item_id,
            client_secret=params.text("client_secret"),
            source=Source.read(params),
            how=Confirmation.read(params),
        )

    def perform(self, call: Call) -> JsonObject:
        """Raises CardError when it is declined, UnexpectedState when it is too late."""
        intent = admitted(call, self.intent_id, self.client_secret)
        intent = intent.confirming(self.source.resolve(call))
        require_return_url(intent, self.how, publishable=call.publishable)
        return _confirmed(call, intent, self.how)


@dataclass(frozen=True, slots=True)
class CaptureIntent:
    """`payment_intents.capture`."""

    intent_id: str
    amount: int | None

    @classmethod
    def read(cls, params: Params, item_id: str) -> Self:
        """Raises InvalidRequest."""
        return cls(item_id, params.integer("amount_to_capture"))

    def perform(self, call: Call) -> JsonObject:
        """Raises UnexpectedState, or InvalidRequest for more than is held."""
        return network.capture(call, _intent(call, self.intent_id), self.amount).as_json()


@dataclass(frozen=True, slots=True)
class CancelIntent:
    """`payment_intents.cancel`."""

    intent_id: str

    @classmethod
    def read(cls, _params: Params, item_id: str) -> Self:
        """Nothing but the id."""
        return cls(item_id)

    def perform(self, call: Call) -> JsonObject:
        """Raises UnexpectedState once it is paid, canceled or in the bank's hands."""
        return network.cancel(call, _intent(call, self.intent_id)).as_json()


@dataclass(frozen=True, slots=True)
class RetrieveIntent:
    """`payment_intents.retrieve`, from a server or, with the client secret, from a browser."""

    intent_id: str
    client_secret: str | None

    @classmethod
    def read(cls, params: Params, item_id: str) -> Self:
        """Raises InvalidRequest."""
        return cls(item_id, params.text("client_secret"))

    def perform(self, call: Call) -> JsonObject:
        """Raises ResourceMissing, InvalidRequest for a wrong client secret."""
        return admitted(call, self.intent_id, self.client_secret).as_json()


def admitted(call: Call, intent_id: str, client_secret: str | None) -> PaymentIntent:
    """The intent, if the caller may see it: a publishable key needs the client secret."""
    intent = _intent(call, intent_id)
    if client_secret is None and not call.publishable:
        return intent
    if client_secret is None:
        msg = "Missing required param: client_secret."
        raise InvalidRequest(msg, code="parameter_missing", param="client_secret")
    if client_secret != intent.client_secret:
        msg = (
            "The client_secret provided does not match the client_secret "
            "associated with the PaymentIntent."
        )
        raise InvalidRequest(msg, code="payment_intent_invalid_parameter", param="client_secret")
    return intent


def _confirmed(call: Call, intent: PaymentIntent, how: Confirmation) -> JsonObject:
    intent = network.attempt(call, intent, how)
    network.raise_decline(intent)
    return intent.as_json()


def _intent(call: Call, intent_id: str) -> PaymentIntent:
    return call.account.intents.get(intent_id, param="intent", in_url=True)

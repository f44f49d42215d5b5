"""What the bank answers to a confirmed payment intent, and what Stripe does about it."""

from dataclasses import dataclass
from typing import NamedTuple, Self

from cdk.local.stripe_double.account import BY_ITSELF, Account, Cause, new_id
from cdk.local.stripe_double.cards import AUTHENTICATION_REQUIRED, Decline
from cdk.local.stripe_double.charges import Charge
from cdk.local.stripe_double.errors import CardError, InvalidRequest
from cdk.local.stripe_double.intents import PaymentIntent
from cdk.local.stripe_double.params import Params
from cdk.local.stripe_double.payment_methods import PaymentMethod
from cdk.local.stripe_double.refunds import Refund
from cdk.local.stripe_double.statuses import LAPSED, CaptureMethod, Status

FAILED_AUTHENTICATION = {
    "type": "invalid_request_error",
    "code": "payment_intent_authentication_failure",
    "message": "The provided PaymentMethod has failed authentication.",
}


@dataclass(frozen=True, slots=True)
class Call:
    """One call into the account: who makes it, and what its events name as their cause."""

    account: Account
    cause: Cause = BY_ITSELF
    publishable: bool = False

    def keep_intent(self, intent: PaymentIntent, *events: str) -> PaymentIntent:
        """Store the intent and tell what happened to it."""
        self.account.intents.put(intent)
        for kind in events:
            self.account.emit(f"payment_intent.{kind}", intent, self.cause)
        return intent

    def keep_charge(self, charge: Charge, *events: str) -> Charge:
        """Store the charge and tell what happened to it."""
        self.account.charges.put(charge)
        for kind in events:
            self.account.emit(f"charge.{kind}", charge, self.cause)
        return charge

    def keep_refund(self, refund: Refund) -> Refund:
        """Store the refund and tell of it."""
        self.account.refunds.put(refund)
        self.account.emit("refund.created", refund, self.cause)
        return refund


class Confirmation(NamedTuple):
    """How a payment is confirmed."""

    refuses_challenge: bool = False
    """The caller wants an error instead."""

    return_url: str | None = None

    @classmethod
    def read(cls, params: Params) -> Self:
        """Read what confirming takes beside the payment method."""
        refuses = params.flag("error_on_requires_action") or False
        return cls(refuses, params.text("return_url"))


def attempt(call: Call, intent: PaymentIntent, how: Confirmation) -> PaymentIntent:
    """Try the payment method of an intent that is being confirmed.

    A decline is stored in the intent, which is back at `requires_payment_method`.
    """
    method = _method(call, intent)
    if call.account.slow_confirmations > 0:
        call.account.slow_confirmations -= 1
        return call.keep_intent(intent.process(), "processing")
    if not method.card.authentication:
        return settle(call, intent)
    if how.refuses_challenge:
        return _decline(call, intent, method, AUTHENTICATION_REQUIRED)
    return call.keep_intent(intent.challenge(), "requires_action")


def settle(call: Call, intent: PaymentIntent) -> PaymentIntent:
    """The bank decides: the money is held, and taken unless the capture is manual."""
    method = _method(call, intent)
    if method.card.decline:
        return _decline(call, intent, method, method.card.decline)
    charge = Charge(id=new_id("ch"), created=call.account.now(), intent=intent, method=method)
    held = intent.authorize(charge.id)
    if intent.capture_method is CaptureMethod.MANUAL:
        call.keep_charge(charge, "succeeded")
        return call.keep_intent(held, "amount_capturable_updated")
    call.keep_charge(charge.capture(intent.amount), "succeeded")
    return call.keep_intent(held.capture(), "succeeded")


def capture(call: Call, intent: PaymentIntent, amount: int | None) -> PaymentIntent:
    """Take the held money, all if `amount` is None; raises UnexpectedState or InvalidRequest."""
    captured, charge = intent.capture(amount), _charge(call, intent)
    if charge.is_released:
        msg = "The charge cannot be captured as the authorization has expired."
        raise InvalidRequest(msg, code="charge_expired_for_capture", charge=charge.id)
    call.keep_charge(charge.capture(captured.amount_received), "captured")
    return call.keep_intent(captured, "succeeded")


def cancel(call: Call, intent: PaymentIntent) -> PaymentIntent:
    """Give up the payment and release the held money; raises UnexpectedState."""
    canceled = intent.cancel(None, call.account.now())
    if intent.status is Status.REQUIRES_CAPTURE:
        call.keep_charge(_charge(call, intent).release(), "refunded")
    return call.keep_intent(canceled, "canceled")


def expire(call: Call, intent: PaymentIntent) -> None:
    """The bank lets go of the money; raises UnexpectedState if it holds none."""
    intent.require(Status.REQUIRES_CAPTURE)
    call.keep_charge(_charge(call, intent).release(), "expired")


def lapse(call: Call, intent: PaymentIntent) -> PaymentIntent:
    """The authorization was not captured in time; raises UnexpectedState without one."""
    expire(call, intent)
    return call.keep_intent(intent.cancel(LAPSED, call.account.now()), "canceled")


def authenticate(call: Call, intent: PaymentIntent, *, passed: bool) -> PaymentIntent:
    """The buyer answered the bank's challenge; raises UnexpectedState without one."""
    intent.require(Status.REQUIRES_ACTION)
    if passed:
        return settle(call, intent)
    method = _method(call, intent)
    error = FAILED_AUTHENTICATION | {"payment_method": method.as_json()}
    return call.keep_intent(intent.decline(error), "payment_failed")


def finish(call: Call, intent: PaymentIntent, decline: Decline | None) -> PaymentIntent:
    """The slow bank has decided; raises UnexpectedState unless the intent is processing."""
    intent.require(Status.PROCESSING)
    if decline is None:
        return settle(call, intent)
    return _decline(call, intent, _method(call, intent), decline)


def raise_decline(intent: PaymentIntent) -> None:
    """Raise CardError if the intent's last attempt was declined."""
    error = intent.last_payment_error
    if error is None or intent.status is not Status.REQUIRES_PAYMENT_METHOD:
        return
    told = {name: value for name, value in error.items() if name not in {"type", "doc_url"}}
    raise CardError(**told, payment_intent=intent.as_json())


def _decline(
    call: Call, intent: PaymentIntent, method: PaymentMethod, reason: Decline
) -> PaymentIntent:
    charge = Charge(
        id=new_id("ch"), created=call.account.now(), intent=intent, method=method, failure=reason
    )
    call.keep_charge(charge, "failed")
    error = {
        "type": "card_error",
        "charge": charge.id,
        **reason._asdict(),
        "payment_method": method.as_json(),
    }
    return call.keep_intent(intent.decline(error, charge.id), "payment_failed")


def _method(call: Call, intent: PaymentIntent) -> PaymentMethod:
    return call.account.payment_methods.get(intent.payment_method or "", param="payment_method")


def _charge(call: Call, intent: PaymentIntent) -> Charge:
    return call.account.charges.get(intent.latest_charge or "", param="charge")

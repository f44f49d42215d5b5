"""Charges: one attempt at a card, what of it was captured, and what was given back. No I/O."""

from dataclasses import dataclass, replace
from typing import ClassVar, Self

from cdk.local.stripe_double.cards import Decline
from cdk.local.stripe_double.currencies import major
from cdk.local.stripe_double.errors import InvalidRequest, JsonObject
from cdk.local.stripe_double.intents import PaymentIntent
from cdk.local.stripe_double.payment_methods import NO_BILLING_DETAILS, PaymentMethod

UNUSED = (
    "application",
    "application_fee",
    "application_fee_amount",
    "balance_transaction",
    "customer",
    "description",
    "failure_balance_transaction",
    "on_behalf_of",
    "receipt_email",
    "receipt_number",
    "receipt_url",
    "review",
    "shipping",
    "source_transfer",
    "transfer_data",
    "transfer_group",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """An authorization that succeeded, or an attempt that failed."""

    object: ClassVar[str] = "charge"

    id: str
    created: int
    intent: PaymentIntent
    """As it was when the card was charged."""

    method: PaymentMethod
    failure: Decline | None = None
    captured: bool = False
    amount_captured: int = 0
    amount_released: int = 0
    """Authorized but never taken; Stripe counts it as refunded."""

    amount_refunded: int = 0
    """Taken and given back."""

    def capture(self, amount: int) -> Self:
        """Take the amount and release the rest."""
        released = self.intent.amount - amount
        return replace(self, captured=True, amount_captured=amount, amount_released=released)

    @property
    def is_released(self) -> bool:
        """The authorization is over, and nothing was taken."""
        return not self.captured and self.amount_released > 0

    def release(self) -> Self:
        """Give up the authorization."""
        return replace(self, amount_released=self.intent.amount)

    def refund(self, amount: int | None) -> tuple[Self, int]:
        """Give back the amount, or all that is left; raises InvalidRequest for more than that."""
        left = self.amount_captured - self.amount_refunded
        if not self.captured:
            raise nothing_to_refund(self.intent)
        if left == 0:
            msg = f"Charge {self.id} has already been refunded."
            raise InvalidRequest(msg, code="charge_already_refunded")
        given = left if amount is None else amount
        if given > left:
            asked, rest = (major(value, self.intent.currency) for value in (given, left))
            msg = f"Refund amount ({asked}) is greater than unrefunded amount on charge ({rest})"
            raise InvalidRequest(msg, param="amount")
        return replace(self, amount_refunded=self.amount_refunded + given), given

    def as_json(self) -> JsonObject:
        """The object as Stripe renders it."""
        given_back = self.amount_released + self.amount_refunded
        return {
            **dict.fromkeys(UNUSED),
            "id": self.id,
            "object": self.object,
            "amount": self.intent.amount,
            "amount_captured": self.amount_captured,
            "amount_refunded": given_back,
            "billing_details": NO_BILLING_DETAILS,
            "captured": self.captured,
            "created": self.created,
            "currency": self.intent.currency,
            "disputed": False,
            "failure_code": self.failure.code if self.failure else None,
            "failure_message": self.failure.message if self.failure else None,
            "fraud_details": {},
            "livemode": False,
            "metadata": self.intent.metadata,
            "outcome": self._outcome(),
            "paid": self.failure is None,
            "payment_intent": self.intent.id,
            "payment_method": self.method.id,
            "payment_method_details": {"card": self.method.card_json(), "type": "card"},
            "refunded": given_back == self.intent.amount,
            "status": "failed" if self.failure else "succeeded",
        }

    def _outcome(self) -> JsonObject:
        declined = self.failure is not None
        return {
            "network_status": "declined_by_network" if declined else "approved_by_network",
            "reason": self.failure.decline_code if self.failure else None,
            "risk_level": "normal",
            "seller_message": "The bank declined the charge." if declined else "Payment complete.",
            "type": "issuer_declined" if declined else "authorized",
        }


def nothing_to_refund(intent: PaymentIntent) -> InvalidRequest:
    """The refusal to refund what was never taken."""
    return InvalidRequest(
        f"This PaymentIntent ({intent.id}) does not have a successful charge to refund."
    )

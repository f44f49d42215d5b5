"""Payment intents: the statuses, and which step may follow which. No I/O.

requires_payment_method -> requires_confirmation -> (requires_action | processing)
    -> requires_capture -> succeeded        a decline leads back to requires_payment_method
"""

from dataclasses import dataclass, field, replace
from typing import ClassVar, Self

from cdk.local.stripe_double.errors import InvalidRequest, JsonObject
from cdk.local.stripe_double.statuses import CANCELABLE, OPEN, CaptureMethod, Status

UNUSED = (
    "application",
    "application_fee_amount",
    "customer",
    "description",
    "excluded_payment_method_types",
    "on_behalf_of",
    "payment_method_configuration_details",
    "payment_method_options",
    "processing",
    "receipt_email",
    "review",
    "setup_future_usage",
    "shipping",
    "source",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "transfer_data",
    "transfer_group",
)
NEXT_ACTION: JsonObject = {
    "type": "use_stripe_sdk",
    "use_stripe_sdk": {"type": "three_d_secure_redirect"},
}
HIDDEN_FROM_BROWSERS = (
    "amount_capturable",
    "amount_received",
    "application",
    "application_fee_amount",
    "customer",
    "latest_charge",
    "metadata",
    "on_behalf_of",
    "review",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "transfer_data",
    "transfer_group",
)


class UnexpectedState(InvalidRequest):
    """The intent's status forbids the step; the intent is in the error."""

    def __init__(self, message: str, intent: "PaymentIntent") -> None:
        super().__init__(
            message, code="payment_intent_unexpected_state", payment_intent=intent.as_json()
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentIntent:
    """A payment from its first mention to the captured money; amounts are in minor units."""

    object: ClassVar[str] = "payment_intent"

    id: str
    client_secret: str
    created: int
    amount: int
    currency: str
    capture_method: CaptureMethod
    automatic_payment_methods: JsonObject | None
    metadata: dict[str, str] = field(default_factory=dict)
    status: Status = Status.REQUIRES_PAYMENT_METHOD
    payment_method: str | None = None
    latest_charge: str | None = None
    amount_capturable: int = 0
    amount_received: int = 0
    next_action: JsonObject | None = None
    last_payment_error: JsonObject | None = None
    canceled_at: int | None = None
    cancellation_reason: str | None = None

    def attach(self, method_id: str) -> Self:
        """Another payment method, still to be confirmed."""
        self._require(OPEN, "This PaymentIntent's payment_method could not be updated")
        return replace(
            self,
            payment_method=method_id,
            status=Status.REQUIRES_CONFIRMATION,
            next_action=None,
            last_payment_error=None,
        )

    def confirming(self, method_id: str | None) -> Self:
        """Ready to be tried, with this payment method or its own; raises UnexpectedState."""
        if self.status is Status.SUCCEEDED:
            msg = (
                "You cannot confirm this PaymentIntent because it has already succeeded "
                "after being previously confirmed."
            )
            raise UnexpectedState(msg, self)
        self._require(OPEN, "You cannot confirm this PaymentIntent")
        chosen = method_id or self.payment_method
        if chosen is None:
            msg = "You cannot confirm this PaymentIntent because it's missing a payment method."
            raise UnexpectedState(msg, self)
        return self.attach(chosen)

    def challenge(self) -> Self:
        """The buyer has to authenticate."""
        return replace(self, status=Status.REQUIRES_ACTION, next_action=NEXT_ACTION)

    def process(self) -> Self:
        """The bank takes its time."""
        return replace(self, status=Status.PROCESSING, next_action=None)

    def require(self, status: Status) -> None:
        """Raise UnexpectedState unless the intent is exactly there."""
        self._require((status,), "This step is not possible")

    def decline(self, error: JsonObject, charge_id: str | None = None) -> Self:
        """Refused; the buyer may try again with any payment method."""
        return replace(
            self,
            status=Status.REQUIRES_PAYMENT_METHOD,
            payment_method=None,
            next_action=None,
            last_payment_error=error,
            latest_charge=charge_id or self.latest_charge,
        )

    def authorize(self, charge_id: str) -> Self:
        """The bank holds the money."""
        return replace(
            self,
            status=Status.REQUIRES_CAPTURE,
            latest_charge=charge_id,
            amount_capturable=self.amount,
            next_action=None,
            last_payment_error=None,
        )

    def capture(self, amount: int | None = None) -> Self:
        """Take the held money, or a part of it; the rest is released."""
        if self.status is Status.SUCCEEDED:
            msg = "This PaymentIntent could not be captured because it has already been captured."
            raise UnexpectedState(msg, self)
        self._require((Status.REQUIRES_CAPTURE,), "This PaymentIntent could not be captured")
        taken = amount or self.amount_capturable
        if taken > self.amount_capturable:
            msg = "The amount to capture is greater than the amount that can be captured."
            raise InvalidRequest(msg, code="amount_too_large", param="amount_to_capture")
        return replace(self, status=Status.SUCCEEDED, amount_capturable=0, amount_received=taken)

    def cancel(self, reason: str | None, now: int) -> Self:
        """Give up the payment, and the held money if there is any."""
        self._require(CANCELABLE, "You cannot cancel this PaymentIntent")
        return replace(
            self,
            status=Status.CANCELED,
            amount_capturable=0,
            next_action=None,
            canceled_at=now,
            cancellation_reason=reason,
        )

    def _require(self, statuses: tuple[Status, ...], refusal: str) -> None:
        if self.status not in statuses:
            allowed = ", ".join(statuses)
            msg = (
                f"{refusal} because it has a status of {self.status}. "
                f"Only a PaymentIntent with one of the following statuses allows it: {allowed}."
            )
            raise UnexpectedState(msg, self)

    def as_json(self) -> JsonObject:
        """The object as Stripe renders it to a secret key."""
        return {
            "id": self.id,
            "object": self.object,
            "amount": self.amount,
            "amount_capturable": self.amount_capturable,
            "amount_details": {"tip": {}},
            "amount_received": self.amount_received,
            "automatic_payment_methods": self.automatic_payment_methods,
            "canceled_at": self.canceled_at,
            "cancellation_reason": self.cancellation_reason,
            "capture_method": self.capture_method,
            "client_secret": self.client_secret,
            "confirmation_method": "automatic",
            "created": self.created,
            "currency": self.currency,
            "last_payment_error": self.last_payment_error,
            "latest_charge": self.latest_charge,
            "livemode": False,
            "metadata": self.metadata,
            "next_action": self.next_action,
            "payment_method": self.payment_method,
            "payment_method_types": ["card"],
            "status": self.status,
            **dict.fromkeys(UNUSED),
        }


def browser_view(intent: JsonObject) -> JsonObject:
    """A rendered intent as a publishable key sees it: what a payment page needs, and no more."""
    return {name: value for name, value in intent.items() if name not in HIDDEN_FROM_BROWSERS}

"""Why a payment is refused: to a caller, to Stripe, or to the service itself."""

from ticketing.errors import (
    BadRequest,
    Conflict,
    FieldError,
    Invalid,
    NotFound,
    PaymentRequired,
    Refusal,
    Unavailable,
)

CONFIDENTIAL = frozenset(
    ["fraudulent", "lost_card", "merchant_blacklist", "pickup_card", "stolen_card"]
)
"""Decline codes that Stripe says not to tell whoever holds the card."""


class PaymentNotFound(NotFound):
    """No such order, it has not been heard of yet, or it is somebody else's."""

    slug, title = "payment-not-found", "Payment not found"


class OrderCancelled(Conflict):
    """The order is cancelled; its ticket can be reserved again."""

    slug, title = "order-cancelled", "Order is cancelled"


class OrderExpired(Conflict):
    """The reservation time is over; the ticket can be reserved again."""

    slug, title = "order-expired", "Order has expired"


class AlreadyPaid(Conflict):
    """The order is paid: if the answer to the request that paid it was lost, it succeeded."""

    slug, title = "already-paid", "Order is already paid"


class AmountNotChargeable(Conflict):
    """Stripe does not charge this amount, with any card; the message says its limit."""

    slug, title = "amount-not-chargeable", "The amount cannot be charged"


class CardDeclined(PaymentRequired):
    """The bank said no, for the reason in `declineCode`; another card can be tried in time."""

    slug = "card-declined"

    def __init__(self, message: str | None = None, code: str | None = None) -> None:
        """`message` is Stripe's for the buyer, `code` its decline code."""
        told = "generic_decline" if code is None or code in CONFIDENTIAL else code
        errors = [FieldError(message or self.title, "token"), FieldError(told, "declineCode")]
        super().__init__(message, errors=errors)


class AuthenticationRequired(PaymentRequired):
    """The bank wants to see the buyer, which takes a browser: a payment without a token."""

    slug, title = "authentication-required", "The bank asks the buyer to authenticate"

    def __init__(self) -> None:
        advice = (
            "This card needs authentication: use another one, or pay without token in a browser"
        )
        super().__init__(errors=[FieldError(advice, "token")])


class TokenInvalid(Invalid):
    """Stripe does not know the token, or it was used before."""

    def __init__(self) -> None:
        message = "Token is unknown or was used before; make a new one with Stripe"
        super().__init__(errors=[FieldError(message, "token")])


class InvalidSignature(BadRequest):
    """The event is not signed with a secret of ours, or too long ago."""

    slug, title = "invalid-signature", "The signature is not valid"


class InvalidEvent(BadRequest):
    """The event is signed, but is none."""

    slug, title = "invalid-event", "The event cannot be read"


class Throttled(Unavailable):
    """Stripe takes no more requests for the moment; nothing was done."""


class Failed(Unavailable):
    """Stripe broke down, and repeats that under the key."""


class Rejected(Unavailable):
    """Stripe will not do what it was asked in this way; nothing was done."""


class IntentUnknown(Unavailable):
    """Stripe knows no such intent of this account."""


class Unsettled(Unavailable):
    """Row and intent do not agree yet, and only time can help."""


class Undecided(Unsettled):
    """The bank has not said yet whether it pays."""


class CaptureImpossible(Exception):
    """The bank will never give the money that it held."""


class AlreadyRefunded(Exception):
    """All the money was given back before."""


PAY_REFUSALS: list[type[Refusal]] = [
    PaymentNotFound,
    OrderCancelled,
    OrderExpired,
    AlreadyPaid,
    AmountNotChargeable,
    CardDeclined,
    AuthenticationRequired,
    Unavailable,
]

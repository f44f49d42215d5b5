"""Payment methods: cards only, made from a token, a documented id or the card's own details."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import ClassVar

from cdk.local.stripe_double.cards import Card, card_of_number, card_of_token, passes_luhn
from cdk.local.stripe_double.errors import CardError, JsonObject, ResourceMissing, Unsupported
from cdk.local.stripe_double.params import Params

CARD_DIGITS = range(12, 20)
CVC_DIGITS = (3, 4)
MONTHS = 12
NO_BILLING_DETAILS: JsonObject = {"address": None, "email": None, "name": None, "phone": None}


@dataclass(frozen=True, slots=True)
class CardDetails:
    """A test card and its expiry."""

    card: Card
    exp_month: int = 12
    exp_year: int = 2034


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentMethod:
    """A card that a payment intent can be confirmed with."""

    object: ClassVar[str] = "payment_method"

    id: str
    created: int
    details: CardDetails
    billing_details: JsonObject = field(default_factory=dict)
    metadata: dict[str, str] = field(default_factory=dict)

    @property
    def card(self) -> Card:
        """The card's fate."""
        return self.details.card

    def as_json(self) -> JsonObject:
        """The object as Stripe renders it."""
        return {
            "id": self.id,
            "object": self.object,
            "allow_redisplay": "unspecified",
            "billing_details": NO_BILLING_DETAILS | self.billing_details,
            "card": self.card_json(),
            "created": self.created,
            "customer": None,
            "livemode": False,
            "metadata": self.metadata,
            "type": "card",
        }

    def card_json(self) -> JsonObject:
        """What is shown of the card, here and in the charges made with it."""
        return {
            "brand": self.card.brand,
            "country": "US",
            "exp_month": self.details.exp_month,
            "exp_year": self.details.exp_year,
            "funding": self.card.funding,
            "last4": self.card.last4,
        }


@dataclass(frozen=True, slots=True)
class NewPaymentMethod:
    """A payment method still to be made; reads `payment_methods.create` and payment_method_data."""

    details: CardDetails
    billing_details: JsonObject
    metadata: dict[str, str]

    @classmethod
    def read(cls, params: Params) -> "NewPaymentMethod":
        """Raises CardError for details that no card has, and InvalidRequest."""
        if (kind := params.required("type")) != "card":
            what = f"payment methods of type {kind}"
            raise Unsupported(what, "type")
        params.ignore("allow_redisplay", "radar_options")
        card = params.given("card", params.section("card"))
        billing = params.echoes(["billing_details"]).get("billing_details") or {}
        return cls(_read_card(card), billing, params.metadata() or {})

    def made(self, method_id: str, created: int) -> PaymentMethod:
        """The payment method, once it has an id; raises CardError for an expired card."""
        today = datetime.fromtimestamp(created, UTC)
        expired = (self.details.exp_year, self.details.exp_month) < (today.year, today.month)
        _refuse((expired, "expiration year", "invalid_expiry_year", "exp_year"))
        return PaymentMethod(
            id=method_id,
            created=created,
            details=self.details,
            billing_details=self.billing_details,
            metadata=self.metadata,
        )


def _read_card(params: Params) -> CardDetails:
    if token := params.text("token"):
        card = card_of_token(token)
        if card is None:
            raise ResourceMissing(noun="token", resource_id=token, param="card[token]")
        return CardDetails(card)
    number = params.required("number").replace(" ", "").replace("-", "")
    month = params.given("exp_month", params.integer("exp_month"))
    year = params.given("exp_year", params.integer("exp_year"))
    details = CardDetails(card_of_number(number), month, year)
    _check(details, params.text("cvc"))
    return details


def _check(details: CardDetails, cvc: str | None) -> None:
    """Raise CardError for a number, month or security code that no card can have."""
    number = details.card.number
    digits = number.isascii() and number.isdigit() and len(number) in CARD_DIGITS
    short = cvc is not None and not (cvc.isascii() and cvc.isdigit() and len(cvc) in CVC_DIGITS)
    _refuse(
        (not digits, "number", "invalid_number", "number"),
        (digits and not passes_luhn(number), "number", "incorrect_number", "number"),
        (details.exp_month > MONTHS, "expiration month", "invalid_expiry_month", "exp_month"),
        (short, "security code", "invalid_cvc", "cvc"),
    )


def _refuse(*checks: tuple[bool, str, str, str]) -> None:
    """Raise CardError for the first check that failed: of what, with which code and parameter."""
    for failed, what, code, param in checks:
        if failed:
            msg = f"Your card's {what} is invalid."
            raise CardError(msg, code=code, param=param)

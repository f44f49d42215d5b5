"""Payment methods: cards only, made from a token, a documented id or the card's own details."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar, Self

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

    @classmethod
    def read(cls, params: Params) -> Self:
        """Read `payment_methods.create` and `payment_method_data`.

        Raises CardError for details that no card has, and InvalidRequest.
        """
        if (kind := params.required("type")) != "card":
            what = f"payment methods of type {kind}"
            raise Unsupported(what, "type")
        card = params.given("card", params.section("card"))
        if token := card.text("token"):
            return cls(_card_of(token))
        number = card.required("number").replace(" ", "").replace("-", "")
        month = card.given("exp_month", card.integer("exp_month"))
        year = card.given("exp_year", card.integer("exp_year"))
        details = cls(card_of_number(number), month, year)
        _check(details, card.text("cvc"))
        return details


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentMethod:
    """A card that a payment intent can be confirmed with."""

    object: ClassVar[str] = "payment_method"

    id: str
    created: int
    details: CardDetails

    @classmethod
    def made(cls, method_id: str, created: int, details: CardDetails) -> Self:
        """A new payment method; raises CardError for an expired card."""
        today = datetime.fromtimestamp(created, UTC)
        expired = (details.exp_year, details.exp_month) < (today.year, today.month)
        _refuse((expired, "expiration year", "invalid_expiry_year", "exp_year"))
        return cls(id=method_id, created=created, details=details)

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
            "billing_details": NO_BILLING_DETAILS,
            "card": self.card_json(),
            "created": self.created,
            "customer": None,
            "livemode": False,
            "metadata": {},
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


def _card_of(token: str) -> Card:
    card = card_of_token(token)
    if card is None:
        raise ResourceMissing(noun="token", resource_id=token, param="card[token]")
    return card


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

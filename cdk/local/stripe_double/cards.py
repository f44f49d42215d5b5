"""The test cards that Stripe documents: number, names of their tokens, and how each one behaves.

A card called `visa` is the token `tok_visa` and the payment method `pm_card_visa`.
"""

from typing import NamedTuple


class Decline(NamedTuple):
    """Why the bank refuses a charge."""

    code: str
    decline_code: str
    message: str


class Card(NamedTuple):
    """A card and its fate."""

    number: str
    names: tuple[str, ...]
    decline: Decline | None = None
    authentication: bool = False
    """The bank asks the buyer to authenticate (3-D Secure) at every payment on its own."""

    brand: str = "visa"
    funding: str = "credit"

    @property
    def last4(self) -> str:
        """The last four digits, all that an answer ever shows of the number."""
        return self.number[-4:]


_DECLINED = "Your card was declined."
GENERIC = Decline("card_declined", "generic_decline", _DECLINED)
INSUFFICIENT_FUNDS = Decline(
    "card_declined", "insufficient_funds", "Your card has insufficient funds."
)
LOST = Decline("card_declined", "lost_card", _DECLINED)
STOLEN = Decline("card_declined", "stolen_card", _DECLINED)
FRAUDULENT = Decline("card_declined", "fraudulent", _DECLINED)
VELOCITY = Decline(
    "card_declined",
    "card_velocity_exceeded",
    "Your card was declined for making repeated attempts too frequently "
    "or exceeding its amount limit.",
)
EXPIRED = Decline("expired_card", "expired_card", "Your card has expired.")
INCORRECT_CVC = Decline("incorrect_cvc", "incorrect_cvc", "Your card's security code is incorrect.")
PROCESSING_ERROR = Decline(
    "processing_error",
    "processing_error",
    "An error occurred while processing your card. Try again in a little bit.",
)
NOT_A_TEST_CARD = Decline(
    "card_declined",
    "test_mode_live_card",
    "Your card was declined. Your request was in test mode, but used a non test card.",
)
AUTHENTICATION_REQUIRED = Decline(
    "authentication_required",
    "authentication_required",
    "Your card was declined. This transaction requires authentication.",
)


def _declined(number: str, reason: str, decline: Decline) -> Card:
    names = (f"visa_chargeDeclined{reason}", f"chargeDeclined{reason}")
    return Card(number, names, decline)


def _authenticated(number: str, *names: str, decline: Decline | None = None) -> Card:
    return Card(number, names, decline, authentication=True)


CARDS = (
    Card("4242424242424242", ("visa", "us")),
    Card("4000056655665556", ("visa_debit",), funding="debit"),
    Card("5555555555554444", ("mastercard",), brand="mastercard"),
    Card("5200828282828210", ("mastercard_debit",), brand="mastercard", funding="debit"),
    Card("5105105105105100", ("mastercard_prepaid",), brand="mastercard", funding="prepaid"),
    Card("378282246310005", ("amex",), brand="amex"),
    Card("6011111111111117", ("discover",), brand="discover"),
    Card("3056930009020004", ("diners",), brand="diners"),
    Card("3566002020360505", ("jcb",), brand="jcb"),
    Card("6200000000000005", ("unionpay",), brand="unionpay"),
    _declined("4000000000000002", "", GENERIC),
    _declined("4000000000009995", "InsufficientFunds", INSUFFICIENT_FUNDS),
    _declined("4000000000009987", "LostCard", LOST),
    _declined("4000000000009979", "StolenCard", STOLEN),
    _declined("4000000000000069", "ExpiredCard", EXPIRED),
    _declined("4000000000000127", "IncorrectCvc", INCORRECT_CVC),
    _declined("4000000000000119", "ProcessingError", PROCESSING_ERROR),
    _declined("4000000000006975", "VelocityLimitExceeded", VELOCITY),
    Card("4000000000000341", ("chargeCustomerFail",), GENERIC),
    Card("4100000000000019", ("radarBlock",), FRAUDULENT),
    _authenticated("4000002500003155", "authenticationRequiredOnSetup"),
    _authenticated("4000002760003184", "authenticationRequired"),
    _authenticated("4000000000003220", "threeDSecure2Required"),
    _authenticated("4000000000003063", "threeDSecureRequired"),
    Card("4000000000003055", ("threeDSecureOptional",)),
    _authenticated(
        "4000008260003178",
        "authenticationRequiredChargeDeclinedInsufficientFunds",
        decline=INSUFFICIENT_FUNDS,
    ),
    _authenticated("4000008400001629", "threeDSecureRequiredChargeDeclined", decline=GENERIC),
)

_BY_NUMBER = {card.number: card for card in CARDS}
_BY_NAME = {name: card for card in CARDS for name in card.names}


def card_of_token(token: str) -> Card | None:
    """The card behind `tok_visa`; None for a token that Stripe does not document."""
    return _BY_NAME.get(token.removeprefix("tok_")) if token.startswith("tok_") else None


def card_of_method(method_id: str) -> Card | None:
    """The card behind `pm_card_visa`; None for any other payment method id."""
    prefix = "pm_card_"
    return _BY_NAME.get(method_id.removeprefix(prefix)) if method_id.startswith(prefix) else None


def card_of_number(number: str) -> Card:
    """The documented card, or one that is declined because test mode takes no others."""
    return _BY_NUMBER.get(number) or Card(number, (), NOT_A_TEST_CARD, brand="unknown")


def passes_luhn(number: str) -> bool:
    """Whether the check digit of a card number is right."""
    digits = [int(digit) for digit in reversed(number)]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0

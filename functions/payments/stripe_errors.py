"""What the errors mean that Stripe's API answers with. No I/O."""

from collections.abc import Mapping
from typing import Any

from payments.refusals import (
    AlreadyRefunded,
    AmountNotChargeable,
    AuthenticationRequired,
    CaptureImpossible,
    CardDeclined,
    Failed,
    IntentUnknown,
    Rejected,
    Throttled,
    TokenInvalid,
)
from ticketing.errors import Unavailable

MEANINGS: dict[str | None, type[Exception]] = {
    "authentication_required": AuthenticationRequired,
    "capture_charge_authorization_expired": CaptureImpossible,
    "charge_already_refunded": AlreadyRefunded,
    "charge_expired_for_capture": CaptureImpossible,
    "payment_method_invalid_parameter": TokenInvalid,
    "rate_limit": Throttled,
    "token_already_used": TokenInvalid,
    "token_in_use": TokenInvalid,
}
"""By error code: https://docs.stripe.com/error-codes."""

OF_THE_INTENT = frozenset(["lock_timeout", "payment_intent_unexpected_state"])
"""Error codes of a request that is right, for an intent that is not where it could be done."""


def meaning_of(error: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Exception:
    """The refusal that an error object stands for; Unavailable when the outcome is unknown.

    `headers` are those of the answer: they say if it was stored under the key of the request.
    """
    code, param = error.get("code"), error.get("param")
    if code in MEANINGS:
        return MEANINGS[code]()
    if error.get("type") == "card_error":
        return CardDeclined(error.get("message"), error.get("decline_code") or code)
    if param in {"amount", "currency"}:
        return AmountNotChargeable(error.get("message"))
    if code == "resource_missing":
        return IntentUnknown() if param == "intent" else TokenInvalid()
    if error.get("type") == "invalid_request_error" and code not in OF_THE_INTENT:
        return Rejected()
    is_repeated = any(name.lower() == "idempotent-replayed" for name in headers or ())
    return Failed() if is_repeated else Unavailable()


def error_in(body: Any) -> dict[str, Any]:
    """The error object of an answer; empty if there was no answer, or none of Stripe's."""
    error = body.get("error") if isinstance(body, dict) else None
    return error if isinstance(error, dict) else {}

"""Stripe's error answers: one class for each HTTP status and `type` that a client can meet.

StripeError
├── InvalidRequest 400 ── ResourceMissing (404 when the id is in the URL)
├── IdempotencyMismatch 400
├── Unauthenticated 401
├── CardError 402
└── ApiError 500
"""

from http import HTTPStatus
from typing import Any, ClassVar

type JsonObject = dict[str, Any]


class StripeError(Exception):
    """An error as Stripe answers it; `details` stand beside the message in the error object."""

    status: HTTPStatus = HTTPStatus.BAD_REQUEST
    kind: ClassVar[str] = "invalid_request_error"

    def __init__(
        self, message: str, *, code: str | None = None, param: str | None = None, **details: Any
    ) -> None:
        super().__init__(message)
        self.message = message
        self._details = {"code": code, "param": param, **details}

    def as_json(self) -> JsonObject:
        """The body; what is not known is left out, as at Stripe."""
        error = {"type": self.kind, "message": self.message} | self._details
        if code := error.get("code"):
            error["doc_url"] = f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}"
        return {"error": {name: value for name, value in error.items() if value is not None}}


class InvalidRequest(StripeError):
    """The request cannot be carried out as it is."""


class ResourceMissing(InvalidRequest):
    """No object has this id: 404 for one in the URL, 400 for one in a parameter."""

    def __init__(self, noun: str, resource_id: str, *, param: str, in_url: bool = False) -> None:
        super().__init__(f"No such {noun}: '{resource_id}'", code="resource_missing", param=param)
        if in_url:
            self.status = HTTPStatus.NOT_FOUND


class UnknownUrl(InvalidRequest):
    """There is no such operation, at Stripe or in this double."""

    status = HTTPStatus.NOT_FOUND

    def __init__(self, method: str, path: str) -> None:
        super().__init__(f"Unrecognized request URL ({method}: {path}).")


class Unsupported(InvalidRequest):
    """Stripe would accept it and act on it; this double cannot."""

    def __init__(self, what: str, param: str) -> None:
        super().__init__(f"This double of Stripe does not support {what}.", param=param)


class Unauthenticated(StripeError):
    """No key, an unknown one, or a publishable key where a secret one is needed."""

    status = HTTPStatus.UNAUTHORIZED


class CardError(StripeError):
    """The card was declined, or its details are wrong."""

    status = HTTPStatus.PAYMENT_REQUIRED
    kind = "card_error"


class IdempotencyMismatch(StripeError):
    """An idempotency key came back with another request than its first."""

    kind = "idempotency_error"


class ApiError(StripeError):
    """Stripe itself failed."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR
    kind = "api_error"

    def __init__(self) -> None:
        super().__init__("An unknown error occurred")

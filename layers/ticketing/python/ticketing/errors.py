"""Refusals: the answers a caller can get instead of what it asked for.

The kinds below fix the HTTP status; each service derives one class for each of its refusals and
gives it a stable `slug` (the problem's `type`) and a `title`.

Refusal
├── BadRequest 400 ── Invalid (one entry for each field)
├── Unauthorized 401
├── PaymentRequired 402
├── Forbidden 403 ── CrossSiteRequest
├── NotFound 404
├── MethodNotAllowed 405
├── Conflict 409
├── PreconditionFailed 412
├── ContentTooLarge 413
├── UriTooLong 414
├── UnsupportedMediaType 415
├── Unprocessable 422
├── TooManyRequests 429
├── HeadersTooLarge 431
├── Defect 500
└── Unavailable 503
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import ClassVar, NamedTuple


class FieldError(NamedTuple):
    """What is wrong with one field; `field` is its JSON name, or None for the whole input."""

    message: str
    field: str | None = None


class Refusal(Exception):
    """An expected answer other than success, rendered as RFC 9457 problem details."""

    status: ClassVar[HTTPStatus] = HTTPStatus.BAD_REQUEST
    slug: ClassVar[str] = "bad-request"
    title: ClassVar[str] = "Bad request"

    def __init__(
        self,
        message: str | None = None,
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message or self.title)
        self.errors = tuple(errors) or (FieldError(message or self.title),)
        self.headers = dict(headers or {})
        self.cookies: Sequence[object] = ()
        """What a browser is to keep or to forget, as `Set-Cookie` writes it."""


class BadRequest(Refusal):
    """The request itself is wrong."""


class Invalid(BadRequest):
    """The input breaks the contract; `errors` has one entry for each field."""

    slug, title = "invalid-input", "The input is not valid"


class Unauthorized(Refusal):
    """The caller has no valid session."""

    status, slug, title = HTTPStatus.UNAUTHORIZED, "not-signed-in", "Not signed in"

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message, headers={"WWW-Authenticate": "Bearer"})


class PaymentRequired(Refusal):
    """The card was declined."""

    status, slug, title = HTTPStatus.PAYMENT_REQUIRED, "payment-declined", "The card was declined"


class Forbidden(Refusal):
    """The thing is public but belongs to somebody else."""

    status, slug, title = HTTPStatus.FORBIDDEN, "forbidden", "Not yours"


class CrossSiteRequest(Forbidden):
    """Another site asks, or a cookie came without the browser's word that this site does."""

    slug, title = "cross-site-request", "The request does not come from this site"


class NotFound(Refusal):
    """There is no such thing, or it is somebody else's private thing."""

    status, slug, title = HTTPStatus.NOT_FOUND, "not-found", "Not found"


class MethodNotAllowed(Refusal):
    """The path exists, the method does not."""

    status, slug, title = HTTPStatus.METHOD_NOT_ALLOWED, "method-not-allowed", "Method not allowed"


class Conflict(Refusal):
    """The present state forbids it."""

    status, slug, title = HTTPStatus.CONFLICT, "conflict", "Conflict"


class PreconditionFailed(Refusal):
    """The version that the caller named is not the present one."""

    status, slug = HTTPStatus.PRECONDITION_FAILED, "precondition-failed"
    title = "The version is not the current one"


class ContentTooLarge(Refusal):
    """The body is larger than the API takes."""

    status, slug = HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "content-too-large"
    title = "The body is too large"


class UriTooLong(Refusal):
    """The path or the query is longer than any of ours."""

    status, slug, title = HTTPStatus.URI_TOO_LONG, "uri-too-long", "The address is too long"


class UnsupportedMediaType(Refusal):
    """The body has a type or an encoding that is not taken here."""

    status, slug = HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type"
    title = "Content-Type must be application/json"


class Unprocessable(Refusal):
    """The request is well-formed but contradicts an earlier one."""

    status, slug, title = HTTPStatus.UNPROCESSABLE_ENTITY, "unprocessable", "Unprocessable"


class TooManyRequests(Refusal):
    """The caller must wait; `retry_after` is in seconds."""

    status, slug, title = HTTPStatus.TOO_MANY_REQUESTS, "too-many-requests", "Too many requests"

    def __init__(self, message: str | None = None, *, retry_after: int) -> None:
        super().__init__(message, headers={"Retry-After": str(retry_after)})


class HeadersTooLarge(Refusal):
    """The headers are more or longer than the API takes."""

    status, slug = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "headers-too-large"
    title = "The headers are too large"


class Defect(Refusal):
    """Something that should never happen: the details are in the log only."""

    status, slug = HTTPStatus.INTERNAL_SERVER_ERROR, "internal-error"
    title = "Something went wrong on our side"


class Unavailable(Refusal):
    """A dependency is down or in too high demand; the same request may be sent again."""

    status, slug = HTTPStatus.SERVICE_UNAVAILABLE, "unavailable"
    title = "Temporarily unavailable, try again"

    def __init__(self, message: str | None = None, *, retry_after: int = 1) -> None:
        super().__init__(message, headers={"Retry-After": str(retry_after)})

"""The headers of requests and answers, as the OpenAPI document describes them."""

from typing import Any

SIGNATURE, CREDENTIALS, COOKIE = "Stripe-Signature", "Authorization", "Cookie"
"""Described as security schemes, not as parameters."""

REQUEST_HEADERS: dict[str, dict[str, Any]] = {
    "Idempotency-Key": {
        "description": "Makes a repetition safe: the same key and body from the same user give the "
        "same order or ticket, for good; the same key with another body is 422. A refusal does not "
        "use it up.",
        "schema": {"type": "string", "pattern": "^[!-~]([ -~]{0,253}[!-~])?$"},
        "example": "2f1c7e0a-checkout",
    },
    "If-Match": {
        "description": "The version that the caller saw, as its `ETag`: 412 if it is not the "
        "current one. `*` or nothing means any.",
        "schema": {"type": "string", "pattern": r'^(\*|(W/)?"(0|[1-9][0-9]{0,14})")$'},
        "example": '"3"',
    },
    "If-None-Match": {
        "description": "The `ETag` that the caller has: 304 if it is still the current one.",
        "schema": {"type": "string"},
    },
    "Prefer": {
        "description": "`return=token` asks for both tokens in the body, too (RFC 7240).",
        "schema": {"type": "string"},
        "example": "return=token",
    },
}

ANSWER_HEADERS: dict[str, dict[str, Any]] = {
    "Cache-Control": {
        "description": "`no-store`, except for what everybody may see.",
        "schema": {"type": "string"},
    },
    "Content-Disposition": {
        "description": "The name of the file that this is (RFC 6266).",
        "schema": {"type": "string"},
    },
    "ETag": {
        "description": "The version, in quotes: a ticket's goes back in `If-Match`, that of this "
        "document in `If-None-Match`.",
        "schema": {"type": "string"},
    },
    "Idempotent-Replayed": {
        "description": "An earlier request with this key made it.",
        "schema": {"type": "string", "enum": ["true"]},
    },
    "Link": {
        "description": 'The next page (RFC 8288): `<...>; rel="next"`. Absent on the last one.',
        "schema": {"type": "string"},
    },
    "Location": {"description": "Where the new thing is.", "schema": {"type": "string"}},
    "Preference-Applied": {
        "description": "The preference that was followed (RFC 7240).",
        "schema": {"type": "string"},
    },
    "Retry-After": {
        "description": "Seconds until the same request may be sent again.",
        "schema": {"type": "integer"},
    },
    "Set-Cookie": {
        "description": "One of the session's two: `HttpOnly; Secure; SameSite=Lax; Path=/`.",
        "schema": {"type": "string"},
    },
    "WWW-Authenticate": {
        "description": "How to identify oneself.",
        "schema": {"type": "string", "enum": ["Bearer"]},
    },
    "X-Request-Id": {
        "description": "Names the request in the logs and in every event it causes.",
        "schema": {"type": "string"},
    },
}

ANSWERED_WITH: dict[str, tuple[str, ...]] = {
    "createTicket": ("ETag", "Location"),
    "reserveTicket": ("Location",),
    "showTicket": ("ETag", "Cache-Control"),
    "editTicket": ("ETag",),
    "listTickets": ("Cache-Control",),
    "showDescription": ("ETag", "Cache-Control"),
    "signOut": ("Set-Cookie",),
    "exportAccount": ("Content-Disposition",),
    "eraseAccount": ("Set-Cookie",),
}
"""What the answers of an operation carry beyond what its declaration implies."""

IMPLIED: dict[str, tuple[str, ...]] = {
    "Idempotency-Key": ("Idempotent-Replayed",),
    "Prefer": ("Preference-Applied", "Set-Cookie"),
}
"""What an answer carries because the request had a header."""


def answer_headers(*names: str) -> dict[str, Any]:
    """References to the descriptions of these headers, and of the one that every answer has."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in ("X-Request-Id", *names)}

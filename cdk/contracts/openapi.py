"""The OpenAPI 3.1 document of the whole API, from the operations that its services declare."""

import importlib
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cdk.contracts.components import component_schemas
from cdk.contracts.headers import ANSWER_HEADERS, SIGNATURE
from cdk.contracts.operations import describe, models
from cdk.contracts.problems import PROBLEM, shared_answers
from ticketing.http import HttpApi, Operation

PROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"

EDGES = {
    "Users": "auth.api",
    "Tickets": "tickets.api",
    "Orders": "orders.api",
    "Payments": "payments.api",
    "Webhook": "payments.webhook",
    "Description": "reference.api",
}
"""The modules with operations, by the tag that these get, in the order of the document."""

TAGS = {
    "Users": "Accounts and sessions.",
    "Tickets": "What sellers offer.",
    "Orders": "What buyers hold: a ticket is reserved for a while, then paid or free again.",
    "Payments": "How an order is paid: authorized, then captured once the ticket is committed.",
    "Webhook": "What Stripe tells.",
    "Description": "This document.",
}

ABOUT = """\
Reserve a concert ticket for fifteen minutes, pay for it, never find it sold twice.

- Bodies are JSON of at most 32 KB; fields that are not described are refused. Answers may gain
  fields.
- `price` is in major units of the currency, with at most its own decimals.
- Times are RFC 3339, in answers in UTC with milliseconds. Ids are opaque.
- Lists are newest first; the next page is in the `Link` header, relative to this site.
- A change is seen in lists and by other operations a moment later. Nothing is sent to a client: ask
  for an order until it is `complete` or `cancelled`.
- A refusal is `application/problem+json`; its `type` is stable. A session is missing: 401. The
  thing is somebody else's: 403 if it is public, else 404. The state forbids it: 409.
- A change with a cookie must say that it comes from this site: `Sec-Fetch-Site: same-origin`, or
  its `Origin`. One with a bearer token, or without either, need not.
- A refusal with 429 or 503 says in `Retry-After` when to come back; one with 500 is a defect. A
  firewall may answer 429 or 403, and the gateway 429, 500 or 503, each in a shape of its own.
- A request whose answer was lost can be sent again; send the same `Idempotency-Key` with what makes
  an order or a ticket. If they took effect, these are refused then: a sign-up (409: sign in), a new
  password (400: sign in with it), and an edit with `If-Match` (412: read the ticket)."""

SECURITY = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "For API clients: the `token` that `Prefer: return=token` asks for. It "
        "lasts 15 minutes; `POST /api/users/refresh`, with `refreshToken` and the same `Prefer`, "
        "gives the next ones of both.",
    },
    "cookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-session",
        "description": "For browsers: the same token, set by sign-up, sign-in and refresh.",
    },
    "refreshCookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-refresh",
        "description": "For browsers: the refresh token, set beside the other cookie.",
    },
    "signature": {
        "type": "apiKey",
        "in": "header",
        "name": SIGNATURE,
        "description": "Stripe's signature over the body's bytes, at most 300 s old.",
    },
}


def openapi() -> dict[str, Any]:
    """The document."""
    operations = list(declared())
    schemas = component_schemas(model for _, one in operations for model in models(one))
    return {
        "openapi": "3.1.0",
        "info": info(),
        "servers": [{"url": "/", "description": "The API is where this document is."}],
        "tags": [{"name": tag, "description": text} for tag, text in TAGS.items()],
        "paths": paths(operations),
        "components": {
            "schemas": {"Problem": PROBLEM, **schemas},
            "responses": shared_answers(),
            "headers": ANSWER_HEADERS,
            "securitySchemes": SECURITY,
        },
    }


def declared() -> Iterator[tuple[str, Operation]]:
    """Every operation of the API with its tag."""
    for tag, module in EDGES.items():
        api: HttpApi = importlib.import_module(module).api
        for operation in api.operations:
            yield tag, operation


def info() -> dict[str, Any]:
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    return {
        "title": "Ticketing",
        "version": project["version"],
        "summary": project["description"],
        "description": ABOUT,
        "license": {"name": project["license"], "identifier": project["license"]},
    }


def paths(operations: list[tuple[str, Operation]]) -> dict[str, Any]:
    """The operations by path and method."""
    found: dict[str, Any] = {}
    for tag, operation in operations:
        found.setdefault(operation.path, {})[operation.method.lower()] = describe(operation, tag)
    return found

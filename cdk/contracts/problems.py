"""Refusals as answers of an operation: one for each status, with every slug that it can have."""

from collections.abc import Iterable
from http import HTTPStatus
from itertools import groupby
from typing import Any

from cdk.contracts.headers import answer_headers
from ticketing import errors, guard
from ticketing.errors import CrossSiteRequest, NotFound, Refusal, Unauthorized, Unavailable
from ticketing.http import PROBLEM_JSON, Operation, User
from ticketing.request import SAFE_METHODS

PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "Why a request was refused (RFC 9457).",
    "required": ["type", "title", "status", "errors", "requestId"],
    "properties": {
        "type": {"type": "string", "description": "A stable slug, one for each refusal."},
        "title": {"type": "string"},
        "status": {"type": "integer", "description": "The HTTP status."},
        "errors": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["message"],
                "properties": {
                    "message": {"type": "string", "description": "For a person to read."},
                    "field": {
                        "type": "string",
                        "description": "The JSON name, parameter or header that is wrong; or "
                        "`declineCode`, of which the message is the bank's code.",
                    },
                },
            },
        },
        "requestId": {"type": "string", "description": "The `X-Request-Id` of the answer."},
    },
}

HEADERS: dict[int, tuple[str, ...]] = {
    HTTPStatus.UNAUTHORIZED: ("WWW-Authenticate",),
    HTTPStatus.TOO_MANY_REQUESTS: ("Retry-After",),
    HTTPStatus.SERVICE_UNAVAILABLE: ("Retry-After",),
}

SHARED = {kind.__name__: kind for kind in (*guard.REFUSALS, Unauthorized, Unavailable)}
"""Answers that are the same wherever they are given."""


def refusals(operation: Operation) -> list[type[Refusal]]:
    """Everything the operation can be refused with: by the guard, its arguments, and itself."""
    implied: list[type[Refusal]] = [*guard.REFUSALS, Unavailable]
    if operation.method in SAFE_METHODS:
        implied.remove(CrossSiteRequest)
    if User in operation.handler.__annotations__.values():
        implied.append(Unauthorized)
    if "{" in operation.path:
        implied.append(NotFound)
    own = [kind for kind in operation.refusals if kind.slug not in {one.slug for one in implied}]
    return sorted({*own, *implied}, key=lambda kind: (kind.status, kind.slug))


def problem_answers(kinds: Iterable[type[Refusal]]) -> dict[str, Any]:
    """The answers by status, in order; `kinds` are sorted by status."""
    grouped = {status: list(same) for status, same in groupby(kinds, lambda kind: kind.status)}
    return {str(status.value): _answer(status, same) for status, same in grouped.items()}


def shared_answers() -> dict[str, Any]:
    """The answers that operations refer to."""
    return {name: _described(kind.status, [kind]) for name, kind in SHARED.items()}


def _answer(status: HTTPStatus, kinds: list[type[Refusal]]) -> dict[str, Any]:
    if len(kinds) == 1 and kinds[0] in SHARED.values():
        return {"$ref": f"#/components/responses/{kinds[0].__name__}"}
    return _described(status, kinds)


def _described(status: HTTPStatus, kinds: list[type[Refusal]]) -> dict[str, Any]:
    reasons = [f"`{kind.slug}`: {_reason(kind)}" for kind in kinds]
    slugs = {"properties": {"type": {"enum": [kind.slug for kind in kinds]}}}
    content = {
        "schema": {"allOf": [{"$ref": "#/components/schemas/Problem"}, slugs]},
        "examples": {kind.slug: {"summary": kind.title, "value": _example(kind)} for kind in kinds},
    }
    return {
        "description": "\n\n".join(reasons),
        "headers": answer_headers(*HEADERS.get(status, ())),
        "content": {PROBLEM_JSON: content},
    }


def _reason(kind: type[Refusal]) -> str:
    return (kind.__doc__ or "").split("\n")[0]


def _example(kind: type[Refusal]) -> dict[str, Any]:
    error = {"message": kind.title}
    if kind is errors.Invalid:
        error = {"message": "Limit must be a whole number from 1 to 100", "field": "limit"}
    return {
        "type": kind.slug,
        "title": kind.title,
        "status": kind.status.value,
        "errors": [error],
        "requestId": "JKJaXmPLvHcESHA=",
    }

"""Pydantic's findings in the words of the API: one `FieldError` for each field."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from ticketing.errors import FieldError, Invalid
from ticketing.schema import Input

MAX_ERRORS = 50
"""A body of nothing but unknown fields would else be answered with ten times its size."""

RULES = {
    "bool_type": "must be true or false",
    "extra_forbidden": "is not a known field",
    "missing": "is required",
    "string_pattern_mismatch": "is not valid",
    "string_type": "must be text",
}
"""Of a field, by the type of pydantic's finding."""


def read_body[Body: Input](model: type[Body], body: bytes) -> Body:
    """The body as `model`; none at all is an empty object.

    Raises Invalid with every field that breaks the model's rules.
    """
    try:
        return model.model_validate_json(body or b"{}")
    except ValidationError as error:
        findings = error.errors(include_url=False, include_input=False)[:MAX_ERRORS]
        raise Invalid(errors=[_field_error(finding) for finding in findings]) from None


def _field_error(finding: Mapping[str, Any]) -> FieldError:
    field = ".".join(str(part) for part in finding["loc"]) if finding["loc"] else None
    match finding["type"]:
        case "json_invalid":
            return FieldError("The body is not valid JSON")
        case "value_error":
            return FieldError(str(finding["ctx"]["error"]), field)
    if field is None:
        return FieldError("The body must be a JSON object")
    return FieldError(_message(finding, _label(field)), field)


def _label(field: str) -> str:
    """`startsAt` as a person reads it: `Starts at`."""
    words = re.sub(r"(?<=[a-z])[A-Z]", lambda upper: f" {upper[0].lower()}", field)
    return words.capitalize() or "A field without a name"


def _message(finding: Mapping[str, Any], label: str) -> str:
    kind = finding["type"]
    if kind in RULES:
        return f"{label} {RULES[kind]}"
    if kind == "string_too_short" and finding["ctx"]["min_length"] == 1:
        return f"{label} must not be empty"
    _subject, should, rule = str(finding["msg"]).partition(" should ")
    return f"{label} must {rule}" if should else str(finding["msg"])

"""The fields of a ticket as a seller may write them."""

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import (
    AfterValidator,
    PlainValidator,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
)

MAX_LENGTH = 200
BREAKS = r"\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069"
"""What would break a line of a page, a mail or a log, or turn around what follows in it."""

SPACE = r"\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
"""Unicode's White_Space, which is what is trimmed."""

UNSEEN = (
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8"
)
"""Unicode's Default_Ignorable_Code_Point, which join or shape others, and alone show nothing.

Those beyond U+FFFF are left out: not every reader of the document could read a range of them.
"""

CONTROL, SEEN = re.compile(f"[{BREAKS}]"), re.compile(f"[^{SPACE}{UNSEEN}]")

DOCUMENTED = (
    f"^(?![{SPACE}{UNSEEN}]*$)[{SPACE}]*[^{BREAKS}{SPACE}]"
    f"([^{BREAKS}]{{0,{MAX_LENGTH - 2}}}[^{BREAKS}{SPACE}])?[{SPACE}]*$"
)

RFC3339 = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII | re.IGNORECASE
)


def _one_line(text: str, info: ValidationInfo) -> str:
    if CONTROL.search(text):
        msg = f"{str(info.field_name).capitalize()} must not contain control characters"
        raise ValueError(msg)
    if not SEEN.search(text):
        msg = f"{str(info.field_name).capitalize()} must not be empty"
        raise ValueError(msg)
    return text


def _moment(value: object) -> datetime:
    if isinstance(value, str) and RFC3339.fullmatch(value):
        try:
            moment = datetime.fromisoformat(value.upper())
            moment.astimezone(UTC)
            return moment
        except (ValueError, OverflowError):
            pass  # Such as February 30, or a moment before the year 1 in UTC.
    msg = "Starts at must be an RFC 3339 time with its offset, such as 2027-06-01T20:00:00-04:00"
    raise ValueError(msg)


Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_LENGTH),
    AfterValidator(_one_line),
    WithJsonSchema(
        {
            "type": "string",
            "description": f"Trimmed, then at most {MAX_LENGTH} characters: at least one that is "
            "visible, and no control characters",
            "examples": ["Nick Cave"],
            "pattern": DOCUMENTED,
        }
    ),
]
"""A line of text that shows something: trimmed, without control characters."""

StartsAt = Annotated[
    datetime,
    PlainValidator(_moment),
    WithJsonSchema(
        {
            "type": "string",
            "format": "date-time",
            "description": "RFC 3339, with the offset of the clock at the venue; no leap second",
            "examples": ["2027-06-01T20:00:00-04:00"],
        }
    ),
]
"""A moment by the clock of its place, written as RFC 3339 in any zone."""

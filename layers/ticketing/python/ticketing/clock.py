"""Time: read at the edges with `now`, written everywhere in one fixed form."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AwareDatetime, PlainSerializer, WithJsonSchema


def now() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


def rfc3339(moment: datetime) -> str:
    """RFC 3339 UTC with milliseconds and `Z`: of fixed length, so that text sorts as time does."""
    return rfc3339_there(moment.astimezone(UTC))


def rfc3339_there(moment: datetime) -> str:
    """RFC 3339 with milliseconds by the moment's own clock, and how far that is from UTC."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


Timestamp = Annotated[
    AwareDatetime,
    PlainSerializer(rfc3339, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""A model's time, written by `rfc3339`; one without a zone is refused."""

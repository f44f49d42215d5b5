"""What the edge makes of a request's credentials: the same cases for each edge that does it."""

from typing import NamedTuple


class Case(NamedTuple):
    """What a client sends, and the one credential that the API gets."""

    authorization: str | None
    cookie: str | None
    expected: str


CASES = (
    Case(None, None, "Anonymous"),
    Case("Bearer t", None, "Bearer t"),
    Case("bearer t", None, "bearer t"),
    Case("Bearer t", "session=s", "Bearer t"),
    Case(None, "session=s", "Session s"),
    Case(None, "a=1; session=s; b=2", "Session s"),
    Case(None, "session=old; session=new", "Session new"),
    Case(None, "session=", "Anonymous"),
    Case(None, "mysession=s", "Anonymous"),
    Case(None, "session", "Anonymous"),
    Case("", "session=s", "Session s"),
    Case("Bearer", "session=s", "Session s"),
    Case("Basic dXNlcg==", None, "Anonymous"),
    Case("Session forged", None, "Anonymous"),
    Case("Session forged", "session=s", "Session s"),
)

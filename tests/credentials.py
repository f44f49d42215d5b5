"""What the edge makes of a request's credentials: the same cases for each edge that does it."""

from typing import NamedTuple


class Case(NamedTuple):
    """What a client sends, and the one credential that the API gets.

    `SESSION` stands for the name of the session cookie: another one over TLS than without.
    """

    authorization: str | None
    cookie: str | None
    expected: str


CASES = (
    Case(None, None, "Anonymous"),
    Case("Bearer t", None, "Bearer t"),
    Case("bearer t", None, "bearer t"),
    Case("Bearer t", "SESSION=s", "Bearer t"),
    Case(None, "SESSION=s", "Session s"),
    Case(None, "a=1; SESSION=s; b=2", "Session s"),
    Case(None, "SESSION=old; SESSION=new", "Session new"),
    Case(None, "SESSION=", "Anonymous"),
    Case(None, "mySESSION=s", "Anonymous"),
    Case(None, "SESSION", "Anonymous"),
    Case("", "SESSION=s", "Session s"),
    Case("Bearer", "SESSION=s", "Session s"),
    Case("Basic dXNlcg==", None, "Anonymous"),
    Case("Session forged", None, "Anonymous"),
    Case("Session forged", "SESSION=s", "Session s"),
)

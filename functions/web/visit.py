"""One visit: the request for a page, who makes it, and the API on their behalf."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cached_property
from http import HTTPStatus
from urllib.parse import parse_qsl

from ticketing.errors import BadRequest
from ticketing.request import CLIENT_ADDRESS, Request, User
from web.backend import NOBODY, Backend
from web.resources import Ticket
from web.settings import settings
from web.transport import Problem

FORM = "application/x-www-form-urlencoded"
MAX_FIELDS = 40
UNREADABLE = "The form cannot be read"

LONGEST = timedelta(seconds=30)
"""How long a visit may take: the gateway waits no longer."""

PASSED_ON = ("x-origin-verify", CLIENT_ADDRESS)
"""What the edge says with every request; the API wants to hear it with ours, too."""


class Visit:
    """What a handler knows of the request it answers."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.authorization = request.headers.get("authorization", NOBODY)
        said = {name: request.headers.get(name, "") for name in PASSED_ON}
        self.api = Backend({"Authorization": self.authorization, **said})
        self.caller: User | None = request.caller
        """Who is signed in, as the gateway's authorizer says, or as `resume` finds."""
        self.cookies: Sequence[str] = ()
        """What the browser is to keep, whatever it is answered."""

    def resume(self) -> None:
        """Go on with a session of which only the access token has expired: one call more.

        It is replaced even before, if it may not last for the visit, in which the API asks again.
        """
        until = self.request.cause.time + LONGEST
        if self.request.caller_at(until) or not self._refresh_token:
            return
        try:
            resumed = self.api.resume(self._refresh_token)
        except Problem as problem:
            if problem.status == HTTPStatus.UNAUTHORIZED:
                self.caller, self.cookies = None, problem.cookies
            elif self.caller is None:
                raise
        else:
            self.caller, self.cookies = User(resumed.user_id), resumed.cookies

    def sells(self, ticket: Ticket) -> bool:
        """Whether it is the visitor's own ticket."""
        return self.caller is not None and self.caller.id == ticket.user_id

    @property
    def had_session(self) -> bool:
        """Whether the browser sent a session, valid or not."""
        return self.authorization != NOBODY or bool(self._refresh_token)

    @property
    def _refresh_token(self) -> str:
        return self.request.cookies.get(settings().refresh_cookie, "")

    @property
    def cursor(self) -> str | None:
        """Which page of a list is wanted."""
        return self.request.query.get("cursor") or None

    @cached_property
    def form(self) -> Mapping[str, str]:
        """What was typed, by field. Raises BadRequest, also for a field that is there twice."""
        try:
            pairs = parse_qsl(
                self.request.body.decode(),
                keep_blank_values=True,
                errors="strict",
                max_num_fields=MAX_FIELDS,
            )
        except ValueError as error:
            raise BadRequest(UNREADABLE) from error
        form = dict(pairs)
        if len(form) < len(pairs):
            raise BadRequest(UNREADABLE)
        return form

    def typed(self, field: str) -> str:
        """One field of the form; empty if it is not there."""
        return self.form.get(field, "")

"""Which function answers which path, and who may come there."""

import re
from collections.abc import Callable
from typing import NamedTuple

from ticketing import ids
from web.answers import Answer, Redirect
from web.visit import Visit

type Handler = Callable[..., Answer]
"""Takes the visit, then the parameters of the path."""

PARAMETERS = {
    "id": ids.FORM.pattern,
    "file": r"[a-z_]{1,32}\.[0-9a-f]{1,32}\.[a-z]{1,8}",
}


class Route(NamedTuple):
    """One page or action."""

    method: str
    path: str
    """With parameters as `{id}`."""
    handler: Handler
    private: bool
    """Only for who is signed in."""
    back: str | None
    """Where to return after signing in; None for the path itself."""
    personal: bool
    """Whether the answer depends on who asks."""

    def match(self, path: str) -> dict[str, str] | None:
        """The parameters, if it is this route's path."""
        found = pattern(self.path).fullmatch(path)
        return found.groupdict() if found else None


class Match(NamedTuple):
    """The route of a request, and what its path says."""

    route: Route
    parameters: dict[str, str]

    @property
    def back(self) -> str:
        """Where to return after signing in."""
        return (self.route.back or self.route.path).format_map(self.parameters)

    def answer(self, visit: Visit) -> Answer:
        return self.route.handler(visit, **self.parameters)


class Routes:
    """The routes of one part of the site."""

    def __init__(self, *, personal: bool = True) -> None:
        self.all: list[Route] = []
        self._personal = personal

    def get(
        self, path: str, *, private: bool = False, back: str | None = None
    ) -> Callable[[Handler], Handler]:
        """Show a page."""
        return self._add("GET", path, private=private, back=back)

    def post(
        self, path: str, *, private: bool = False, back: str | None = None
    ) -> Callable[[Handler], Handler]:
        """Take a form of this site's own; whoever asks for its address is led back."""
        if back is not None:
            self.get(path)(lambda _visit, **parameters: Redirect(back.format_map(parameters)))
        return self._add("POST", path, private=private, back=back)

    def _add(
        self, method: str, path: str, *, private: bool, back: str | None
    ) -> Callable[[Handler], Handler]:
        def register(handler: Handler) -> Handler:
            self.all.append(Route(method, path, handler, private, back, self._personal))
            return handler

        return register


def find(routes: list[Route], path: str) -> dict[str, Match]:
    """What is served at a path, by method; a path without parameters goes before one with them."""
    matches = [
        Match(route, parameters)
        for route in sorted(routes, key=lambda route: -route.path.count("{"))
        if (parameters := route.match(path)) is not None
    ]
    if not matches:
        return {}
    closest = matches[-1].route.path
    return {match.route.method: match for match in matches if match.route.path == closest}


def pattern(path: str) -> re.Pattern[str]:
    """`/tickets/{id}` as a regular expression; `re` remembers those it compiled."""
    return re.compile(
        re.sub(r"{(\w+)}", lambda name: f"(?P<{name[1]}>{PARAMETERS[name[1]]})", path)
    )

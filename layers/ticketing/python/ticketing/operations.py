"""Operations: the routes of an API as its handlers declare them, and which one a request is for.

A handler declares what it needs by type: a path parameter (`str`), the caller (`User`, else 401),
the body (a subclass of `Input`, else 400), a `Page` of a list, or the whole `Request`. What it
names first is refused first.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from http import HTTPStatus
from typing import Any, NamedTuple

from ticketing import ids
from ticketing.errors import MethodNotAllowed, NotFound, Refusal
from ticketing.paging import Page
from ticketing.request import Request, User
from ticketing.schema import Input
from ticketing.validation import read_body

type Readers = dict[str, Callable[[Request], Any]]
"""How to read each argument of a handler from a request, by name and in order."""


class Operation(NamedTuple):
    """One route: how it is served, and all that the OpenAPI document needs."""

    method: str
    path: str
    """With parameters as `{id}`."""
    status: HTTPStatus
    refusals: Sequence[type[Refusal]]
    handler: Callable[..., Any]
    readers: Readers
    headers: Sequence[str] = ()
    """The request headers that the handler reads."""
    also: Sequence[HTTPStatus] = ()
    """The other statuses of success."""

    def match(self, path: str) -> dict[str, str] | None:
        """The path's parameters if it is this operation's path."""
        declared, actual = self.path.split("/"), path.split("/")
        if len(declared) != len(actual):
            return None
        parameters = {}
        for name, text in zip(declared, actual, strict=True):
            is_parameter = name.startswith("{")
            if not (ids.FORM.fullmatch(text) if is_parameter else name == text):
                return None
            if is_parameter:
                parameters[name[1:-1]] = text
        return parameters

    def call(self, request: Request, parameters: dict[str, str]) -> Any:
        """What the handler returns. Raises what reading its arguments or the handler raises."""
        arguments = {name: read(request) for name, read in self.readers.items()}
        return self.handler(**parameters, **arguments)


def find(
    operations: Iterable[Operation], method: str, path: str
) -> tuple[Operation, dict[str, str]]:
    """The operation of a request, and its path's parameters.

    Of two paths that match, `/tickets/mine` and `/tickets/{id}`, the one with fewer parameters is
    meant. Raises NotFound for the path, or MethodNotAllowed.
    """
    found = [
        (operation, parameters)
        for operation in operations
        if (parameters := operation.match(path)) is not None
    ]
    fewest = min((len(parameters) for _, parameters in found), default=0)
    meant = {one.method: (one, given) for one, given in found if len(given) == fewest}
    if not meant:
        raise NotFound
    if method not in meant:
        raise MethodNotAllowed(headers={"Allow": ", ".join(sorted(meant))})
    return meant[method]


def readers(handler: Callable[..., Any], path: str) -> Readers:
    """How to read what a handler declares, except the parameters of its path.

    Raises TypeError for a handler that could not be called.
    """
    annotations = {name: of for name, of in handler.__annotations__.items() if name != "return"}
    in_path = [name for name, annotation in annotations.items() if annotation is str]
    if in_path != re.findall(r"\{(\w+)\}", path):
        msg = f"{handler.__name__} does not take the parameters of {path}"
        raise TypeError(msg)
    is_private = User in annotations.values()
    return {
        name: _reader(annotation, is_private=is_private)
        for name, annotation in annotations.items()
        if name not in in_path
    }


def _reader(annotation: Any, *, is_private: bool) -> Callable[[Request], Any]:
    """How to read an argument of this type; the cursors of a private list are its reader's own."""
    if annotation is Request:
        return lambda request: request
    if annotation is User:
        return lambda request: request.user
    if annotation is Page:
        return lambda request: Page.read(
            request.path, request.user.id if is_private else "", request.query
        )
    if isinstance(annotation, type) and issubclass(annotation, Input):
        return lambda request: read_body(annotation, request.body)
    msg = f"a handler cannot take {annotation}"
    raise TypeError(msg)

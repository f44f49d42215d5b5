"""Pages for what went wrong: what happened, and what to do next."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import NamedTuple

from web.answers import Html


class Failure(NamedTuple):
    """What to tell a visitor."""

    title: str
    advice: str


UNEXPECTED = Failure(
    "Something went wrong on our side",
    "It is not your fault. Go back and try again: you are never charged twice. If you report it, "
    "include the number below.",
)

FAILURES = {
    HTTPStatus.BAD_REQUEST: Failure(
        "We could not read that",
        "Part of the address or the form is missing or was changed. Start again from the list.",
    ),
    HTTPStatus.FORBIDDEN: Failure(
        "You cannot do this here",
        "Either this belongs to somebody else, or the request did not come from our own pages. "
        "Open the page again and retry from there.",
    ),
    HTTPStatus.NOT_FOUND: Failure(
        "There is nothing at this address",
        "The link may be mistyped or old, or it leads to an order of another account. "
        "If you expected an order, check that you are signed in with the right email.",
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: Failure(
        "There is nothing at this address",
        "This address only takes forms from our own pages.",
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Failure(
        "That was too much text",
        "Go back to what you typed, shorten it, and send it again.",
    ),
    HTTPStatus.URI_TOO_LONG: Failure(
        "This link does not work",
        "The address is longer than any of ours. Start again from the list.",
    ),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: Failure(
        "We could not read that", "Go back, reload the page, and send the form again."
    ),
    HTTPStatus.TOO_MANY_REQUESTS: Failure(
        "Too many requests", "Wait a minute, then go back and try again."
    ),
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: Failure(
        "Your browser sent too much",
        "It keeps more cookies for this site than we take. Delete them, and sign in again.",
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: Failure(
        "We cannot be reached for a moment",
        "Many people may be asking for tickets at once. Wait a few seconds and reload this page. "
        "A ticket you reserved stays reserved, and you are never charged twice.",
    ),
    HTTPStatus.INTERNAL_SERVER_ERROR: UNEXPECTED,
}


def failure_page(status: int, headers: Mapping[str, str] | None = None) -> Html:
    """The page for a status; one that has no page of its own is unexpected."""
    known = HTTPStatus(status) if status in FAILURES else HTTPStatus.INTERNAL_SERVER_ERROR
    context = {"failure": FAILURES[known]}
    return Html("failure.html", context, known, headers=headers or {}, failed=True)

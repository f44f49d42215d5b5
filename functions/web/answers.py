"""What a handler can answer a visit with, and how the gateway is told."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, NamedTuple

HTML = "text/html; charset=utf-8"
PRIVATE = "no-store"
FOREVER = "public, max-age=31536000, immutable"

FROM_SCRIPT = "x-requested-with"
"""The request header by which a script of ours asks to be told where a form leads."""


class Html(NamedTuple):
    """A page made from a template."""

    template: str
    context: Mapping[str, object]
    status: HTTPStatus = HTTPStatus.OK
    shared_seconds: int = 0
    """For how long a shared cache may show it to anybody who is not signed in."""
    paying: bool = False
    """It loads Stripe."""
    headers: Mapping[str, str] = {}
    failed: bool = False
    """It is not the page that was wanted, nor the form again."""


class Redirect(NamedTuple):
    """The next page, after a form did what it should."""

    location: str
    cookies: Sequence[str] = ()


class Text(NamedTuple):
    """Anything else that is text."""

    body: str
    content_type: str
    cache_control: str
    headers: Mapping[str, str] = {}


type Answer = Html | Redirect | Text


def as_gateway_answer(
    status: HTTPStatus,
    headers: Mapping[str, str],
    body: str = "",
    cookies: Sequence[str] = (),
) -> dict[str, Any]:
    """The answer in payload format 2.0."""
    return {
        "statusCode": status.value,
        "headers": dict(headers),
        "cookies": [*cookies],
        "body": body,
        "isBase64Encoded": False,
    }


def redirect(answer: Redirect, *, to_script: bool) -> dict[str, Any]:
    """See Other; a script cannot see where that leads, so it is told in a header."""
    if to_script:
        headers = {"X-Location": answer.location, "Cache-Control": PRIVATE}
        return as_gateway_answer(HTTPStatus.OK, headers, cookies=answer.cookies)
    headers = {"Location": answer.location, "Cache-Control": PRIVATE}
    return as_gateway_answer(HTTPStatus.SEE_OTHER, headers, cookies=answer.cookies)


def text(answer: Text, cookies: Sequence[str]) -> dict[str, Any]:
    headers = {
        "Content-Type": answer.content_type,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": answer.cache_control,
        **answer.headers,
    }
    return as_gateway_answer(HTTPStatus.OK, headers, answer.body, cookies)


def caching(answer: Html, *, is_anonymous: bool) -> dict[str, str]:
    """What caches may do with a page: nothing with one that knows its reader.

    A browser always asks again, because it shows another page once its reader signed in.
    """
    if not (answer.shared_seconds and is_anonymous):
        return {"Cache-Control": PRIVATE}
    return {
        "Cache-Control": f"public, max-age=0, s-maxage={answer.shared_seconds}",
        "Vary": "Authorization, Cookie",
    }

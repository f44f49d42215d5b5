"""A browser as the function sees it, and the page it gets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

from tests.gateway import SITE_HOST, LambdaContext, http_event
from web.pages import lambda_handler

SITE = f"https://{SITE_HOST}"
OWN = {"sec-fetch-site": "same-origin"}


@dataclass(frozen=True)
class Page:
    """An answer; header names are lower-case."""

    status: int
    headers: Mapping[str, str]
    cookies: list[str]
    html: str

    @property
    def text(self) -> str:
        """What is there to read, without tags and with single spaces."""
        reader = Reader()
        reader.feed(self.html)
        return " ".join("".join(reader.read).split())

    @property
    def location(self) -> str:
        """Where a form led."""
        assert self.status == 303, self.text
        return self.headers["location"]

    def elements(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of every element of this kind."""
        reader = Reader()
        reader.feed(self.html)
        return [attributes for name, attributes in reader.tags if name == tag]

    def element(self, tag: str, **wanted: str) -> dict[str, str | None]:
        """The one element with these attributes."""
        [found] = [each for each in self.elements(tag) if wanted.items() <= each.items()]
        return found


class Reader(HTMLParser):
    """Collects tags, and text that is not code."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.read: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.cdata_elem is None:
            self.read.append(data)


def request(  # noqa: PLR0913 - the parts of a request
    method: str,
    path: str,
    body: str | None = None,
    *,
    user: str | None = None,
    session: bool | None = None,
    refresh: str | None = None,
    expires_at: datetime | None = None,
    headers: Mapping[str, str] | None = None,
) -> Page:
    """What the function answers; a user has a session, and a session may be of nobody any more.

    Then it may still have a `refresh` token. A user's access token ends with `expires_at`, if ever.
    """
    signed_in = user is not None if session is None else session
    sent = {"authorization": "Session token" if signed_in else "Anonymous", **(headers or {})}
    if refresh:
        sent["cookie"] = f"other=1; __Host-refresh={refresh}"
    event = http_event(method, path, body, user=user, headers=sent)
    if expires_at:
        event["requestContext"]["authorizer"]["lambda"]["expiresAt"] = expires_at.timestamp()
    answer: dict[str, Any] = lambda_handler(event, LambdaContext())
    return Page(
        status=answer["statusCode"],
        headers={name.lower(): value for name, value in answer["headers"].items()},
        cookies=answer["cookies"],
        html=answer["body"],
    )


def get(path: str, **options: Any) -> Page:
    return request("GET", path, **options)


def post(
    path: str, form: Mapping[str, str] | None = None, *, script: bool = False, **options: Any
) -> Page:
    """Sends a form from a page of the site; with `script` as our own script does."""
    headers = {**OWN, "content-type": "application/x-www-form-urlencoded"}
    if script:
        headers["x-requested-with"] = "fetch"
    return request("POST", path, urlencode(form or {}), headers=headers, **options)

"""HTTP for the API's description, made at build time; for any other path there is nothing here."""

from functools import cache
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple

from ticketing import aws
from ticketing.http import HttpApi, Reply, Request

PATH = Path(__file__).with_name("openapi.json")
MAX_AGE = 300
"""Seconds that a cache may go on serving a description after a deployment changed it."""

api = HttpApi()


class Document(NamedTuple):
    """The OpenAPI document, and the entity tag that names its content."""

    text: str
    tag: str


@cache
def document() -> Document:
    """The document that was packed with this function."""
    content = PATH.read_bytes()
    return Document(content.decode(), f'"{sha256(content).hexdigest()[:16]}"')


@api.route("GET", "/api/openapi.json", headers=["If-None-Match"], also=[HTTPStatus.NOT_MODIFIED])
def show_description(request: Request) -> Reply[str | None]:
    """Describe this API, as an OpenAPI 3.1 document."""
    text, tag = document()
    headers = {"Cache-Control": f"public, max-age={MAX_AGE}", "ETag": tag}
    known = request.headers.get("if-none-match", "")
    if tag in known or known.strip() == "*":
        return Reply(None, HTTPStatus.NOT_MODIFIED, headers)
    return Reply(text, headers=headers)


aws.init(document)
lambda_handler = api.lambda_handler

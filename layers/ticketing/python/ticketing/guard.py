"""The guard: what no request may be, refused before anything else looks at it.

| of a request | what is refused | as |
|---|---|---|
| path, query | longer than ours ever are | 414 |
| query | more than 16 parameters; control characters | 400 |
| headers | more than 100, or more than 8 KB of them | 431 |
| headers | an odd name, a name twice; control characters | 400 |
| a change | asked for by another site, or by a cookie that may be | 403 |
| body | larger than the API takes | 413 |
| body | another type than the API's, or compressed | 415 |
| body | no UTF-8 | 400 |
| JSON | nested deeper than 32, a number of more than 64 characters, a field twice | 400 |

What passes is small and plain. Whether it is what an operation wants, its model decides.
"""

import json
import re
from contextlib import suppress
from string import ascii_letters, digits
from typing import NamedTuple

from ticketing.errors import (
    ContentTooLarge,
    CrossSiteRequest,
    FieldError,
    HeadersTooLarge,
    Invalid,
    UnsupportedMediaType,
    UriTooLong,
)
from ticketing.request import SAFE_METHODS, Request

JSON = "application/json"
MAX_BODY_BYTES = 32 * 1024
MAX_PATH, MAX_QUERY, MAX_PARAMETERS = 512, 2048, 16
MAX_HEADERS, MAX_HEADER_CHARACTERS = 100, 8 * 1024
MAX_DEPTH, MAX_NUMBER = 32, 64

REFUSALS = (
    Invalid,
    CrossSiteRequest,
    ContentTooLarge,
    UriTooLong,
    UnsupportedMediaType,
    HeadersTooLarge,
)

COMPRESSED = "The body must not be compressed"
CONTROL_IN_HEADER = "A header must not contain control characters"
CONTROL_IN_QUERY = "The query must not contain control characters"
FIELD_TWICE = "The body has a field twice"
NO_HEADER = "The name of a header is not valid, or there twice"
NO_TEXT = "The body is not UTF-8"
TOO_DEEP = f"The body is nested deeper than {MAX_DEPTH} levels"
TOO_LONG_A_NUMBER = f"A number in the body has more than {MAX_NUMBER} characters"
TOO_MANY_PARAMETERS = f"The query has more than {MAX_PARAMETERS} parameters"

TOKEN_BYTES = f"!#$%&'*+-.^_`|~{digits}{ascii_letters}".encode()
"""What the name of a header is made of (RFC 9110, section 5.6.2)."""

CONTROL_BYTES = bytes({*range(32), 127} - {ord("\t")})

REPLACED = "\N{REPLACEMENT CHARACTER}"
"""What the gateway makes of bytes that are no UTF-8."""

QUOTE = ord('"')
TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+"?(\s*:)?|([\[{])|[\]}]|-?\d[-+.\deE]*', re.DOTALL)
"""Strings, with the colon behind a name; brackets; numbers. It reads each byte once."""


class Guard(NamedTuple):
    """What one API takes."""

    media_type: str = JSON
    max_body_bytes: int = MAX_BODY_BYTES

    def check(self, request: Request) -> None:
        """Raises one of REFUSALS."""
        check_address(request)
        check_headers(request)
        check_origin(request)
        if request.body:
            self._check_body(request)

    def _check_body(self, request: Request) -> None:
        headers, body = request.headers, request.body
        if len(body) > self.max_body_bytes:
            raise ContentTooLarge
        if headers.get("content-type", "").split(";")[0].strip().lower() != self.media_type:
            raise UnsupportedMediaType
        if headers.get("content-encoding", "identity").strip().lower() != "identity":
            raise UnsupportedMediaType(COMPRESSED)
        check_text(body)
        if self.media_type == JSON:
            check_json(body)


def check_address(request: Request) -> None:
    query = "".join(part for pair in request.query.items() for part in pair)
    if len(request.path) > MAX_PATH or len(query) > MAX_QUERY:
        raise UriTooLong
    if len(request.query) > MAX_PARAMETERS:
        raise invalid(TOO_MANY_PARAMETERS)
    if has_control(query):
        raise invalid(CONTROL_IN_QUERY)


def check_headers(request: Request) -> None:
    names, values = "".join(request.headers), "".join(request.headers.values())
    if len(request.headers) > MAX_HEADERS or len(names) + len(values) > MAX_HEADER_CHARACTERS:
        raise HeadersTooLarge
    if request.names_a_header_twice or "" in request.headers or not is_token(names):
        raise invalid(NO_HEADER)
    if has_control(values):
        raise invalid(CONTROL_IN_HEADER)


def check_origin(request: Request) -> None:
    """A browser sends cookies by itself: with one, a change must be known as our own site's.

    Without any it must not be known as another's. A bearer token is never sent by itself: with one,
    both may be, but not together, for a cookie that is not the credential can count, too.
    """
    if request.method in SAFE_METHODS or request.is_own:
        return
    scheme = request.headers.get("authorization", "").partition(" ")[0].lower()
    is_foreign = request.is_own is False
    has_cookie = scheme == "session" or bool(request.cookies)
    if (is_foreign and has_cookie) or ((is_foreign or has_cookie) and scheme != "bearer"):
        raise CrossSiteRequest


def is_token(text: str) -> bool:
    return text.isascii() and not text.encode().translate(None, TOKEN_BYTES)


def has_control(text: str) -> bool:
    """Also if there is half a UTF-16 pair in it, which could not even be answered."""
    try:
        encoded = text.encode()
    except UnicodeEncodeError:
        return True
    return len(encoded.translate(None, CONTROL_BYTES)) < len(encoded)


def check_text(body: bytes) -> None:
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise invalid(NO_TEXT) from None
    if REPLACED in text:
        raise invalid(NO_TEXT)


def check_json(body: bytes) -> None:
    """What a parser should not have to cope with; that it is no JSON at all, it finds itself."""
    objects: list[set[bytes]] = []
    for token in TOKEN.finditer(body):
        text, (colon, opened) = token[0], token.groups()
        if opened:
            objects.append(set())
            if len(objects) > MAX_DEPTH:
                raise invalid(TOO_DEEP)
        elif text in (b"]", b"}"):
            del objects[-1:]
        elif colon and objects:
            check_name(text.removesuffix(colon), objects[-1])
        elif text[0] != QUOTE and len(text) > MAX_NUMBER:
            raise invalid(TOO_LONG_A_NUMBER)


def check_name(name: bytes, known: set[bytes]) -> None:
    """Parsers do not agree on which of two fields with one name counts."""
    if b"\\" in name:
        with suppress(ValueError):
            name = f'"{json.loads(name)}"'.encode()
    if name in known:
        raise invalid(FIELD_TWICE)
    known.add(name)


def invalid(message: str) -> Invalid:
    return Invalid(errors=[FieldError(message)])

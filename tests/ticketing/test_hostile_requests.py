"""Hostile requests: whatever is sent, the answer is a problem of the caller's, never a defect."""

import base64
import json
from http import HTTPStatus
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.gateway import LambdaContext, http_event
from ticketing.http import HttpApi, Page, Request
from ticketing.price import Price
from ticketing.schema import Input, View

api = HttpApi()


class Offer(Input):
    title: str
    price: Price
    places: int = 1


class Title(View):
    title: str


@api.route("POST", "/api/tickets", HTTPStatus.CREATED)
def create(body: Offer, request: Request) -> Title:
    """Take an offer, and read all there is of a request."""
    assert (request.cookies, request.caller, request.source_ip) is not None
    return Title(title=body.title)


@api.route("GET", "/api/tickets")
def list_tickets(page: Page) -> list[Title]:
    """List."""
    return []


@api.route("GET", "/api/tickets/{id}")
def show(id: str) -> Title:  # noqa: A002
    """Show."""
    return Title(title=id)


def answer(event: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """Status and body; whatever was asked, it is well-formed and names the request."""
    said = api.lambda_handler(event, LambdaContext())  # type: ignore[arg-type]
    json.dumps(said).encode()
    assert said["headers"]["X-Request-Id"] == "request-1"
    return said["statusCode"], json.loads(said["body"])


def post(body: str, **fields: Any) -> tuple[int, dict[str, Any]]:
    return answer(http_event("POST", "/api/tickets", body) | fields)


@pytest.mark.parametrize(
    "body",
    [
        "[" * 30_000,
        '{"a":' * 6_000,
        '{"title": "A", "price": 1, "places": ' + "9" * 5_000 + "}",
        '{"title": "A", "price": ' + "9" * 5_000 + "}",
        '{"title": "A", "price": "' + "9" * 5_000 + '"}',
        '{"title": "A", "price": NaN}',
        '{"title": "A", "price": -Infinity}',
        '{"title": "\\ud800", "price": 1}',
        '{"title": "A", "price": 1, "places": 1e999}',
        '{"title": "A", "price": {"$gt": 0}}',
        '{"title": "A", "price": 1, "__proto__": {}}',
        '{"title": "A", "price": 1e999999}',
        '{"title": "A", "price": -0}',
        '{"title": "A", "price": -0.0}',
        '{"title": "A", "price": 1, "title": "B"}',
        '{"title": "A", "price": "1e3"}',
        '{"title": "A", "price": true}',
        '{"title": ["A"], "price": 1}',
        '{"title": "A", "price": 1, "places": "1"}',
        '{"title": "A", "price": 1, "places": 1.5}',
        '{"title": "A", "price": 1, "places": true}',
        '{"title": null, "price": 1}',
        '[{"title": "A", "price": 1}]',
        '"title"',
        "null",
        "1",
        '{"title": "A", "price": 1} {}',
        '{"title": "A", "price": 1,}',
        "{'title': 'A', 'price': 1}",
        '{"title": "A", "price": 1} // ours',
        "\x00",
        "\ud800",
        "﻿{}",
    ],
    ids=lambda body: repr(body[:40]),
)
def test_a_hostile_body_is_bad_input(body: str) -> None:
    assert post(body)[0] == 400


@pytest.mark.parametrize(
    "body", ["%%%", "a", "é", base64.b64encode(b'{"title": "\xff"}').decode(), "", "===="]
)
def test_broken_base64_is_bad_input(body: str) -> None:
    assert post(body, isBase64Encoded=True)[0] == 400


@pytest.mark.parametrize(
    "media_type",
    [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "application/json\n",
        "application/json;;;;",
        ";",
        "\ud800",
        "application/json, text/plain",
        "application/" + "j" * 1_000,
    ],
)
def test_an_odd_media_type_is_json_or_not(media_type: str) -> None:
    status, _ = post("{}", headers={"content-type": media_type})
    assert status in (400, 415)


@pytest.mark.parametrize(
    "fields",
    [
        {"headers": None},
        {"headers": {"Cookie": ";;=;a=;=b; é=é"}},
        {"cookies": ["", "=", "a", "a=b=c"]},
        {"headers": {"Content-Length": "-1", "Transfer-Encoding": "chunked", "Expect": "1"}},
        {"queryStringParameters": None},
        {"queryStringParameters": {"": "", "é": "\N{REPLACEMENT CHARACTER}"}},
    ],
    ids=str,
)
def test_odd_headers_cookies_and_queries_do_no_harm(fields: dict[str, Any]) -> None:
    status, _ = answer(http_event("GET", "/api/tickets") | fields)
    assert status == 200
    status, _ = answer(http_event("POST", "/api/tickets", "{}") | fields)
    assert status in (400, 403, 415)


@pytest.mark.parametrize("name", ["limit", "cursor"])
@pytest.mark.parametrize("value", ["", "\0", "\ud800", "é", "-1", "1e9", "9" * 9_000, "[" * 9_000])
def test_an_odd_page_is_bad_input(name: str, value: str) -> None:
    event = http_event("GET", "/api/tickets") | {"queryStringParameters": {name: value}}
    assert answer(event)[0] in (400, 414)


@given(st.text())
def test_any_path_is_answered(path: str) -> None:
    event = http_event("GET", "/") | {"rawPath": path}
    assert answer(event)[0] in (200, 404, 414)


@given(st.binary(max_size=200))
def test_any_bytes_are_answered(body: bytes) -> None:
    status, said = post(base64.b64encode(body).decode(), isBase64Encoded=True)
    assert (status, said["type"]) == (400, "invalid-input")

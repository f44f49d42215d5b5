"""The request: what is read from the gateway's event, and who is calling."""

import base64
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.gateway import http_event
from ticketing import request as request_module
from ticketing.errors import Invalid, Unauthorized
from ticketing.request import Request, User


def request(body: str | None = None, **fields: Any) -> Request:
    """A POST whose event has these fields beside the usual ones."""
    return Request(http_event("POST", "/api/orders?limit=2", body) | fields)


def test_a_request_says_what_the_gateway_says() -> None:
    sent = request()
    assert (sent.id, sent.method, sent.path) == ("request-1", "POST", "/api/orders")
    assert (sent.source_ip, sent.query) == ("203.0.113.7", {"limit": "2"})


def test_the_edge_knows_the_clients_address_better_than_the_gateway() -> None:
    assert request(headers={"X-Client-Address": "2001:db8::7"}).source_ip == "2001:db8::7"


def test_headers_are_found_by_their_lower_case_names() -> None:
    sent = request(headers={"If-MATCH": '"3"'})
    assert (sent.headers, sent.names_a_header_twice) == ({"if-match": '"3"'}, False)


def test_a_name_in_two_spellings_is_there_twice() -> None:
    assert request(headers={"If-Match": '"3"', "if-match": '"4"'}).names_a_header_twice


def test_what_the_gateway_leaves_out_is_empty() -> None:
    bare = Request({"requestContext": {"requestId": "r", "http": {"method": "GET"}}})
    assert (bare.headers, bare.query, bare.cookies, bare.body) == ({}, {}, {}, b"")
    assert bare.source_ip == ""
    assert bare.caller is None


def test_what_the_gateway_leaves_null_is_empty() -> None:
    fields = {"headers": None, "queryStringParameters": None, "body": None, "cookies": None}
    bare = request(**fields)
    assert (bare.headers, bare.query, bare.cookies, bare.body) == ({}, {}, {}, b"")


def test_cookies_come_from_the_list_or_else_from_the_header() -> None:
    assert request(cookies=["session=a=b", "theme=dark"]).cookies == {
        "session": "a=b",
        "theme": "dark",
    }
    in_header = request(headers={"cookie": "session=abc; odd; theme=dark"})
    assert in_header.cookies == {"session": "abc", "theme": "dark"}


def test_a_body_is_bytes_however_it_is_sent() -> None:
    encoded = base64.b64encode("é".encode()).decode()
    assert request("é").body == "é".encode()
    assert request(encoded, isBase64Encoded=True).body == "é".encode()


@pytest.mark.parametrize("body", ["a", "!!!!", "é===", "YQ==YQ==x"])
def test_a_body_that_is_not_the_base64_it_claims_is_refused(body: str) -> None:
    with pytest.raises(Invalid):
        _ = request(body, isBase64Encoded=True).body


def test_a_body_with_half_a_character_is_refused() -> None:
    with pytest.raises(Invalid):
        _ = request("\ud800").body


def authorized(authorizer: Any) -> Request:
    event = http_event("GET", "/api/orders")
    event["requestContext"]["authorizer"] = authorizer
    return Request(event)


def test_the_caller_is_whom_the_authorizer_found() -> None:
    assert authorized({"lambda": {"userId": "buyer"}}).caller == User("buyer")
    assert authorized({"lambda": {"userId": "buyer"}}).user == User("buyer")


@pytest.mark.parametrize(
    "authorizer", [None, {}, {"lambda": None}, {"lambda": {}}, {"lambda": {"userId": ""}}]
)
def test_the_caller_is_nobody_when_the_authorizer_found_nobody(authorizer: Any) -> None:
    assert authorized(authorizer).caller is None
    with pytest.raises(Unauthorized):
        _ = authorized(authorizer).user


@pytest.mark.parametrize(("expires_in", "user"), [(1, User("buyer")), (0, None), (-1, None)])
def test_a_session_that_ended_since_the_gateway_asked_is_nobodys(
    monkeypatch: pytest.MonkeyPatch, expires_in: int, user: User | None
) -> None:
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    monkeypatch.setattr(request_module, "now", lambda: noon)
    expires_at = int(noon.timestamp()) + expires_in
    assert authorized({"lambda": {"userId": "buyer", "expiresAt": expires_at}}).caller == user
    assert authorized({"lambda": {"userId": "buyer", "expiresAt": f"{expires_at}"}}).caller == user


def test_a_request_is_the_cause_of_what_it_writes_at_one_moment() -> None:
    sent = request()
    assert sent.cause is sent.cause
    assert (sent.cause.correlation_id, sent.cause.causation_id) == ("request-1", "request-1")

"""A change that relies on a cookie is taken from a page of this site only."""

from typing import Any

import pytest

from tests.gateway import Gateway, http_event
from ticketing.errors import CrossSiteRequest
from ticketing.guard import check_origin
from ticketing.http import HttpApi, User
from ticketing.request import Request

SITE = "https://tickets.example"

OWN: list[dict[str, str]] = [
    {"Sec-Fetch-Site": "same-origin"},
    {"Origin": SITE},
    {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
]
FOREIGN: list[dict[str, str]] = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
    {"Sec-Fetch-Site": "same-site", "Origin": SITE},
    {"Sec-Fetch-Site": "SAME-ORIGIN"},
    {"Origin": "https://evil.example"},
    {"Origin": "https://a.tickets.example"},
    {"Origin": "https://tickets.example:8443"},
    {"Origin": "https://tickets.example.evil.example"},
    {"Origin": "http://tickets.example"},
    {"Origin": "null"},
]
UNSAID: dict[str, str] = {}

COOKIES: list[dict[str, str]] = [
    {"Authorization": "Session token"},
    {"Authorization": "Anonymous", "Cookie": "__Host-refresh=token"},
    {"Cookie": "anything=1"},
]
UNSAFE = ["POST", "PUT", "PATCH", "DELETE"]


def request(method: str, *headers: dict[str, str]) -> Request:
    merged = {name: value for each in headers for name, value in each.items()}
    return Request(http_event(method, "/api/orders", headers=merged))


@pytest.mark.parametrize("word", OWN, ids=str)
@pytest.mark.parametrize("cookie", [*COOKIES, {}], ids=str)
def test_a_page_of_our_own_may_change_things(word: dict[str, str], cookie: dict[str, str]) -> None:
    for method in UNSAFE:
        check_origin(request(method, word, cookie))


@pytest.mark.parametrize("word", FOREIGN, ids=str)
@pytest.mark.parametrize("cookie", [*COOKIES, {}], ids=str)
def test_a_page_of_another_site_may_not_with_or_without_a_cookie(
    word: dict[str, str], cookie: dict[str, str]
) -> None:
    for method in UNSAFE:
        with pytest.raises(CrossSiteRequest):
            check_origin(request(method, word, cookie))


@pytest.mark.parametrize("cookie", COOKIES, ids=str)
def test_a_cookie_alone_is_not_enough(cookie: dict[str, str]) -> None:
    for method in UNSAFE:
        with pytest.raises(CrossSiteRequest):
            check_origin(request(method, UNSAID, cookie))


def test_a_client_without_cookies_needs_to_say_nothing() -> None:
    for method in UNSAFE:
        check_origin(request(method, {"Authorization": "Anonymous"}))


@pytest.mark.parametrize("word", [UNSAID, *FOREIGN], ids=str)
@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
def test_a_bearer_token_is_never_sent_by_itself(scheme: str, word: dict[str, str]) -> None:
    for method in UNSAFE:
        check_origin(request(method, word, {"Authorization": f"{scheme} t"}))


def test_a_client_with_a_bearer_token_may_keep_cookies_too() -> None:
    for method in UNSAFE:
        check_origin(request(method, {"Authorization": "Bearer t", "Cookie": "a=1"}))


@pytest.mark.parametrize("word", FOREIGN, ids=str)
def test_a_bearer_token_is_no_excuse_for_a_foreign_page_with_a_cookie(word: dict[str, str]) -> None:
    """A refresh token is in a cookie, and counts whatever the access token is."""
    for method in UNSAFE:
        headers = {"Authorization": "Bearer t", "Cookie": "__Host-refresh=token"}
        with pytest.raises(CrossSiteRequest):
            check_origin(request(method, word, headers))


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
@pytest.mark.parametrize("word", FOREIGN, ids=str)
def test_whoever_may_look(method: str, word: dict[str, str]) -> None:
    check_origin(request(method, word, COOKIES[0]))


def test_without_an_edge_no_origin_is_our_own() -> None:
    event = http_event("POST", "/") | {"headers": {"origin": SITE}}
    assert Request(event).is_own is False


def test_the_list_of_cookies_counts_like_the_header() -> None:
    event: dict[str, Any] = http_event("POST", "/") | {"cookies": ["a=1"]}
    with pytest.raises(CrossSiteRequest):
        check_origin(Request(event))


def test_an_api_refuses_before_it_does_anything() -> None:
    api = HttpApi()

    @api.route("POST", "/api/orders")
    def reserve(user: User) -> None:
        """Reserve."""
        pytest.fail("reserved")

    headers = {"Authorization": "Session token", "Origin": "https://evil.example"}
    answer = Gateway(api.lambda_handler)("POST", "/api/orders", user="buyer", headers=headers)
    assert (answer.status, answer.slug) == (403, "cross-site-request")
    elsewhere = Gateway(api.lambda_handler)("POST", "/api/nothing", headers=headers)
    assert elsewhere.slug == "cross-site-request"

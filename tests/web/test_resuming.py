"""A browser whose access token has expired: a page goes on with its session, for one more call."""

from datetime import timedelta

import pytest

from tests.web.api import Api
from tests.web.browser import Page, get, post, request
from tests.web.builders import a_problem, a_ticket, an_order
from tests.web.conftest import JUST_BEFORE_THE_CONCERT
from web.settings import settings

KEPT = ["__Host-session=new; Path=/", "__Host-refresh=next; Path=/"]
GONE = ["__Host-session=; Max-Age=0; Path=/", "__Host-refresh=; Max-Age=0; Path=/"]


def set_cookies(*cookies: str) -> list[tuple[str, str]]:
    return [("Set-Cookie", cookie) for cookie in cookies]


@pytest.fixture(autouse=True)
def session(api: Api) -> None:
    """The API goes on with any session."""
    tokens = {"id": "buyer", "email": "a@example.com", "token": "new", "refreshToken": "next"}
    api.says("POST /api/users/refresh", tokens, 200, *set_cookies(*KEPT))
    api.says("GET /api/tickets", [])
    api.says("GET /api/orders", [])


def expiring(path: str, seconds: int, **options: str) -> Page:
    """A page for a browser whose access token is good for so many seconds more."""
    expires_at = JUST_BEFORE_THE_CONCERT + timedelta(seconds=seconds)
    return get(path, user="buyer", expires_at=expires_at, **options)


def calls(api: Api) -> list[str]:
    return [f"{one.method} {one.path.partition('?')[0]}" for one in api.asked]


def expired(path: str, **options: str) -> Page:
    """A page for a browser that has nothing but a refresh token that is good."""
    return get(path, session=True, refresh="old", **options)


def test_a_page_for_members_is_shown_and_the_browser_keeps_the_new_tokens(api: Api) -> None:
    page = expired("/orders")
    assert (page.status, page.cookies) == (200, KEPT)
    assert "My orders" in page.text
    assert calls(api) == ["POST /api/users/refresh", "GET /api/orders"]
    refreshing, listing = api.asked
    assert refreshing.body == {"refreshToken": "old"}
    assert listing.headers["authorization"] == "Session new"


def test_the_refresh_itself_goes_without_the_expired_token(api: Api) -> None:
    expired("/orders")
    assert api.asked[0].headers["authorization"] == "Anonymous"


def test_a_page_for_everybody_knows_its_reader_and_is_not_shared(api: Api) -> None:
    page = expired("/")
    assert "Sign out" in page.text
    assert page.cookies == KEPT
    assert page.headers["cache-control"] == "no-store"


def test_a_form_does_what_it_should(api: Api) -> None:
    api.says("POST /api/orders", an_order())
    page = post("/tickets/ticket-1/reserve", {"price": "50"}, session=True, refresh="old")
    assert page.location == "/orders/order-1"
    assert page.cookies == KEPT
    assert api.asked[1].headers["authorization"] == "Session new"


def test_a_session_without_its_access_cookie_goes_on_too(api: Api) -> None:
    assert get("/orders", refresh="old").cookies == KEPT


def test_nothing_is_refreshed_for_a_token_that_is_good(api: Api) -> None:
    page = get("/orders", user="buyer", refresh="old")
    assert page.cookies == []
    assert calls(api) == ["GET /api/orders"]


@pytest.mark.parametrize(("seconds", "kept"), [(30, KEPT), (31, [])])
def test_a_token_that_may_expire_during_the_visit_is_replaced_before(
    seconds: int, kept: list[str]
) -> None:
    page = expiring("/orders", seconds, refresh="old")
    assert (page.status, page.cookies) == (200, kept)


def test_where_no_session_can_go_on_an_access_token_is_good_to_its_last_second(api: Api) -> None:
    assert expiring("/orders", 1).status == 200
    assert calls(api) == ["GET /api/orders"]


def test_a_session_that_has_ended_has_ended_though_its_access_token_is_good_for_seconds(
    api: Api,
) -> None:
    api.says("POST /api/users/refresh", a_problem("session-ended"), 401, *set_cookies(*GONE))
    page = expiring("/orders", 1, refresh="old")
    assert (page.status, page.cookies) == (401, GONE)


def test_a_session_that_has_ended_is_said_and_its_cookies_go(api: Api) -> None:
    api.says("POST /api/users/refresh", a_problem("session-ended"), 401, *set_cookies(*GONE))
    page = expired("/orders")
    assert (page.status, page.cookies) == (401, GONE)
    assert "Your session has ended" in page.text
    assert "Sign out" not in page.text
    page = expired("/")
    assert (page.status, page.cookies) == (200, GONE)
    assert "Sign in" in page.text


def test_an_api_that_is_down_ends_no_session(api: Api) -> None:
    api.says("POST /api/users/refresh", a_problem("unavailable"), 503)
    page = expired("/orders")
    assert (page.status, page.cookies) == (503, [])
    assert expiring("/orders", 1, refresh="old").status == 200


@pytest.mark.parametrize("path", ["/robots.txt", "/sitemap.xml", "/favicon.ico", "/nothing"])
def test_what_is_the_same_for_everybody_needs_no_session(api: Api, path: str) -> None:
    assert expired(path).cookies == []
    assert "POST /api/users/refresh" not in calls(api)


def test_a_form_of_another_site_refreshes_nothing(api: Api) -> None:
    headers = {"sec-fetch-site": "cross-site"}
    page = request("POST", "/auth/signout", "", session=True, refresh="old", headers=headers)
    assert page.status == 403
    assert api.asked == []


def test_signing_out_ends_the_session_that_goes_on(api: Api) -> None:
    api.says("POST /api/users/signout", {}, 200, *set_cookies(*GONE))
    page = post("/auth/signout", session=True, refresh="old")
    assert page.cookies == KEPT + GONE  # Of two for one name a browser keeps the last.
    assert api.asked[-1].headers["authorization"] == "Session new"


def test_a_seller_is_known_on_the_page_of_the_ticket(api: Api) -> None:
    api.says("GET /api/tickets/ticket-1", a_ticket(userId="buyer"))
    assert "Withdraw" in expired("/tickets/ticket-1").text


def test_without_tls_the_cookie_has_its_plain_name(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SITE_URL", "http://127.0.0.1:8000")
    settings.cache_clear()
    assert get("/orders", headers={"cookie": "refresh=old"}).cookies == KEPT
    assert get("/orders", refresh="old").status == 303

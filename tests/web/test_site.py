"""Every page: who may send forms, what protects it, and what is said when something is wrong."""

import gc
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest

from tests.web.api import Api
from tests.web.browser import OWN, SITE, get, post, request
from tests.web.builders import a_problem, a_ticket, an_order
from ticketing.telemetry import logger
from web import browsing, pages
from web.rendering import environment
from web.routing import Route, find
from web.settings import settings


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site", "origin": SITE},
        {"sec-fetch-site": "none"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {},
    ],
)
def test_a_form_of_another_site_is_refused(api: Api, headers: dict[str, str]) -> None:
    page = request("POST", "/auth/signout", "", user="buyer", headers=headers)
    assert page.status == 403
    assert "did not come from our own pages" in page.text
    assert api.asked == []


def test_a_form_of_which_nothing_is_known_is_refused_even_without_a_session(api: Api) -> None:
    assert request("POST", "/auth/signin", "", headers={}).status == 403
    assert api.asked == []


@pytest.mark.parametrize("headers", [OWN, {"origin": SITE}])
def test_a_form_of_our_own_is_taken(api: Api, headers: dict[str, str]) -> None:
    api.says("POST /api/users/signout", {})
    assert request("POST", "/auth/signout", "", headers=headers).status == 303


def test_the_api_is_shown_who_asks_and_that_the_edge_was_passed(api: Api) -> None:
    api.says("GET /api/tickets", [])
    request("GET", "/", user="buyer", headers={"X-Origin-Verify": "proof"})
    assert api.asked[0].headers["authorization"] == "Session token"
    assert api.asked[0].headers["x-origin-verify"] == "proof"


def test_a_page_carries_what_protects_it(api: Api) -> None:
    api.says("GET /api/tickets", [])
    headers = get("/").headers
    policy = headers["content-security-policy"].split("; ")
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self'" in policy
    assert "upgrade-insecure-requests" in policy
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["strict-transport-security"].startswith("max-age=63072000")
    assert "payment=()" in headers["permissions-policy"]


def test_nothing_is_promised_about_https_where_there_is_none(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SITE_URL", "http://127.0.0.1:8000")
    settings.cache_clear()
    api.says("GET /api/tickets", [])
    headers = get("/").headers
    assert "strict-transport-security" not in headers
    assert "upgrade-insecure-requests" not in headers["content-security-policy"]


def test_no_page_has_code_or_style_of_its_own(api: Api) -> None:
    api.says("GET /api/tickets", [])
    for path in ("/", "/auth/signin", "/nothing"):
        page = get(path)
        assert all(script.get("src") for script in page.elements("script"))
        assert page.elements("style") == []
        assert " style=" not in page.html
        assert " onclick=" not in page.html


def test_what_is_read_out_outlives_the_content(api: Api) -> None:
    api.says("GET /api/tickets/ticket-1", a_ticket())
    api.says("GET /api/orders/order-1", an_order())
    for path in ("/", "/tickets/ticket-1", "/orders/order-1", "/nothing"):
        before, _, after = get(path, user="buyer").html.partition("</main>")
        assert "data-live" not in before
        assert after.count('<p class="hidden" role="status" data-live></p>') == 1


def test_every_answer_names_its_request(api: Api) -> None:
    api.says("GET /api/tickets", [])
    for path in ("/", "/nothing", "/robots.txt", "/orders"):
        assert get(path).headers["x-request-id"] == "request-1"


def test_an_unknown_address_says_what_to_do_and_names_the_request() -> None:
    page = get("/nothing")
    assert page.status == 404
    assert "There is nothing at this address" in page.text
    assert "Request request-1" in page.text
    assert page.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "path", [route.path for route in pages.site.routes if route.method == "POST"]
)
def test_an_address_of_a_form_is_one_of_a_page_too(path: str) -> None:
    assert "GET" in find(pages.site.routes, path.format(id="item-1"))


@pytest.mark.parametrize(
    ("path", "back"),
    [
        ("/tickets/x/reserve", "/tickets/x"),
        ("/account/password", "/account"),
        ("/auth/signout", "/"),
    ],
)
def test_who_asks_for_the_address_of_an_action_is_led_back(path: str, back: str) -> None:
    assert get(path).location == back


def test_a_method_that_a_page_does_not_know_names_those_it_knows() -> None:
    page = request("DELETE", "/auth/signin")
    assert (page.status, page.headers["allow"]) == (405, "GET, POST")


def test_head_is_get_without_a_body(api: Api) -> None:
    api.says("GET /api/tickets", [])
    page = request("HEAD", "/")
    assert (page.status, page.html) == (200, "")
    assert page.headers["content-type"] == "text/html; charset=utf-8"


def test_an_ended_session_can_begin_again_on_the_spot() -> None:
    page = get("/orders/order-1", session=True)
    assert page.status == 401
    assert "Your session has ended" in page.text
    assert "request-1" in page.text
    assert page.element("form", action="/auth/signin")
    assert page.element("input", name="next")["value"] == "/orders/order-1"


@pytest.mark.parametrize(
    "route",
    [route for route in pages.site.routes if route.method == "POST" and route.private],
    ids=lambda route: route.path,
)
def test_whoever_sends_a_form_as_their_session_ends_signs_in_and_goes_on(
    api: Api, route: Route
) -> None:
    for method in ("GET", "POST", "PUT", "DELETE"):
        for call in ("users/password", "users/me", "users/signout", "tickets", "orders"):
            api.says(f"{method} /api/{call}", a_problem("not-signed-in"), 401)
        for call in ("tickets", "orders"):
            api.says(f"{method} /api/{call}/item-1", a_problem("not-signed-in"), 401)
    page = post(route.path.format(id="item-1"), {"title": "typed"}, user="buyer")
    assert page.status == 401
    assert "Your session has ended" in page.text
    assert "Sign out" not in page.text
    back = str(page.element("input", name="next")["value"])
    assert back == (route.back or route.path).format(id="item-1")
    assert "GET" in find(pages.site.routes, back)


def test_our_own_script_is_told_that_the_session_ended() -> None:
    page = post("/tickets/new", {"title": "typed"}, session=True, script=True)
    assert page.status == 401
    assert post("/tickets/new", script=True).headers["x-location"].startswith("/auth/signin")


def test_who_is_signed_in_sees_the_own_pages_in_the_header(api: Api) -> None:
    api.says("GET /api/tickets", [])
    assert "My orders" in get("/", user="buyer").text
    assert "Sign out" in get("/", user="buyer").text
    assert "My orders" not in get("/").text


@pytest.mark.parametrize("status", [502, 503, 504])
def test_an_api_that_is_down_is_a_pause(api: Api, status: int) -> None:
    api.says("GET /api/tickets", "<html>Bad gateway</html>", status)
    page = get("/")
    assert (page.status, page.headers["retry-after"]) == (503, "5")
    assert "We cannot be reached for a moment" in page.text
    assert "request-1" in page.text


def test_an_api_that_cannot_be_reached_is_a_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_URL", "http://127.0.0.1:1")
    settings.cache_clear()
    assert get("/").status == 503


def test_an_api_that_is_slow_is_asked_no_more_than_there_is_time_for(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.says("POST /api/orders", a_problem("price-changed"), 409)
    moments = iter((0.0, 9.0, 9.1))
    clock = SimpleNamespace(monotonic=lambda: next(moments))
    monkeypatch.setattr("web.backend.time", clock)
    page = post("/tickets/ticket-1/reserve", user="buyer")
    assert page.status == 503
    assert "We cannot be reached for a moment" in page.text
    assert [one.path for one in api.asked] == ["/api/orders"]


@pytest.mark.parametrize("status", [500, 418])
def test_what_nobody_expects_of_the_api_is_our_failure(api: Api, status: int) -> None:
    api.says("GET /api/tickets", {"type": "teapot"}, status)
    page = get("/")
    assert page.status == 500
    assert "Something went wrong on our side" in page.text
    assert "nothing was charged" not in page.text


def test_a_defect_tells_nothing_but_its_request(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: Any) -> None:
        message = "a secret detail"
        raise RuntimeError(message)

    monkeypatch.setattr("web.backend.Backend.tickets", fail)
    page = get("/")
    assert page.status == 500
    assert "request-1" in page.text
    assert "secret" not in page.html


def test_a_defect_of_a_template_is_answered_and_logged_as_any_other(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", log)
    api.says("GET /api/orders", [an_order(status="unheard-of")])
    page = get("/orders", user="buyer")
    assert page.status == 500
    assert "Something went wrong on our side" in page.text
    assert page.headers["x-request-id"] == "request-1"
    assert '"message":"defect"' in log.getvalue()
    assert '"message":"request"' in log.getvalue()


@pytest.mark.parametrize("status", [429, 503])
def test_how_long_to_wait_is_said_as_the_api_says_it(api: Api, status: int) -> None:
    api.says("POST /api/orders", None, status, ("Retry-After", "7"))
    page = post("/tickets/ticket-1/reserve", user="buyer", script=True)
    assert (page.status, page.headers["retry-after"]) == (status, "7")


@pytest.mark.parametrize("status", [403, 429, 500])
def test_a_failure_is_one_to_our_own_script_too(api: Api, status: int) -> None:
    api.says("POST /api/orders", None, status)
    page = post("/tickets/ticket-1/reserve", user="buyer", script=True)
    assert page.status == status


def test_too_many_requests_is_said(api: Api) -> None:
    api.says("GET /api/tickets", {"message": "Too Many Requests"}, 429)
    page = get("/")
    assert page.status == 429
    assert "Wait a minute" in page.text


def test_each_path_and_method_is_served_once() -> None:
    keys = [(route.method, route.path) for route in pages.site.routes]
    assert len(set(keys)) == len(keys)
    assert set(browsing.routes.all) <= set(pages.site.routes)


def test_a_function_compiles_its_pages_while_it_starts() -> None:
    compiled = environment().cache
    assert compiled is not None
    compiled.clear()
    pages.start({"AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand"})
    gc.unfreeze()
    assert len(compiled) == len(environment().list_templates())

"""Sign up, in and out: the session reaches the browser, the visitor where they wanted to go."""

import pytest

from tests.web.api import Api
from tests.web.browser import OWN, get, post, request
from tests.web.builders import a_problem
from web.visit import FORM

COOKIE = "session=token; HttpOnly; Secure; SameSite=Lax; Path=/"
USER = {"id": "user-1", "email": "a@example.com"}
TYPED = {"email": "a@example.com", "password": "correct horse", "next": "/tickets/ticket-1"}


@pytest.mark.parametrize("action", ["signin", "signup"])
def test_a_session_reaches_the_browser(api: Api, action: str) -> None:
    api.says(f"POST /api/users/{action}", USER, 200, ("Set-Cookie", COOKIE))
    page = post(f"/auth/{action}", TYPED)
    assert page.location == "/tickets/ticket-1"
    assert page.cookies == [COOKIE]
    assert api.asked[0].body == {"email": "a@example.com", "password": "correct horse"}


@pytest.mark.parametrize("action", ["signin", "signup"])
@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil", ""])
def test_nobody_is_led_away(api: Api, action: str, target: str) -> None:
    api.says(f"POST /api/users/{action}", USER, 200, ("Set-Cookie", COOKIE))
    assert post(f"/auth/{action}", TYPED | {"next": target}).location == "/"
    page = get(f"/auth/{action}?next={target}")
    assert page.element("input", name="next")["value"] == "/"


@pytest.mark.parametrize("action", ["signin", "signup"])
def test_the_form_remembers_where_to_go(action: str) -> None:
    page = get(f"/auth/{action}?next=/orders/order-1")
    assert page.element("input", name="next")["value"] == "/orders/order-1"
    other = "signup" if action == "signin" else "signin"
    assert page.element("a", href=f"/auth/{other}?next=/orders/order-1")


def test_wrong_credentials_keep_the_address_and_not_the_password(api: Api) -> None:
    api.says("POST /api/users/signin", a_problem("invalid-credentials"), 401)
    page = post("/auth/signin", TYPED)
    assert page.status == 401
    assert "Email or password is wrong." in page.text
    assert page.element("input", id="email")["value"] == "a@example.com"
    assert "value" not in page.element("input", id="password")
    assert "correct horse" not in page.html
    assert page.element("input", name="next")["value"] == "/tickets/ticket-1"


def test_a_locked_name_says_how_long_to_wait(api: Api) -> None:
    problem = a_problem("too-many-attempts")
    api.says("POST /api/users/signin", problem, 429, ("Retry-After", "30"))
    page = post("/auth/signin", TYPED)
    assert (page.status, page.headers["retry-after"]) == (429, "30")
    assert "Wait 30 seconds" in page.text


@pytest.mark.parametrize(
    ("seconds", "words"),
    [("1", "1 second"), ("60", "60 seconds"), ("61", "2 minutes"), ("3600", "60 minutes")],
)
def test_a_wait_is_said_as_people_say_it(api: Api, seconds: str, words: str) -> None:
    limited = a_problem("too-many-attempts")
    api.says("POST /api/users/signin", limited, 429, ("Retry-After", seconds))
    assert f"Wait {words} and try again." in post("/auth/signin", TYPED).text


def test_a_crowded_network_says_how_long_to_wait(api: Api) -> None:
    problem = a_problem("too-many-sign-ups")
    api.says("POST /api/users/signup", problem, 429, ("Retry-After", "3001"))
    page = post("/auth/signup", TYPED)
    assert page.status == 429
    assert "Too many accounts were just created from your network. Wait 51 minutes" in page.text


def test_the_api_hears_whose_browser_it_is_for(api: Api) -> None:
    api.says("POST /api/users/signin", USER, 200, ("Set-Cookie", COOKIE))
    request(
        "POST",
        "/auth/signin",
        "email=a",
        headers={**OWN, "content-type": FORM, "x-client-address": "198.51.100.7"},
    )
    assert api.asked[0].headers["x-client-address"] == "198.51.100.7"


def test_an_address_in_use_is_said_beside_it(api: Api) -> None:
    api.says("POST /api/users/signup", a_problem("email-in-use"), 409)
    page = post("/auth/signup", TYPED)
    assert page.element("input", id="email")["aria-invalid"] == "true"
    assert "This email already has an account. Sign in, or use another email." in page.text


def test_a_short_password_is_said_beside_it_with_the_rule(api: Api) -> None:
    message = "Password must have at least 8 characters"
    api.says(
        "POST /api/users/signup",
        a_problem("invalid-input", {"message": message, "field": "password"}),
        400,
    )
    page = post("/auth/signup", TYPED)
    field = page.element("input", id="password")
    assert field["aria-describedby"] == "password-error password-hint"
    assert message in page.text


def test_signing_out_clears_the_cookie(api: Api) -> None:
    ended = "session=; Max-Age=0; Path=/"
    api.says("POST /api/users/signout", {}, 200, ("Set-Cookie", ended))
    page = post("/auth/signout", user="buyer")
    assert (page.location, page.cookies) == ("/", [ended])


def test_our_own_script_is_told_where_to_go(api: Api) -> None:
    api.says("POST /api/users/signin", USER, 200, ("Set-Cookie", COOKIE))
    page = post("/auth/signin", TYPED, script=True)
    assert (page.status, page.headers["x-location"]) == (200, "/tickets/ticket-1")
    assert page.cookies == [COOKIE]


def test_to_our_own_script_a_form_that_comes_back_is_no_failure(api: Api) -> None:
    api.says("POST /api/users/signin", a_problem("invalid-credentials"), 401)
    page = post("/auth/signin", TYPED, script=True)
    assert page.status == 200
    assert "Email or password is wrong." in page.text
    api.says("POST /api/users/signin", a_problem("unavailable"), 503)
    assert post("/auth/signin", TYPED, script=True).status == 503

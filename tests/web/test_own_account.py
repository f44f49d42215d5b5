"""One's own account: what is known of it, and what the visitor can do about it."""

import json
from typing import Any

import pytest

from tests.web.api import Api
from tests.web.browser import get, post, request
from tests.web.builders import a_problem, a_ticket, an_order

EMAIL = "bo@example.com"
SESSION, REFRESH = "session=new; Path=/", "refresh=new; Path=/"
ENDED = "session=; Max-Age=0; Path=/"
TYPED = {"currentPassword": "battery staple", "newPassword": "correct horse"}
WRONG = {"message": "The password is wrong", "field": "currentPassword"}


@pytest.fixture(autouse=True)
def signed_in(api: Api) -> None:
    api.says("GET /api/users/currentuser", {"currentUser": {"id": "buyer", "email": EMAIL}})


def asked(api: Api) -> list[tuple[str, Any]]:
    """What the API was asked, without the address for the page itself."""
    calls = [(f"{one.method} {one.path}", one.body) for one in api.asked]
    return [call for call in calls if call[0] != "GET /api/users/currentuser"]


def test_the_page_says_who_one_is_and_leads_to_everything() -> None:
    page = get("/account", user="buyer")
    assert page.status == 200
    assert f"You are signed in as {EMAIL}" in page.text
    assert page.headers["cache-control"] == "no-store"
    forms = {form["action"] for form in page.elements("form")}
    assert forms == {"/auth/signout", "/account/password", "/account/signout"}
    assert "download" not in page.element("a", href="/account/export")
    assert page.element("a", href="/account/erase")


@pytest.mark.parametrize("path", ["/account", "/account/erase"])
def test_a_password_manager_is_told_whose_password_it_is(path: str) -> None:
    field = get(path, user="buyer").element("input", autocomplete="username")
    assert (field["type"], field["value"]) == ("email", EMAIL)
    assert {"readonly", "hidden"} <= field.keys()


def test_every_page_of_who_is_signed_in_leads_there(api: Api) -> None:
    api.says("GET /api/tickets", [])
    assert get("/", user="buyer").element("a", href="/account")
    assert not [link for link in get("/").elements("a") if link["href"] == "/account"]


@pytest.mark.parametrize("path", ["/account", "/account/erase"])
def test_nobody_is_asked_to_sign_in_first(api: Api, path: str) -> None:
    assert get(path).location == f"/auth/signin?next={path}"
    assert api.asked == []


def test_signing_in_for_the_download_leads_to_a_page_that_offers_it() -> None:
    assert get("/account/export").location == "/auth/signin?next=/account"


@pytest.mark.parametrize("action", ["password", "signout", "erase"])
def test_a_form_of_another_site_changes_nothing(api: Api, action: str) -> None:
    foreign = {"sec-fetch-site": "cross-site"}
    page = request("POST", f"/account/{action}", "", user="buyer", headers=foreign)
    assert page.status == 403
    assert api.asked == []


def test_a_session_that_is_nobodys_any_more_has_ended(api: Api) -> None:
    api.says("GET /api/users/currentuser", {"currentUser": None})
    page = get("/account", user="buyer")
    assert page.status == 401
    assert "Your session has ended" in page.text


def test_the_export_is_one_file_with_account_tickets_and_orders(api: Api) -> None:
    account = {"id": "buyer", "email": EMAIL, "sessions": []}
    elsewhere = {"tickets": "/api/tickets/mine", "orders": "/api/orders"}
    api.says("GET /api/users/me/export", account | {"elsewhere": elsewhere})
    api.says("GET /api/tickets/mine", [a_ticket(title="Beyoncé", price=34.55)])
    api.says("GET /api/orders", [an_order()])
    page = get("/account/export", user="buyer")
    assert page.headers["content-type"] == "application/json"
    assert page.headers["content-disposition"] == 'attachment; filename="ticketing.json"'
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["x-content-type-options"] == "nosniff"
    assert json.loads(page.html) == {
        "account": account,
        "tickets": [a_ticket(title="Beyoncé", price=34.55)],
        "orders": [an_order()],
    }


def test_the_export_has_every_page_of_a_list(api: Api) -> None:
    api.says("GET /api/users/me/export", {"elsewhere": {"orders": "/api/orders"}})
    following = ("Link", '</api/orders?limit=100&cursor=a%2Bb>; rel="next"')
    api.says("GET /api/orders", [an_order()], 200, following)
    api.says("GET /api/orders?limit=100&cursor=a%2Bb", [an_order(id="order-2")])
    found = json.loads(get("/account/export", user="buyer").html)
    assert [order["id"] for order in found["orders"]] == ["order-1", "order-2"]
    assert [call for call, _ in asked(api)][1:] == [
        "GET /api/orders?limit=100",
        "GET /api/orders?limit=100&cursor=a%2Bb",
    ]


def test_a_new_password_keeps_this_browser_signed_in(api: Api) -> None:
    cookies = [("Set-Cookie", SESSION), ("Set-Cookie", REFRESH)]
    api.says("POST /api/users/password", {"id": "buyer", "email": EMAIL}, 200, *cookies)
    page = post("/account/password", TYPED, user="buyer")
    assert page.cookies == [SESSION, REFRESH]
    assert asked(api) == [("POST /api/users/password", TYPED)]
    assert "Your password has been changed" in get(page.location, user="buyer").text
    assert "Your password has been changed" not in get("/account", user="buyer").text


def test_a_wrong_password_is_said_beside_it_and_none_is_sent_back(api: Api) -> None:
    api.says("POST /api/users/password", a_problem("wrong-password", WRONG), 400)
    page = post("/account/password", TYPED, user="buyer")
    assert page.status == 400
    field = page.element("input", id="currentPassword")
    assert (field["aria-invalid"], field["aria-describedby"]) == ("true", "currentPassword-error")
    assert page.element("a", href="#currentPassword")
    assert not [typed for typed in TYPED.values() if typed in page.html]


def test_too_many_wrong_passwords_say_how_long_to_wait(api: Api) -> None:
    locked = a_problem("too-many-attempts")
    for call in ("POST /api/users/password", "DELETE /api/users/me"):
        api.says(call, locked, 429, ("Retry-After", "30"))
    for action in ("password", "erase"):
        page = post(f"/account/{action}", TYPED, user="buyer")
        assert (page.status, page.headers["retry-after"]) == (429, "30")
        assert "Wait 30 seconds" in page.text


def test_signing_out_everywhere_ends_this_session_too(api: Api) -> None:
    api.says("POST /api/users/signout", {}, 200, ("Set-Cookie", ENDED))
    page = post("/account/signout", user="buyer")
    assert (page.location, page.cookies) == ("/", [ENDED])
    assert asked(api) == [("POST /api/users/signout", {"everywhere": True})]


def test_before_an_account_is_erased_the_visitor_is_told_what_goes(api: Api) -> None:
    page = get("/account/erase", user="buyer")
    assert "Erase your account for good?" in page.text
    assert page.element("input", id="password")["autocomplete"] == "current-password"
    assert page.element("a", href="/account", **{"class": "button quiet"})
    assert asked(api) == []


def test_an_erased_account_leads_to_a_page_that_says_so(api: Api) -> None:
    api.says("DELETE /api/users/me", None, 204, ("Set-Cookie", ENDED))
    page = post("/account/erase", {"password": "battery staple"}, user="buyer")
    assert (page.location, page.cookies) == ("/account/erased", [ENDED])
    assert asked(api) == [("DELETE /api/users/me", {"password": "battery staple"})]
    assert "Your account is erased" in get(page.location).text


def test_with_a_wrong_password_nothing_is_erased_and_the_question_stays(api: Api) -> None:
    wrong = {"message": "The password is wrong", "field": "password"}
    api.says("DELETE /api/users/me", a_problem("wrong-password", wrong), 400)
    page = post("/account/erase", {"password": "battery staple"}, user="buyer")
    assert page.status == 400
    assert "Erase your account for good?" in page.text
    assert page.element("input", id="password")["aria-invalid"] == "true"
    assert "battery staple" not in page.html

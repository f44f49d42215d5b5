"""Answers that are none of ours: limits, overload and the firewall, in front of pages and API."""

import re
from time import monotonic
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import sign_in
from tests.browser.tab import OpenTab, Tab
from tests.browser.test_buying import APPROVED, THANKS, pays_with
from tests.journeys.people import PASSWORD, Person

pytestmark = pytest.mark.browser

BEGIN = "/api/payments"
LIMIT = {"status": 429, "json": {"message": "Too Many Requests"}}
FIREWALL = {"status": 429, "body": "", "headers": {"Retry-After": "300"}}
OVERLOAD = {"status": 503, "json": {"message": "Service Unavailable"}}
FORBIDDEN = {"status": 403, "body": "<h1>403 ERROR</h1>", "content_type": "text/html"}
PAUSE = {"status": 503, "body": "<main><h1>A moment</h1></main>", "content_type": "text/html"}
TOO_SMALL = {"status": 409, "json": {"errors": [{"message": "Amount must be at least $0.50 usd"}]}}


def is_refused(tab: Tab, path: str, *answers: dict[str, Any]) -> None:
    """The next requests to a path do not arrive there."""
    left = [*answers]
    tab.page.route(
        tab.url + path, lambda route: route.fulfill(**left.pop(0)) if left else route.continue_()
    )
    tab.expects(f"({'|'.join(str(one['status']) for one in answers)}) [A-Z]+ {path}")


def alert(tab: Tab, text: str | re.Pattern[str]) -> None:
    """Something is wrong, and whoever cannot see it is told, too."""
    found = tab.page.get_by_role("alert").filter(has_text=text)
    expect(found).to_be_visible(timeout=30_000)
    expect(found).to_be_focused()


@pytest.fixture
def ticket(seller: Person) -> dict[str, Any]:
    return seller.lists("Nick Cave", 49.5)


@pytest.fixture
def order(buyer: Person, ticket: dict[str, Any]) -> str:
    """The page of an order that waits for its payment."""
    return f"/orders/{buyer.reserves(ticket)['id']}"


@pytest.fixture
def payer(open_tab: OpenTab, buyer: Person) -> Tab:
    return open_tab(buyer)


def test_the_card_form_comes_when_the_rush_is_over(payer: Tab, order: str) -> None:
    failures = ({"status": status, "body": ""} for status in (500, 502, 504))
    is_refused(payer, BEGIN, LIMIT, OVERLOAD, *failures)
    payer.goes_to(order)
    pays_with(payer, "Pays")
    payer.reads(THANKS)


def test_a_long_wait_is_said_and_the_buyer_tries_again(payer: Tab, order: str) -> None:
    is_refused(payer, BEGIN, FIREWALL)
    payer.goes_to(order)
    alert(payer, "Wait 5 minutes and try again")
    expect(payer.page.get_by_text("Loading the card form")).to_be_hidden()
    payer.presses("Try again")
    pays_with(payer, "Pays")
    payer.reads(THANKS)


def test_an_order_that_cannot_be_paid_says_why(payer: Tab, order: str) -> None:
    is_refused(payer, BEGIN, TOO_SMALL)
    payer.goes_to(order)
    alert(payer, "Amount must be at least $0.50 usd")


def test_who_is_signed_out_meanwhile_signs_in_and_goes_on(
    payer: Tab, order: str, buyer: Person
) -> None:
    payer.goes_to(order)
    payer.page.get_by_role("button", name="Pays").wait_for()
    payer.expects("401 [A-Z]+ /api/.*")
    payer.context.clear_cookies()
    payer.reads("Sign in", within=30)
    payer.types(Email=buyer.email, Password=PASSWORD)
    payer.presses("Sign in")
    payer.reads("Pay for your ticket")


@pytest.mark.parametrize("has_cookie", [False, True])
def test_what_was_typed_outlives_the_session(
    payer: Tab,
    buyer: Person,
    has_cookie: bool,  # noqa: FBT001
) -> None:
    payer.goes_to("/tickets/new")
    payer.types(Concert="Nick Cave", Price="12")
    payer.context.clear_cookies()
    if has_cookie:
        payer.expects("401 POST /tickets/new")
        payer.outlives_its_access_token()
    payer.presses("Put it on sale")
    alert(payer, "You are signed out")
    with payer.page.expect_popup() as opened:
        payer.follows("Sign in in another tab")
    opened.value.get_by_label("Email").fill(buyer.email)
    opened.value.get_by_label("Password").fill(PASSWORD)
    opened.value.get_by_label("Password").press("Enter")
    expect(opened.value.get_by_role("link", name="My orders")).to_be_visible()
    payer.presses("Put it on sale")
    payer.reads("Nick Cave")


def test_a_crowd_leaves_the_form_as_it_was_typed(tab: Tab, buyer: Person) -> None:
    tab.goes_to("/auth/signin")
    is_refused(tab, "/auth/signin", FIREWALL, LIMIT, {"status": 500, "body": ""}, FORBIDDEN)
    tab.types(Email=buyer.email, Password=PASSWORD)
    for advice in ("Wait 5 minutes", "Wait a moment", "on our side", "Our firewall"):
        tab.presses("Sign in")
        alert(tab, advice)
        expect(tab.page.get_by_role("alert")).to_have_count(1)
    tab.presses("Sign in")
    tab.is_at("/")


def test_a_crowd_leaves_the_ticket_that_is_wanted(payer: Tab, ticket: dict[str, Any]) -> None:
    payer.goes_to(f"/tickets/{ticket['id']}")
    is_refused(
        payer, f"/tickets/{ticket['id']}/reserve", OVERLOAD | {"headers": {"Retry-After": "1"}}
    )
    payer.presses("Reserve")
    alert(payer, "We are very busy or briefly unavailable. Wait 1 second and try again.")
    payer.reads("Nick Cave")
    expect(payer.page.get_by_role("button", name="Reserve")).to_be_enabled()


def test_a_pause_of_our_own_leaves_the_form_as_it_was_typed(payer: Tab) -> None:
    payer.goes_to("/tickets/new")
    is_refused(payer, "/tickets/new", *(PAUSE | {"status": status} for status in (429, 500, 503)))
    payer.types(Concert="Nick Cave", Price="12")
    for advice in ("Too many requests at once", "on our side", "very busy or briefly unavailable"):
        payer.presses("Put it on sale")
        alert(payer, advice)
        expect(payer.page.get_by_label("Concert title")).to_have_value("Nick Cave")


@pytest.mark.parametrize("is_taken", [False, True], ids=["unsent", "unanswered"])
def test_a_lost_connection_leaves_the_form_as_it_was_typed(
    payer: Tab,
    is_taken: bool,  # noqa: FBT001
) -> None:
    def loses(route: Route) -> None:
        if is_taken:
            route.fetch()
        route.abort("aborted")

    payer.goes_to("/tickets/new")
    payer.page.route(payer.url + "/tickets/new", loses, times=1)
    payer.types(Concert="Nick Cave", Price="12")
    payer.presses("Put it on sale")
    alert(payer, "No answer came. Check your connection and try again.")
    expect(payer.page.get_by_label("Concert title")).to_have_value("Nick Cave")
    payer.presses("Put it on sale")
    payer.reads("Nick Cave")
    payer.follows("My tickets")
    expect(payer.page.get_by_role("link", name="Nick Cave", exact=True)).to_have_count(1)


def test_too_much_text_is_there_to_be_shortened(tab: Tab, buyer: Person) -> None:
    tab.expects("413 POST /auth/signin")
    tab.goes_to("/auth/signin")
    tab.types(Email=buyer.email, Password=PASSWORD * 3000)
    tab.presses("Sign in")
    alert(tab, "That was too much text.")
    expect(tab.page.get_by_label("Email")).to_have_value(buyer.email)
    tab.types(Password=PASSWORD)
    tab.presses("Sign in")
    tab.is_at("/")


def test_what_was_typed_is_not_lost_to_whoever_is_somebody_else_meanwhile(
    open_tab: OpenTab, seller: Person, buyer: Person, ticket: dict[str, Any]
) -> None:
    tab = open_tab(seller).goes_to(f"/tickets/{ticket['id']}/edit")
    tab.types(Concert="Nick Cave and Warren Ellis")
    sign_in(tab.context, buyer, tab.url)
    tab.expects("403 POST /tickets/.*/edit")
    tab.presses("Save")
    alert(tab, "You cannot do this here. Either this belongs to somebody else")
    sign_in(tab.context, seller, tab.url)
    tab.presses("Save")
    tab.reads("Nick Cave and Warren Ellis")


def test_a_page_that_cannot_be_had_is_asked_for_again(
    payer: Tab, order: str, buyer: Person
) -> None:
    payer.goes_to(order)
    payer.page.get_by_role("button", name="Pays").wait_for()
    is_refused(payer, order, LIMIT, FORBIDDEN, PAUSE)
    buyer.http.delete(f"/api{order}").raise_for_status()
    payer.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # Looks again.
    payer.reads("This order is cancelled", within=30)


def test_a_server_that_is_busy_is_asked_less_and_less_often_also_once_it_is_paid(
    payer: Tab, order: str
) -> None:
    begun = {"status": "authorized", "clientSecret": None}
    payer.page.route(payer.url + BEGIN, lambda route: route.fulfill(status=201, json=begun))
    payer.page.route(f"{payer.url}/api{order}", lambda route: route.fulfill(**LIMIT))
    payer.expects(f"429 GET /api{order}")
    payer.goes_to(order)
    payer.sees(APPROVED)
    asked = []
    for _ in range(4):
        payer.page.wait_for_event("request", lambda request: request.url.endswith(f"/api{order}"))
        asked.append(monotonic())
    assert asked[3] - asked[1] > 3  # Not a second each time, but 1.5 and 2.25 at least.

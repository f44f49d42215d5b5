"""Buying in a browser, from the shop window to the confirmation, and everything between."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.browser.tab import OpenTab, Tab
from tests.journeys.people import PASSWORD, Person
from tests.journeys.stripe_account import StripeAccount

pytestmark = pytest.mark.browser

AN_ORDER = re.compile(r"/orders/[0-9a-f-]{36}")
DECLINED = r"402 POST /v1/payment_intents/.*"
THANKS = "It is yours. Enjoy the concert!"


TOLD_BEFORE = "409 POST /api/payments"
"""Once the bank agreed, the page lets the service look; a webhook may have told it all by then."""

ORDER_SCRIPT = "**/static/order.*.js"
STRIPE_SCRIPT = "**/js/stripe.js"
ORDER = "**/api/orders/*"
BEGIN = "**/api/payments"
CONFIRM = "**/v1/payment_intents/*/confirm"

APPROVED = "Your payment is approved. One moment…"
NO_SCRIPT = "Stripe's card form could not be loaded."
LOST = (
    "The connection was lost, so we do not know yet whether your payment went through. "
    "Try again: you cannot be charged twice."
)


def pays_with(tab: Tab, card: str) -> None:
    """With a test card of the card form, as soon as it is there."""
    tab.expects(TOLD_BEFORE)
    tab.presses(card)
    tab.presses(re.compile("^Pay "))


def order_id(tab: Tab) -> str:
    return tab.page.url.rsplit("/", 1)[1]


@pytest.fixture
def ticket(seller: Person, buyer: Person) -> dict[str, Any]:
    """A ticket that can be reserved at once: orders has heard of it."""
    found = seller.lists("Nick Cave", 49.5)
    buyer.hears_of(found)
    return found


@pytest.fixture
def guest(open_tab: OpenTab, someone: Callable[[], Person]) -> Tab:
    """A signed-in buyer who has done nothing yet."""
    return open_tab(someone())


def reserves(tab: Tab, ticket: dict[str, Any]) -> None:
    tab.goes_to(f"/tickets/{ticket['id']}")
    tab.presses("Reserve")
    tab.is_at(AN_ORDER)


def hears_nothing_more(tab: Tab) -> None:
    """Of orders; and from now on their time is at hand."""
    tab.page.clock.install()
    tab.page.route(ORDER, lambda route: route.abort("aborted"))


def almost_runs_out_of_time(tab: Tab) -> None:
    """Less than 10 of the 600 seconds are left."""
    tab.page.clock.fast_forward(595_000)
    expect(tab.page.get_by_role("timer")).to_have_text(re.compile(r"^0:0\d$"))


def stays_approved(tab: Tab) -> None:
    """Whatever the countdown says."""
    tab.sees(APPROVED)
    almost_runs_out_of_time(tab)
    expect(tab.page.locator("form").get_by_role("status")).to_have_text(APPROVED)
    expect(tab.page.get_by_text("Loading the card form")).to_be_hidden()
    expect(tab.page.get_by_role("button", name=re.compile("^Pay "))).to_be_hidden()


def test_a_stranger_buys_a_ticket(
    tab: Tab, ticket: dict[str, Any], buyer: Person, shop_account: StripeAccount
) -> None:
    tab.goes_to("/")
    tab.page.get_by_role("link", name="Nick Cave").first.click()
    tab.goes_to(f"/tickets/{ticket['id']}")
    tab.presses("Sign in to reserve")
    tab.types(Email=buyer.email, Password=PASSWORD)
    tab.presses("Sign in")
    tab.is_at(f"/tickets/{ticket['id']}")
    tab.presses("Reserve")
    tab.is_at(AN_ORDER)
    expect(tab.page.get_by_role("timer")).to_have_text(re.compile(r"^(10:00|9:5\d)$"))
    pays_with(tab, "Pays")
    tab.reads(THANKS)
    intent = shop_account.only_intent_of({"id": order_id(tab)})
    assert shop_account.captures_of(intent) == 1
    tab.follows("My orders")
    tab.sees("Paid")


def test_an_access_token_that_expires_before_the_payment_is_no_hindrance(
    guest: Tab, ticket: dict[str, Any]
) -> None:
    guest.expects("401 (POST /api/payments|GET /api/orders/.*)")
    reserves(guest, ticket)
    guest.page.get_by_role("button", name="Pays").wait_for()
    guest.outlives_its_access_token()
    pays_with(guest, "Pays")
    guest.reads(THANKS)


def test_after_a_decline_another_card_pays(guest: Tab, ticket: dict[str, Any]) -> None:
    reserves(guest, ticket)
    guest.expects(DECLINED)
    pays_with(guest, "Declined")
    alert = guest.page.get_by_role("alert").filter(has_text="The ticket is still held for you")
    expect(alert).to_be_focused()
    pays_with(guest, "Pays")
    guest.reads(THANKS)


def test_the_bank_asks_and_the_buyer_agrees(guest: Tab, ticket: dict[str, Any]) -> None:
    reserves(guest, ticket)
    pays_with(guest, "3-D Secure")
    guest.presses("Complete authentication")
    guest.reads(THANKS)


def test_the_bank_asks_and_the_buyer_refuses(guest: Tab, ticket: dict[str, Any]) -> None:
    reserves(guest, ticket)
    pays_with(guest, "3-D Secure")
    guest.presses("Fail authentication")
    guest.sees("The ticket is still held for you")
    pays_with(guest, "Pays")
    guest.reads(THANKS)


def test_the_time_left_does_not_go_up_again(guest: Tab, ticket: dict[str, Any]) -> None:
    hears_nothing_more(guest)
    reserves(guest, ticket)
    timer = guest.page.get_by_role("timer")
    expect(timer).not_to_have_text(timer.inner_text())  # It runs.
    guest.page.clock.fast_forward(300_000)
    expect(timer).to_have_text(re.compile(r"^[45]:\d\d$"))
    guest.page.unroute(ORDER)
    with guest.page.expect_response(ORDER):  # It is as late as the page is early.
        guest.page.clock.fast_forward(15_000)
    for _ in range(2):
        expect(timer).not_to_have_text(timer.inner_text())
    expect(timer).to_have_text(re.compile(r"^4:\d\d$"))


def test_what_is_said_of_the_payment_has_its_place_before_it_is_said(
    guest: Tab, ticket: dict[str, Any]
) -> None:
    guest.page.route(ORDER_SCRIPT, lambda route: route.abort("aborted"))
    reserves(guest, ticket)
    guest.sees("Loading the card form…")
    expect(guest.page.locator("form").get_by_role("status")).to_have_text("")


def test_without_an_answer_of_stripe_the_page_lives_says_so_and_goes_on_when_it_comes(
    guest: Tab, ticket: dict[str, Any]
) -> None:
    asked: list[Route] = []

    def waits(route: Route) -> None:
        asked.append(route)

    guest.page.clock.install()
    guest.page.route(STRIPE_SCRIPT, waits)
    reserves(guest, ticket)
    timer = guest.page.get_by_role("timer")
    expect(timer).not_to_have_text(timer.inner_text())
    guest.sees("Loading the card form…")
    guest.page.clock.fast_forward(10_000)
    alert = guest.page.get_by_role("alert").filter(has_text=NO_SCRIPT)
    expect(alert).to_be_focused()
    for route in asked:
        route.continue_()
    pays_with(guest, "Pays")
    expect(alert).to_be_hidden()
    guest.reads(THANKS)


def test_where_the_script_of_stripe_is_blocked_the_page_says_so_at_once_and_tries_again(
    guest: Tab, ticket: dict[str, Any]
) -> None:
    guest.expects("failed: .*/js/stripe.js .*")
    guest.expects("console: Failed to load resource: .*")
    guest.page.route(STRIPE_SCRIPT, lambda route: route.abort("blockedbyclient"))
    reserves(guest, ticket)
    guest.sees(NO_SCRIPT, within=8)
    guest.page.unroute(STRIPE_SCRIPT)
    guest.presses("Try again")
    pays_with(guest, "Pays")
    guest.reads(THANKS)


def test_a_payment_that_was_approved_before_the_page_came(
    guest: Tab, ticket: dict[str, Any]
) -> None:
    begun = {"status": "authorized", "clientSecret": None}
    guest.page.route(BEGIN, lambda route: route.fulfill(status=201, json=begun))
    hears_nothing_more(guest)
    reserves(guest, ticket)
    stays_approved(guest)


def test_a_payment_that_was_just_approved(guest: Tab, ticket: dict[str, Any]) -> None:
    hears_nothing_more(guest)
    reserves(guest, ticket)
    pays_with(guest, "Pays")
    stays_approved(guest)


def test_a_lost_connection_leaves_open_what_became_of_the_payment(
    guest: Tab, ticket: dict[str, Any]
) -> None:
    error = {"type": "api_connection_error", "message": "You have not been charged."}
    answer = {"headers": {"Access-Control-Allow-Origin": "*"}, "json": {"error": error}}
    alert = guest.page.locator("form").get_by_role("alert")
    reserves(guest, ticket)
    guest.page.route(CONFIRM, lambda route: route.abort("aborted"), times=1)
    pays_with(guest, "Pays")
    expect(alert).to_have_text(LOST)
    guest.page.route(CONFIRM, lambda route: route.fulfill(**answer), times=1)
    guest.presses(re.compile("^Pay "))
    expect(alert).to_have_text(LOST)
    guest.presses(re.compile("^Pay "))
    guest.reads(THANKS)


def test_a_decline_that_comes_late_promises_nothing(guest: Tab, ticket: dict[str, Any]) -> None:
    asked: list[Route] = []

    def waits(route: Route) -> None:
        asked.append(route)

    guest.page.route(CONFIRM, waits)
    guest.expects(DECLINED)
    hears_nothing_more(guest)
    reserves(guest, ticket)
    with guest.page.expect_request(CONFIRM):
        pays_with(guest, "Declined")
    guest.sees("Asking your bank…")
    # What changes in something busy may be read out when it no longer is, or never.
    expect(guest.page.locator("[aria-busy=true] [role=status]")).to_have_count(0)
    almost_runs_out_of_time(guest)
    asked[0].continue_()
    expect(guest.page.locator("form").get_by_role("alert")).to_have_text("Your card was declined.")
    guest.sees("There is too little time left to finish a payment.")


def test_an_order_that_was_cancelled_meanwhile_is_not_said_to_be_held(
    open_tab: OpenTab, someone: Callable[[], Person], ticket: dict[str, Any]
) -> None:
    buyer = someone()
    tab = open_tab(buyer)
    error = {"type": "card_error", "message": "Your card was declined."}

    def cancels_first(route: Route) -> None:
        buyer.http.delete(f"/api/orders/{order_id(tab)}").raise_for_status()
        route.fulfill(headers={"Access-Control-Allow-Origin": "*"}, json={"error": error})

    tab.page.route(CONFIRM, cancels_first)
    reserves(tab, ticket)
    alert = tab.page.locator("[data-error]").element_handle()
    pays_with(tab, "Declined")
    tab.reads("This order is cancelled")
    assert alert.text_content() == ""


def test_an_order_is_cancelled_after_a_question(guest: Tab, ticket: dict[str, Any]) -> None:
    reserves(guest, ticket)
    guest.page.get_by_role("link", name="cancel the order").click()
    guest.reads("Give this ticket back?")
    guest.presses("Cancel the order")
    guest.reads("This order is cancelled")
    guest.sees("You were not charged.")
    guest.follows("Try again")
    guest.page.get_by_role("button", name="Reserve").wait_for()


def test_two_buyers_at_one_ticket(
    open_tab: OpenTab, someone: Callable[[], Person], seller: Person, ticket: dict[str, Any]
) -> None:
    other = seller.lists(ticket["title"], 60)
    first, second = open_tab(someone()), open_tab(someone())
    for tab in (first, second):
        tab.goes_to(f"/tickets/{ticket['id']}")
    second.expects("409 POST /tickets/.*/reserve")
    first.presses("Reserve")
    first.is_at(AN_ORDER)
    second.presses("Reserve")
    second.reads("Just taken")
    expect(second.page.locator(f"a[href='/tickets/{other['id']}']")).to_be_visible()
    pays_with(first, "Pays")
    first.reads(THANKS)


def test_a_second_tab_and_a_reload_never_pay_twice(
    guest: Tab, ticket: dict[str, Any], shop_account: StripeAccount
) -> None:
    reserves(guest, ticket)
    second = Tab(guest.context, guest.url)
    second.page.goto(guest.page.url)
    second.page.get_by_role("button", name="Pays").wait_for()
    pays_with(guest, "Pays")
    guest.reads(THANKS)
    second.reads(THANKS)
    guest.page.go_back()
    guest.page.goto(second.page.url)
    guest.reads(THANKS)
    assert second.complaints == []
    intent = shop_account.only_intent_of({"id": order_id(guest)})
    assert shop_account.captures_of(intent) == 1


def test_a_price_that_just_changed_is_shown_before_anything_is_reserved(
    guest: Tab, ticket: dict[str, Any], seller: Person
) -> None:
    guest.goes_to(f"/tickets/{ticket['id']}")
    change = {"title": ticket["title"], "price": 80}
    assert seller.http.put(f"/api/tickets/{ticket['id']}", json=change).status_code == 200
    guest.expects(r"40[49] POST /tickets/.*/reserve")
    guest.presses("Reserve")
    guest.sees("The seller just changed the price")
    guest.sees("$80.00")
    assert guest.page.request.get(f"{guest.url}/api/orders").json() == []


def test_a_reservation_that_ran_out_says_so_by_itself(
    open_tab: OpenTab, url: str, sign_up: Callable[[], Person]
) -> None:
    seller, buyer = sign_up(), sign_up()
    ticket = seller.lists("Nick Cave", 49.5)
    order = buyer.reserves(ticket)
    tab = open_tab(buyer, url=url)
    tab.goes_to(f"/orders/{order['id']}")
    expect(tab.page.get_by_role("timer")).to_have_text(re.compile(r"^0:(1[0-2]|0\d)$"))
    tab.sees("There is too little time left to finish a payment.", within=12)
    expect(tab.page.get_by_role("button", name=re.compile("^Pay "))).to_be_disabled()
    tab.reads("This order is cancelled", within=30)
    tab.sees("The reservation time ran out")
    tab.sees("You were not charged.")

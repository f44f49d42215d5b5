"""Selling in a browser: listing, editing, withdrawing, and being too late for that."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.pages import NEXT_JUNE
from tests.browser.tab import OpenTab, Tab
from tests.journeys.people import Person

pytestmark = pytest.mark.browser

A_TICKET = re.compile(r"/tickets/[0-9a-f-]{36}")


@pytest.fixture
def counter(open_tab: OpenTab, seller: Person) -> Tab:
    """The seller's tab."""
    return open_tab(seller)


def test_somebody_sells_a_ticket(counter: Tab) -> None:
    counter.goes_to("/")
    counter.follows("Sell")
    counter.types(Concert="Nick Cave <script>alert(1)</script>", Price="49.50", Venue="Paradiso")
    counter.types(Date=NEXT_JUNE)
    counter.page.get_by_label("Clock at the venue").select_option("+02:00")
    counter.presses("Put it on sale")
    counter.is_at(A_TICKET)
    counter.reads("Nick Cave <script>alert(1)</script>")
    counter.sees("$49.50")
    counter.sees("20:00 (UTC+2)")
    counter.follows("Edit")
    expect(counter.page.get_by_label("Date and time")).to_have_value(NEXT_JUNE)
    expect(counter.page.get_by_label("Clock at the venue")).to_have_value("+02:00")


def test_what_is_wrong_is_said_beside_the_field_and_what_was_typed_stays(counter: Tab) -> None:
    counter.expects("400 POST /tickets/new")
    counter.goes_to("/tickets/new")
    counter.types(Concert="Nick Cave", Price="0", Venue="Paradiso")
    counter.presses("Put it on sale")
    expect(counter.page.get_by_label("Price")).to_have_attribute("aria-invalid", "true")
    expect(counter.page.get_by_label("Concert title")).to_have_value("Nick Cave")
    assert "Price" in counter.focused
    counter.types(Price="12")
    counter.presses("Put it on sale")
    counter.is_at(A_TICKET)
    counter.sees("$12.00")


def test_a_date_without_its_time_is_not_taken_for_none(counter: Tab) -> None:
    counter.goes_to("/tickets/new")
    counter.types(Concert="Nick Cave", Price="12")
    date = counter.page.get_by_label("Date and time")
    date.press_sequentially("0601")
    counter.presses("Put it on sale")
    expect(date).to_be_focused()
    counter.is_at("/tickets/new")
    date.fill("")
    counter.presses("Put it on sale")
    counter.is_at(A_TICKET)


def test_a_ticket_is_edited(counter: Tab, seller: Person) -> None:
    ticket = seller.lists("Nick Kave", 20)
    counter.goes_to(f"/tickets/{ticket['id']}")
    counter.follows("Edit")
    counter.types(Concert="Nick Cave", Price="21.5")
    counter.presses("Save")
    counter.reads("Nick Cave")
    counter.sees("$21.50")


def test_a_ticket_is_withdrawn_after_a_question(counter: Tab, seller: Person) -> None:
    seller.lists("Not for me", 20)
    counter.goes_to("/my/tickets")
    counter.follows("Withdraw Not for me")
    counter.reads("Withdraw this ticket?")
    counter.presses("Withdraw it")
    counter.is_at(A_TICKET)
    counter.sees("You took it off sale.")


def test_a_ticket_that_was_reserved_meanwhile_cannot_be_edited(
    counter: Tab, seller: Person, buyer: Person
) -> None:
    ticket = seller.lists("Nick Cave", 20)
    counter.goes_to(f"/tickets/{ticket['id']}/edit")
    buyer.reserves(ticket)
    seller.sees_ticket(ticket, "reserved")
    counter.types(Price="40")
    counter.expects(r"409 POST /tickets/.*/edit")
    counter.presses("Save")
    counter.sees("Somebody is buying this ticket right now")
    expect(counter.page.get_by_label("Price")).to_have_value("40")
    assert buyer.ticket(ticket)["price"] == 20


def test_a_cache_that_is_behind_does_not_hide_the_change(
    tab: Tab, seller: Person, buyer: Person
) -> None:
    ticket = seller.lists("Nick Cave", 20)
    path = f"/tickets/{ticket['id']}"
    tab.goes_to(path)
    before = tab.page.request.get(tab.url + path).body()
    tab.page.route(
        tab.url + path, lambda route: route.fulfill(body=before, content_type="text/html")
    )
    buyer.reserves(ticket)
    tab.sees("Somebody is paying for it right now")
    expect(tab.page.locator("[data-live]")).to_have_text("This ticket changed: Reserved.")


def test_a_seller_sees_the_ticket_sell(counter: Tab, seller: Person, buyer: Person) -> None:
    ticket = seller.lists("Nick Cave", 20)
    counter.goes_to(f"/tickets/{ticket['id']}")
    counter.sees("On sale", within=1)
    told = counter.page.locator("[data-live]").element_handle()
    order = buyer.reserves(ticket)
    counter.sees("Somebody is paying for your ticket right now")
    # Only what is there before its text changes is read out.
    assert told.evaluate("(one) => one.isConnected") is True
    assert told.text_content() == "This ticket changed: Reserved."
    buyer.pays(order)
    counter.sees("Your ticket found its buyer", within=15)

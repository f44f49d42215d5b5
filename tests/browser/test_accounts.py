"""Signing up, in and out in a browser."""

import pytest
from playwright.sync_api import expect

from tests.browser.tab import OpenTab, Tab
from tests.journeys.people import PASSWORD, Person

pytestmark = pytest.mark.browser


def test_somebody_signs_up_and_out_again(tab: Tab, email: str) -> None:
    tab.goes_to("/")
    tab.follows("Sign in")
    tab.follows("Create an account")
    tab.signs_up(email)
    tab.is_at("/")
    tab.presses("Sign out")
    expect(tab.page.get_by_role("link", name="Sign in")).to_be_visible()
    tab.goes_to("/orders")
    tab.reads("Sign in")


def test_a_page_for_members_is_shown_after_signing_in(tab: Tab, buyer: Person) -> None:
    tab.goes_to("/my/tickets")
    tab.is_at("/auth/signin?next=/my/tickets")
    tab.types(Email=buyer.email, Password=PASSWORD)
    tab.presses("Sign in")
    tab.reads("My tickets")


def test_a_wrong_password_is_said_and_the_address_kept(tab: Tab, buyer: Person) -> None:
    tab.expects("401 POST /auth/signin")
    tab.goes_to("/auth/signin")
    tab.types(Email=buyer.email, Password="not this one")
    tab.presses("Sign in")
    tab.sees("Email or password is wrong")
    assert "Email or password is wrong" in tab.focused
    expect(tab.page.get_by_label("Email")).to_have_value(buyer.email)


def test_an_address_is_one_account(tab: Tab, buyer: Person) -> None:
    tab.expects("409 POST /auth/signup")
    tab.goes_to("/auth/signup")
    tab.signs_up(buyer.email)
    tab.page.get_by_role("link", name="This email already has an account").click()
    assert tab.focused == "email"


def test_a_session_that_ended_says_so_and_goes_on_where_it_was(
    open_tab: OpenTab, buyer: Person
) -> None:
    tab = open_tab()
    tab.outlives_its_access_token()
    tab.expects("401 GET /orders")
    tab.goes_to("/orders")
    tab.reads("Your session has ended")
    tab.types(Email=buyer.email, Password=PASSWORD)
    tab.presses("Sign in and go on")
    tab.reads("My orders")


def test_a_session_goes_on_when_its_access_token_expires(open_tab: OpenTab, buyer: Person) -> None:
    tab = open_tab(buyer)
    other = Tab(tab.context, tab.url)
    for _ in range(2):
        tab.outlives_its_access_token()
        other.goes_to("/my/tickets")
        tab.goes_to("/orders")
        tab.reads("My orders")
        other.reads("My tickets")


def test_signing_out_ends_the_session_in_every_copy(open_tab: OpenTab, buyer: Person) -> None:
    tab, copy = open_tab(buyer), open_tab(buyer)
    tab.goes_to("/")
    tab.presses("Sign out")
    expect(tab.page.get_by_role("link", name="Sign in")).to_be_visible()
    copy.outlives_its_access_token()
    copy.expects("401 GET /orders")
    copy.goes_to("/orders")
    copy.reads("Your session has ended")
    copy.goes_to("/orders")
    copy.is_at("/auth/signin?next=/orders")


def test_signing_in_never_leads_to_another_site(tab: Tab, buyer: Person) -> None:
    tab.goes_to("/auth/signin?next=//evil.example/orders")
    tab.types(Email=buyer.email, Password=PASSWORD)
    tab.presses("Sign in")
    tab.is_at("/")

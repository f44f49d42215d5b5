"""One's own account in a browser: a new password, the download, and leaving for good."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.tab import OpenTab, Tab
from tests.journeys.people import PASSWORD, Person

pytestmark = pytest.mark.browser

NEW = "staple battery"


def changes_password(tab: Tab, current: str, new: str) -> None:
    tab.types(**{"Current password": current, "New password": new})
    tab.presses("Change the password")


def signs_in(tab: Tab, email: str, password: str) -> None:
    tab.goes_to("/auth/signin")
    tab.types(Email=email, Password=password)
    tab.presses("Sign in")


def test_a_new_password_is_the_one_that_opens_the_account(open_tab: OpenTab, buyer: Person) -> None:
    tab = open_tab(buyer)
    tab.goes_to("/").follows("Account")
    tab.sees(buyer.email)
    tab.expects("400 POST /account/password")
    changes_password(tab, "not this one", NEW)
    tab.sees("The password is wrong")
    changes_password(tab, PASSWORD, NEW)
    expect(tab.page.get_by_text("Your password has been changed")).to_be_focused()
    tab.outlives_its_access_token()
    tab.goes_to("/orders")
    tab.reads("My orders")
    other = open_tab()
    signs_in(other, buyer.email, NEW)
    other.is_at("/")


def test_signing_out_everywhere_ends_every_session(open_tab: OpenTab, buyer: Person) -> None:
    tab, copy = open_tab(buyer), open_tab(buyer)
    tab.goes_to("/account")
    tab.presses("Sign out everywhere")
    expect(tab.page.get_by_role("link", name="Sign in")).to_be_visible()
    copy.outlives_its_access_token()
    copy.expects("401 GET /orders")
    copy.goes_to("/orders")
    copy.reads("Your session has ended")


def test_the_download_is_a_file_with_everything(open_tab: OpenTab, seller: Person) -> None:
    ticket = seller.lists("To be remembered")
    tab = open_tab(seller)
    tab.goes_to("/account")
    with tab.page.expect_download() as download:
        tab.follows("Download your data")
    assert download.value.suggested_filename == "ticketing.json"
    found = json.loads(download.value.path().read_text(encoding="utf-8"))
    assert found["account"]["email"] == seller.email
    assert [each["id"] for each in found["tickets"]] == [ticket["id"]]
    assert found["orders"] == []


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_somebody_leaves_for_good_and_may_come_back_as_another(
    open_tab: OpenTab,
    seller: Person,
    buyer: Person,
    scripts: bool,  # noqa: FBT001
) -> None:
    ticket = seller.lists("The last one")
    tab = open_tab(seller, java_script_enabled=scripts)
    tab.goes_to("/account").follows("Erase the account")
    tab.reads("Erase your account for good?")
    tab.expects("400 POST /account/erase")
    tab.types(**{"Your password": "not this one"})
    tab.presses("Erase it")
    tab.sees("The password is wrong")
    tab.types(**{"Your password": PASSWORD})
    tab.presses("Erase it")
    tab.reads("Your account is erased")
    expect(tab.page.get_by_role("link", name="Sign in")).to_be_visible()
    buyer.sees_ticket(ticket, "withdrawn")
    tab.expects("401 POST /auth/signin")
    signs_in(tab, seller.email, PASSWORD)
    tab.sees("Email or password is wrong")
    tab.goes_to("/auth/signup")
    tab.signs_up(seller.email)
    tab.is_at("/")

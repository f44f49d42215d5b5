"""The shop without JavaScript: everything up to the card form, which is Stripe's own script."""

import pytest
from playwright.sync_api import expect

from tests.browser.tab import OpenTab
from tests.browser.test_buying import AN_ORDER
from tests.journeys.people import Person

pytestmark = pytest.mark.browser


def test_a_purchase_up_to_the_card_form(
    open_tab: OpenTab, seller: Person, buyer: Person, email: str
) -> None:
    buyer.hears_of(seller.lists("Analog Night", 30))
    tab = open_tab(java_script_enabled=False)
    tab.expects("failed: .*/js/stripe.js csp")  # It is not even preloaded.
    tab.goes_to("/")
    tab.page.get_by_role("link", name="Analog Night").first.click()
    tab.presses("Sign in to reserve")
    tab.follows("Create an account")
    tab.signs_up(email)
    tab.reads("Analog Night")
    tab.presses("Reserve")
    tab.is_at(AN_ORDER)
    tab.reads("Pay for your ticket")
    tab.reads_part("The card form needs JavaScript")
    expect(tab.page.get_by_text("Card details")).to_be_hidden()
    expect(tab.page.get_by_role("timer")).to_be_visible()
    tab.page.get_by_role("link", name="cancel the order").click()
    tab.presses("Cancel the order")
    tab.reads("This order is cancelled")
    tab.presses("Sign out")
    expect(tab.page.get_by_role("link", name="Sign in")).to_be_visible()


def test_a_form_with_a_mistake_is_shown_again(open_tab: OpenTab, seller: Person) -> None:
    tab = open_tab(seller, java_script_enabled=False)
    tab.expects("400 POST /tickets/new")
    tab.goes_to("/tickets/new")
    tab.types(Concert="Analog Night", Price="free")
    tab.presses("Put it on sale")
    tab.sees("Please check this")
    expect(tab.page.get_by_label("Concert title")).to_have_value("Analog Night")
    tab.types(Price="10")
    tab.presses("Put it on sale")
    tab.sees("$10.00")

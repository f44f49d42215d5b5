"""The shop without a mouse: Tab, Enter and what is typed, from the shop window to the ticket."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.tab import OpenTab, Tab
from tests.browser.test_buying import AN_ORDER, THANKS
from tests.journeys.people import PASSWORD, Person

pytestmark = pytest.mark.browser

FOCUSED = """() => {
  let found = document.activeElement;
  while (found?.shadowRoot?.activeElement) found = found.shadowRoot.activeElement;
  const label = found.labels?.[0]?.innerText ?? found.innerText ?? "";
  const card = found.closest("li") ?? found;
  const rings = [found, card].map((one) => getComputedStyle(one));
  const isRing = (one) => one.outlineStyle !== "none" && parseFloat(one.outlineWidth) > 1;
  return [label.trim(), rings.some(isRing)];
}"""
FAR = 60
"""Steps that nobody would take to get anywhere."""


def steps_to(tab: Tab, text: str) -> None:
    """Tab until something called so has the focus; every step on the way can be seen."""
    for _ in range(FAR):
        tab.page.keyboard.press("Tab")
        label, is_visible = tab.page.evaluate(FOCUSED)
        assert is_visible, f"nobody sees that {label!r} has the focus"
        if label.startswith(text):
            return
    pytest.fail(f"no way to {text!r}")


def enters(tab: Tab, text: str) -> None:
    """Follow a link or press a button."""
    steps_to(tab, text)
    tab.page.keyboard.press("Enter")


def types(tab: Tab, label: str, text: str) -> None:
    steps_to(tab, label)
    tab.page.keyboard.type(text)


def test_the_first_step_skips_to_the_content(tab: Tab) -> None:
    tab.goes_to("/")
    enters(tab, "Skip to the content")
    tab.page.keyboard.press("Tab")
    assert tab.page.evaluate("() => document.querySelector('main :focus') !== null")


def test_a_purchase(open_tab: OpenTab, seller: Person, buyer: Person) -> None:
    buyer.hears_of(seller.lists("Quiet Keys", 30))
    tab = open_tab()
    tab.goes_to("/")
    enters(tab, "Quiet Keys")
    tab.reads("Quiet Keys")
    enters(tab, "Sign in to reserve")
    tab.reads("Sign in")
    types(tab, "Email", buyer.email)
    types(tab, "Password", PASSWORD)
    tab.page.keyboard.press("Enter")
    tab.reads("Quiet Keys")
    enters(tab, "Reserve")
    tab.is_at(AN_ORDER)
    button = tab.page.get_by_role("button", name=re.compile("^Pay "))
    expect(button).to_be_enabled()
    types(tab, "Card number", "4242424242424242")
    types(tab, "Expiration date", "1232")
    types(tab, "Security code", "123")
    enters(tab, "Pay ")
    tab.reads(THANKS)
    assert tab.focused.startswith(THANKS)


def test_a_sale(open_tab: OpenTab, seller: Person) -> None:
    tab = open_tab(seller)
    tab.expects("400 POST /tickets/new")
    tab.goes_to("/")
    enters(tab, "Sell")
    tab.reads("Sell a ticket")
    types(tab, "Concert", "Loud Keys")
    types(tab, "Price", "many")
    tab.page.keyboard.press("Enter")
    tab.sees("Please check this")
    assert "Please check this" in tab.focused
    enters(tab, "Price")
    assert tab.focused == "price"
    tab.page.keyboard.press("ControlOrMeta+A")
    tab.page.keyboard.type("12")
    tab.page.keyboard.press("Enter")
    tab.reads("Loud Keys")

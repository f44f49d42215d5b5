"""Every page in both themes: nothing for axe-core to say, nothing too wide, and a picture of it."""

from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser.conftest import profile
from tests.browser.pages import PAGES, Cast
from tests.browser.tab import Tab
from tests.journeys.people import Person
from tests.journeys.stripe_account import StripeAccount

pytestmark = pytest.mark.browser

PICTURES = Path(__file__).parents[2] / ".local" / "screenshots"
WIDTHS = {320: 640, 768: 1024, 1280: 800}
"""The heights of the windows, by their widths."""

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CHECK = """(rules) => axe.run({ runOnly: rules, resultTypes: ["violations"] }).then((found) =>
  found.violations.map((one) => [one.id, one.help, ...one.nodes.map((node) => node.html)]))"""
TOO_WIDE = """() => {
  const edges = [...document.querySelectorAll("*")].map((one) => one.getBoundingClientRect().right);
  return Math.max(...edges) - document.documentElement.clientWidth;
}"""
"""By how much anything is, also where it is cut off."""

type Profiles = Callable[[str], BrowserContext]
type Theme = Literal["light", "dark"]

CHECKED: dict[Theme, tuple[int, list[str]]] = {
    "light": (320, RULES),
    "dark": (1280, ["color-contrast", "link-in-text-block", "target-size"]),
}
"""At which width axe-core looks at a theme, and for what: between themes only colors differ, and
between widths only places and sizes."""


@pytest.fixture(scope="module")
def cast(shop: dict[str, Any], shop_account: StripeAccount) -> Iterator[Cast]:
    """Made once: the pages only look at it."""
    seller, buyer, newcomer = (Person.sign_up(shop["app"]) for _ in range(3))
    yield Cast(seller, buyer, newcomer, shop_account).play()
    for person in (seller, buyer, newcomer):
        person.http.close()


@pytest.fixture(scope="module")
def profiles(browser: Browser, shop: dict[str, Any], cast: Cast) -> Iterator[Profiles]:
    """One browser profile for each of the cast, who reduced motion, and for strangers."""

    made: dict[str, BrowserContext] = {}

    def profile_of(who: str) -> BrowserContext:
        if who not in made:
            person = getattr(cast, who, None)
            made[who] = profile(browser, person, shop["app"], reduced_motion="reduce")
        return made[who]

    yield profile_of
    for context in made.values():
        context.close()


@pytest.fixture
def visit(profiles: Profiles, shop: dict[str, Any]) -> Iterator[Callable[[str], Tab]]:
    """Opens a tab for one of the cast; complaints fail the test."""
    tabs: list[Tab] = []

    def open_for(who: str) -> Tab:
        tabs.append(Tab(profiles(who), shop["app"]))
        return tabs[-1]

    yield open_for
    for tab in tabs:
        tab.page.close()
    assert [complaint for tab in tabs for complaint in tab.complaints] == []


def looks_right(tab: Tab, name: str) -> None:
    """In both themes and every width; axe-core looks at a phone by day and at a desk by night."""
    for theme, (width, rules) in CHECKED.items():
        tab.page.emulate_media(color_scheme=theme)
        assert violations(tab, width, rules) == [], theme
        for window in WIDTHS:
            photograph(tab, name, theme, window)


def photograph(tab: Tab, name: str, theme: Theme, width: int) -> None:
    """Keep a picture, for people to look at."""
    tab.page.set_viewport_size({"width": width, "height": WIDTHS[width]})
    assert tab.page.evaluate(TOO_WIDE) < 1, f"wider than {width} px"
    folder = PICTURES / theme / str(width)
    folder.mkdir(parents=True, exist_ok=True)
    # To hide the caret Playwright would add a style, which the page's policy forbids.
    tab.page.screenshot(path=folder / f"{name}.png", full_page=True, caret="initial")


def violations(tab: Tab, width: int, rules: list[str]) -> list[list[str]]:
    """What axe-core finds at a width, with the HTML where it found it."""
    tab.page.set_viewport_size({"width": width, "height": WIDTHS[width]})
    if not tab.page.evaluate("() => 'axe' in window"):
        tab.page.evaluate(f"() => {{ {AXE} }}")
    found: list[list[str]] = tab.page.evaluate(CHECK, rules)
    return found


@pytest.mark.parametrize("name", PAGES)
def test_a_page(visit: Callable[[str], Tab], cast: Cast, name: str) -> None:
    who, way = PAGES[name]
    tab = visit(who)
    way(tab, cast)
    looks_right(tab, name)


def test_the_page_of_a_payment_that_takes_its_time(visit: Callable[[str], Tab], cast: Cast) -> None:
    with cast.processing() as order:
        tab = visit("buyer").goes_to(f"/orders/{order['id']}")
        tab.reads("Processing your payment")
        looks_right(tab, "order-processing")
    tab.reads("It is yours. Enjoy the concert!", within=30)

"""Every page in both themes: nothing for axe-core to say, nothing too wide, and a picture of it."""

from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import pytest

from tests.browser.pages import PAGES, Cast
from tests.browser.tab import OpenTab, Tab
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
TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"

type Theme = Literal["light", "dark"]

CHECKED: dict[Theme, int] = {"light": 320, "dark": 1280}
"""At which width axe-core looks at a theme."""


@pytest.fixture(scope="module")
def cast(shop: dict[str, Any], shop_account: StripeAccount) -> Iterator[Cast]:
    """Made once: the pages only look at it."""
    seller, buyer, newcomer = (Person.sign_up(shop["app"]) for _ in range(3))
    yield Cast(seller, buyer, newcomer, shop_account).play()
    for person in (seller, buyer, newcomer):
        person.http.close()


@pytest.fixture
def visit(open_tab: OpenTab, cast: Cast) -> Callable[[str], Tab]:
    """Opens a tab for one of the cast, with motion reduced."""

    def open_for(who: str) -> Tab:
        person = getattr(cast, who) if who else None
        return open_tab(person, reduced_motion="reduce", color_scheme="light")

    return open_for


def looks_right(tab: Tab, name: str) -> None:
    """In both themes and every width; axe-core looks at a phone by day and at a desk by night."""
    for theme, width in CHECKED.items():
        tab.page.emulate_media(color_scheme=theme)
        assert violations(tab, width) == [], theme
        for window in WIDTHS:
            photograph(tab, name, theme, window)


def photograph(tab: Tab, name: str, theme: Theme, width: int) -> None:
    """Keep a picture, for people to look at."""
    tab.page.set_viewport_size({"width": width, "height": WIDTHS[width]})
    assert tab.page.evaluate(TOO_WIDE) <= 0, f"wider than {width} px"
    folder = PICTURES / theme / str(width)
    folder.mkdir(parents=True, exist_ok=True)
    # To hide the caret Playwright would add a style, which the page's policy forbids.
    tab.page.screenshot(path=folder / f"{name}.png", full_page=True, caret="initial")


def violations(tab: Tab, width: int) -> list[list[str]]:
    """What axe-core finds at a width, with the HTML where it found it."""
    tab.page.set_viewport_size({"width": width, "height": WIDTHS[width]})
    if not tab.page.evaluate("() => 'axe' in window"):
        tab.page.evaluate(f"() => {{ {AXE} }}")
    found: list[list[str]] = tab.page.evaluate(CHECK, RULES)
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

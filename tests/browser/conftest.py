"""Browsers with nothing in them, at a service that gives enough time to pay."""

import os
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from tests.browser.chromium import MISSING, chromium
from tests.browser.tab import OpenTab, Tab
from tests.journeys.people import Person
from tests.journeys.stripe_account import StripeAccount
from tests.running_service import running

WAIT_SECONDS = 10


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say it where nobody overlooks it."""
    skipped = terminalreporter.stats.get("skipped", [])
    if any(MISSING in str(one.longrepr) for one in skipped):
        terminalreporter.section("browser tests did not run", yellow=True)
        terminalreporter.line(MISSING)


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Where the browser is; a machine that calls itself CI must have one."""
    path = chromium()
    if path is None and os.environ.get("CI"):
        pytest.fail(MISSING)
    return path or pytest.skip(MISSING)


@pytest.fixture(scope="package")
def browser(chromium_path: str) -> Iterator[Browser]:
    """It ends with these tests: its event loop is in the way of others."""
    expect.set_options(timeout=WAIT_SECONDS * 1000)
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium_path)
        yield found
        found.close()


@pytest.fixture(scope="session")
def shop(chromium_path: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """A service like that of `make run`: with demo data, and time to fill in a form."""
    with running(tmp_path_factory.mktemp("shop"), RESERVATION_SECONDS="600") as found:
        yield found


@pytest.fixture(scope="session")
def shop_account(shop: dict[str, Any]) -> Iterator[StripeAccount]:
    account = StripeAccount(shop["stripe"], shop["stripeKey"])
    yield account
    account.close()


def profile(browser: Browser, person: Person | None, url: str, **options: Any) -> BrowserContext:
    """A new browser profile, signed in as `person` or as nobody."""
    context = browser.new_context(**options)
    context.set_default_timeout(WAIT_SECONDS * 1000)
    if person:
        sign_in(context, person, url)
    return context


def sign_in(context: BrowserContext, person: Person, url: str) -> None:
    """As in another tab of this profile."""
    for name, value in person.http.cookies.items():
        context.add_cookies([{"name": name, "value": value, "url": url}])


@pytest.fixture
def open_tab(browser: Browser, shop: dict[str, Any]) -> Iterator[OpenTab]:
    """Opens a tab of a new browser profile, for `person` or nobody; complaints fail the test."""
    tabs: list[Tab] = []

    def new_tab(person: Person | None = None, url: str = shop["app"], **options: Any) -> Tab:
        tabs.append(Tab(profile(browser, person, url, **options), url))
        return tabs[-1]

    yield new_tab
    for tab in tabs:
        tab.context.close()
    assert [complaint for tab in tabs for complaint in tab.complaints] == []


@pytest.fixture
def tab(open_tab: OpenTab) -> Tab:
    """Somebody who is not signed in."""
    return open_tab()


@pytest.fixture
def someone(shop: dict[str, Any]) -> Iterator[Callable[[], Person]]:
    """Makes people with an account at the shop."""
    people: list[Person] = []

    def new_person() -> Person:
        people.append(Person.sign_up(shop["app"]))
        return people[-1]

    yield new_person
    for person in people:
        person.http.close()


@pytest.fixture
def seller(someone: Callable[[], Person]) -> Person:
    return someone()


@pytest.fixture
def buyer(someone: Callable[[], Person]) -> Person:
    return someone()


@pytest.fixture
def email() -> str:
    """An address that has no account."""
    return f"{uuid4().hex[:12]}@example.com"

"""The function's environment, and the API behind it."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from tests.web.api import Api
from tests.web.browser import SITE
from web import backend, settings

JUST_BEFORE_THE_CONCERT = datetime.fromisoformat("2026-12-02T19:29:00Z")


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    """When each request comes."""
    monkeypatch.setattr("ticketing.request.now", lambda: JUST_BEFORE_THE_CONCERT)


@pytest.fixture(scope="session")
def server() -> Iterator[Api]:
    """One socket for all tests."""
    api = Api()
    yield api
    api.close()


@pytest.fixture(autouse=True)
def api(server: Api, monkeypatch: pytest.MonkeyPatch) -> Iterator[Api]:
    """An API that knows nothing yet, and a function that is told of it."""
    for name, value in {
        "API_URL": server.url,
        "SITE_URL": SITE,
        "STRIPE_JS_URL": "https://js.stripe.com/v3/",
        "STRIPE_PUBLISHABLE_KEY": "pk_test_1",
        "DEFAULT_CURRENCY": "usd",
    }.items():
        monkeypatch.setenv(name, value)
    settings.settings.cache_clear()
    backend.transport.cache_clear()
    server.forget()
    yield server
    settings.settings.cache_clear()
    backend.transport.cache_clear()

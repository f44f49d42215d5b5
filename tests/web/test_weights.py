"""A page with its style and code stays light: 60 KB before compression, without Stripe's script."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from tests.web.api import Api
from tests.web.browser import get
from tests.web.builders import a_ticket, an_order
from web.assets import assets

MOST_BYTES = 60_000
LATER = (datetime.now(UTC) + timedelta(minutes=10)).isoformat()
PAGES = {
    "/": None,
    "/tickets/ticket-1": None,
    "/tickets/ticket-1/edit": "seller",
    "/tickets/new": "seller",
    "/my/tickets": "seller",
    "/orders": "buyer",
    "/orders/order-1": "buyer",
    "/auth/signup": None,
    "/account": "buyer",
    "/account/erase": "buyer",
}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_light_and_takes_one_call_at_most(api: Api, path: str) -> None:
    long = "x" * 200
    api.says("GET /api/tickets", [a_ticket(title=long, venue=long) for _ in range(20)])
    api.says("GET /api/tickets/mine", [a_ticket(title=long, venue=long) for _ in range(20)])
    api.says("GET /api/orders", [an_order() for _ in range(20)])
    api.says("GET /api/tickets/ticket-1", a_ticket(title=long, venue=long))
    api.says("GET /api/orders/order-1", an_order(expiresAt=LATER))
    api.says("GET /api/users/currentuser", {"currentUser": {"id": "buyer", "email": long}})
    page = get(path, user=PAGES[path])
    assert page.status == 200
    assert len(api.asked) <= 1
    assert len(page.html.encode()) + weight_of_files(page.html) < MOST_BYTES


def weight_of_files(html: str) -> int:
    """Bytes of all that the page loads from us, by itself or through what it loads."""
    wanted = set(re.findall(r"/static/([\w.]+)", html))
    seen: set[str] = set()
    while wanted - seen:
        name = min(wanted - seen)
        seen.add(name)
        wanted |= set(re.findall(r'"\./([\w.]+)"', assets().served[name].text))
    return sum(len(assets().served[name].text.encode()) for name in seen)

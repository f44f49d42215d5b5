"""Every page of the site in every state, and how somebody gets to see it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.browser.tab import Tab
from tests.journeys.people import Person
from tests.journeys.stripe_account import StripeAccount

NEXT_JUNE = f"{datetime.now(UTC).year + 1}-06-01T20:00"
ELSEWHERE = '<form method="post" action="{}/auth/signout"><button>Free tickets</button></form>'


@dataclass
class Cast:
    """Who and what the pages are about."""

    seller: Person
    buyer: Person
    newcomer: Person
    stripe: StripeAccount
    available: dict[str, Any] = field(default_factory=dict)
    rival: dict[str, Any] = field(default_factory=dict)
    reserved: dict[str, Any] = field(default_factory=dict)
    sold: dict[str, Any] = field(default_factory=dict)
    withdrawn: dict[str, Any] = field(default_factory=dict)
    created: dict[str, Any] = field(default_factory=dict)
    complete: dict[str, Any] = field(default_factory=dict)
    cancelled: dict[str, Any] = field(default_factory=dict)

    def play(self) -> "Cast":
        """Bring about every state that a page can show."""
        evening = {"venue": "Paradiso, Amsterdam", "startsAt": f"{NEXT_JUNE}:00+02:00"}
        titles = ("Supercalifragilisticexpialidocious", "PJ Harvey", "Warren Ellis", "Swans")
        listed = [self.seller.lists(title, 49.5, **evening) for title in titles]
        self.available, self.reserved, self.sold, self.withdrawn = listed
        self.seller.http.delete(f"/api/tickets/{self.withdrawn['id']}").raise_for_status()
        self.cancelled = self.buyer.reserves(self.available)
        self.buyer.http.delete(f"/api/orders/{self.cancelled['id']}").raise_for_status()
        self.created = self.buyer.reserves(self.reserved)
        self.complete = self.buyer.reserves(self.sold)
        self.buyer.pays(self.complete)
        self.buyer.sees_order(self.complete, "complete")
        self.seller.sees_ticket(self.sold, "sold")
        self.seller.sees_ticket(self.reserved, "reserved")
        self.seller.sees_ticket(self.available, "available")
        self.rival = self.seller.lists("PJ Harvey", 55)
        return self

    @contextmanager
    def processing(self) -> Iterator[dict[str, Any]]:
        """An order that is paid, but whose money Stripe does not release meanwhile."""
        order = self.buyer.reserves(self.available)
        fault = {"operation": "payment_intents.capture", "kind": "error_before", "times": 1000}
        self.stripe.hook("POST", "faults", fault)
        try:
            self.buyer.pays(order)
            yield self.buyer.sees_order(order, "awaiting:payment")
        finally:
            self.stripe.hook("DELETE", "faults")
            self.buyer.sees_order(order, "complete", within=60)


def mistaken(tab: Tab, path: str, expected: str) -> None:
    """Send a form as it is, empty."""
    tab.expects(expected)
    tab.goes_to(path)
    tab.page.locator("form.card button").click()
    tab.sees("Please check this")


def wrong_password(tab: Tab, path: str, button: str) -> None:
    """Send a form of one's account without the right password."""
    tab.expects("400 POST /account/.*")
    tab.goes_to(path)
    tab.presses(button)
    tab.sees("Please check this")


def taken(tab: Tab, cast: Cast) -> None:
    """Be slower than somebody else."""
    tab.goes_to(f"/tickets/{cast.reserved['id']}")
    form = f'<form method="post" action="/tickets/{cast.reserved["id"]}/reserve">'
    form += '<input type="hidden" name="title" value="PJ Harvey"><button>Reserve</button></form>'
    tab.page.evaluate("(form) => { document.querySelector('main').innerHTML = form }", form)
    tab.expects(r"409 POST /tickets/.*")
    tab.presses("Reserve")
    tab.reads("Just taken")


def foreign_form(tab: Tab) -> None:
    """Be lured into sending a form of another site."""
    tab.expects("403 POST /auth/signout")
    tab.page.set_content(ELSEWHERE.format(tab.url))
    tab.presses("Free tickets")
    tab.page.wait_for_url("**/auth/signout")


def missing(tab: Tab) -> None:
    tab.expects("404 GET /nothing")
    tab.goes_to("/nothing")


def ended(tab: Tab) -> None:
    tab.expects("401 GET /orders")
    tab.outlives_its_access_token()
    tab.goes_to("/orders")


def card_form(tab: Tab, cast: Cast) -> None:
    tab.goes_to(f"/orders/{cast.created['id']}")
    tab.page.get_by_role("button", name="Pays").wait_for()


def declined(tab: Tab, cast: Cast) -> None:
    tab.expects(r"402 POST /v1/.*")
    card_form(tab, cast)
    tab.presses("Declined")
    tab.page.locator("[data-pay]").click()
    tab.sees("The ticket is still held for you")


def wrong_card(tab: Tab, cast: Cast) -> None:
    card_form(tab, cast)
    tab.page.locator("[data-pay]").click()
    tab.sees("Your card number is incomplete.")


type Way = Callable[[Tab, Cast], object]


def at(path: str, **what: str) -> Way:
    """The way to a path; `{x}` in it is the id of the cast's `what[x]`."""

    def go(tab: Tab, cast: Cast) -> None:
        ids = {name: getattr(cast, found)["id"] for name, found in what.items()}
        tab.goes_to(path.format(**ids))

    return go


PAGES: dict[str, tuple[str, Way]] = {
    "tickets": ("", at("/")),
    "ticket": ("", at("/tickets/{id}", id="available")),
    "ticket-reserved": ("newcomer", at("/tickets/{id}", id="reserved")),
    "ticket-sold": ("", at("/tickets/{id}", id="sold")),
    "ticket-withdrawn": ("", at("/tickets/{id}", id="withdrawn")),
    "ticket-own": ("seller", at("/tickets/{id}", id="available")),
    "taken": ("newcomer", taken),
    "sell": ("seller", at("/tickets/new")),
    "sell-mistaken": ("seller", lambda tab, _: mistaken(tab, "/tickets/new", "400 POST .*")),
    "edit": ("seller", at("/tickets/{id}/edit", id="available")),
    "withdraw": ("seller", at("/tickets/{id}/withdraw", id="available")),
    "my-tickets": ("seller", at("/my/tickets")),
    "my-tickets-none": ("newcomer", at("/my/tickets")),
    "orders": ("buyer", at("/orders")),
    "orders-none": ("newcomer", at("/orders")),
    "order": ("buyer", card_form),
    "order-declined": ("buyer", declined),
    "order-wrong-card": ("buyer", wrong_card),
    "order-complete": ("buyer", at("/orders/{id}", id="complete")),
    "order-cancelled": ("buyer", at("/orders/{id}", id="cancelled")),
    "order-cancel": ("buyer", at("/orders/{id}/cancel", id="created")),
    "signin": ("", at("/auth/signin")),
    "signup": ("", at("/auth/signup")),
    "signup-mistaken": ("", lambda tab, _: mistaken(tab, "/auth/signup", "400 POST .*")),
    "account": ("buyer", at("/account")),
    "account-changed": ("buyer", at("/account?done=password")),
    "account-mistaken": (
        "buyer",
        lambda tab, _: wrong_password(tab, "/account", "Change the password"),
    ),
    "erase": ("buyer", at("/account/erase")),
    "erase-mistaken": ("buyer", lambda tab, _: wrong_password(tab, "/account/erase", "Erase it")),
    "erased": ("", at("/account/erased")),
    "session-ended": ("stranger", lambda tab, _: ended(tab)),
    "not-found": ("", lambda tab, _: missing(tab)),
    "forbidden": ("", lambda tab, _: foreign_form(tab)),
}
"""By name: who looks at it, in a browser of their own, and how; `""` has no account."""

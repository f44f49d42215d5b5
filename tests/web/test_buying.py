"""Reserve, pay, cancel: one state, one next action, and every way it can go wrong."""

import pytest

from tests.web.api import Api
from tests.web.browser import get, post
from tests.web.builders import a_problem, a_ticket, an_order

AT_FIVE = ("Date", "Mon, 23 Nov 2026 05:00:12 GMT")


def test_a_reservation_leads_to_its_order(api: Api) -> None:
    api.says("POST /api/orders", an_order(), 201)
    seen = {"price": "34.5", "currency": "usd"}
    page = post("/tickets/ticket-1/reserve", seen, user="buyer")
    assert page.location == "/orders/order-1"
    assert api.asked[0].body == {"ticketId": "ticket-1"} | seen


def test_a_reservation_without_a_price_takes_any(api: Api) -> None:
    api.says("POST /api/orders", an_order(), 200)
    assert post("/tickets/ticket-1/reserve", user="buyer").location == "/orders/order-1"
    assert api.asked[0].body == {"ticketId": "ticket-1"}


def test_nobody_signs_in_first_and_comes_back_to_the_ticket(api: Api) -> None:
    page = post("/tickets/ticket-1/reserve", {"price": "34.5"})
    assert page.location == "/auth/signin?next=/tickets/ticket-1"
    assert api.asked == []


@pytest.mark.parametrize(
    ("slug", "title", "is_back"),
    [("ticket-reserved", "Just taken", True), ("ticket-sold", "Sold", False)],
)
def test_who_was_slower_sees_other_tickets_of_the_same_title(
    api: Api, slug: str, title: str, *, is_back: bool
) -> None:
    api.says("POST /api/orders", a_problem(slug), 409)
    others = [
        a_ticket(),
        a_ticket(id="ticket-2", price=40),
        a_ticket(id="ticket-3", title="Desert Radio"),
    ]
    api.says("GET /api/tickets", others)
    form = {"price": "34.5", "title": "The Velvet Foxes"}
    page = post("/tickets/ticket-1/reserve", form, user="buyer")
    assert page.status == 409
    assert f"<title>{title} · Ticketing</title>" in page.html
    assert ("it is on sale again" in page.text) is is_back
    assert "$40.00" in page.text
    assert "Desert Radio" not in page.text
    assert [one.path for one in api.asked] == ["/api/orders", "/api/tickets?limit=100"]


def test_who_was_slower_is_sent_on_if_there_is_no_other_ticket(api: Api) -> None:
    api.says("POST /api/orders", a_problem("ticket-sold"), 409)
    api.says("GET /api/tickets", [])
    page = post("/tickets/ticket-1/reserve", user="buyer")
    assert "There is no other ticket with this title" in page.text


@pytest.mark.parametrize(
    ("slug", "status", "words"),
    [
        ("price-changed", 409, "The seller just changed the price"),
        ("own-ticket", 409, "This is your own ticket"),
        ("ticket-withdrawn", 409, "The seller just withdrew this ticket"),
        ("ticket-not-found", 404, "is not ready yet"),
    ],
)
def test_a_refused_reservation_shows_the_ticket_and_why(
    api: Api, slug: str, status: int, words: str
) -> None:
    api.says("POST /api/orders", a_problem(slug), status)
    api.says("GET /api/tickets/ticket-1", a_ticket(price=50))
    page = post("/tickets/ticket-1/reserve", {"price": "34.5"}, user="buyer")
    assert page.status == 409
    assert words in page.text
    assert "$50.00" in page.text


def test_a_reservation_that_cannot_be_decided_is_a_pause(api: Api) -> None:
    api.says("POST /api/orders", a_problem("unavailable"), 503, ("Retry-After", "2"))
    page = post("/tickets/ticket-1/reserve", user="buyer")
    assert page.status == 503
    assert page.headers["retry-after"] == "2"


def test_an_order_counts_down_by_the_clock_of_the_api(api: Api) -> None:
    api.says("GET /api/orders/order-1", an_order(), 200, AT_FIVE)
    page = get("/orders/order-1", user="buyer")
    assert "14:48" in page.text
    order = page.element("div", **{"data-order": "order-1"})
    assert order["data-now"] == "2026-11-23T05:00:12Z"
    assert order["data-expires-at"] == "2026-11-23T05:15:00Z"
    assert page.element("b", role="timer")
    assert len(api.asked) == 1


def test_without_a_date_of_the_api_our_own_clock_counts(api: Api) -> None:
    api.says("GET /api/orders/order-1", an_order(expiresAt="2020-01-01T00:00:00Z"))
    assert "0:00" in get("/orders/order-1", user="buyer").text


def test_an_order_to_pay_loads_stripe_and_nothing_else_does(api: Api) -> None:
    api.says("GET /api/orders/order-1", an_order(), 200, AT_FIVE)
    api.says("GET /api/orders/order-2", an_order(id="order-2", status="complete"), 200, AT_FIVE)
    paying, paid = get("/orders/order-1", user="buyer"), get("/orders/order-2", user="buyer")
    script = "https://js.stripe.com/v3/"
    assert paying.element("link", rel="preload", href=script)
    form = paying.element("form", **{"data-key": "pk_test_1", "data-script": script})
    assert "hidden" not in form
    assert "https://js.stripe.com" in paying.headers["content-security-policy"]
    assert "stripe" not in paid.headers["content-security-policy"]
    assert "js.stripe.com" not in paid.html


def test_when_and_where_can_be_checked_while_the_time_to_pay_runs(api: Api) -> None:
    api.says("GET /api/orders/order-1", an_order(), 200, AT_FIVE)
    page = get("/orders/order-1", user="buyer")
    assert "Check when and where before you pay (new tab)" in page.text
    assert page.element("a", href="/tickets/ticket-1", target="_blank", rel="noopener")


def test_without_javascript_the_order_says_what_is_missing(api: Api) -> None:
    api.says("GET /api/orders/order-1", an_order(), 200, AT_FIVE)
    text = get("/orders/order-1", user="buyer").text
    assert "The card form needs JavaScript" in text
    assert "held until 05:15 UTC" in text


@pytest.mark.parametrize(
    ("order", "words"),
    [
        (an_order(status="awaiting:payment"), "Processing your payment"),
        (an_order(status="complete"), "It is yours. Enjoy the concert! You paid $34.50."),
        (an_order(status="cancelled", cancelReason="expired"), "The reservation time ran out"),
        (an_order(status="cancelled", cancelReason="cancelled-by-buyer"), "You cancelled"),
        (an_order(status="cancelled", cancelReason="payment-failed"), "could not be completed"),
        (an_order(status="cancelled"), "This order was cancelled. You were not charged."),
    ],
)
def test_an_order_says_its_state_in_words(api: Api, order: dict[str, str], words: str) -> None:
    api.says("GET /api/orders/order-1", order, 200, AT_FIVE)
    page = get("/orders/order-1", user="buyer")
    assert words in page.text
    assert page.headers["cache-control"] == "no-store"


def test_a_cancelled_order_leads_back_to_the_ticket(api: Api) -> None:
    api.says("GET /api/orders/order-1", an_order(status="cancelled"), 200, AT_FIVE)
    page = get("/orders/order-1", user="buyer")
    assert "You were not charged. If your bank shows a pending charge" in page.text
    assert any(link["href"] == "/tickets/ticket-1" for link in page.elements("a"))


def test_somebody_elses_order_is_not_found() -> None:
    assert get("/orders/order-9", user="buyer").status == 404


def test_orders_are_listed_with_their_states(api: Api) -> None:
    paid = an_order(id="order-2", status="complete")
    api.says("GET /api/orders", [an_order(), paid])
    page = get("/orders", user="buyer")
    assert "Waiting for payment" in page.text
    assert "Paid" in page.text
    assert "Pay for The Velvet Foxes" in page.text
    assert len(api.asked) == 1


def test_a_list_without_orders_leads_to_tickets(api: Api) -> None:
    api.says("GET /api/orders", [])
    assert "You have not ordered anything yet" in get("/orders", user="buyer").text


def test_cancelling_asks_first(api: Api) -> None:
    api.says("GET /api/orders/order-1", an_order(), 200, AT_FIVE)
    page = get("/orders/order-1/cancel", user="buyer")
    assert "Give this ticket back?" in page.text
    assert page.element("form", action="/orders/order-1/cancel")


def test_an_order_that_is_over_cannot_be_cancelled(api: Api) -> None:
    api.says("GET /api/orders/order-1", an_order(status="complete"), 200, AT_FIVE)
    assert get("/orders/order-1/cancel", user="buyer").location == "/orders/order-1"


@pytest.mark.parametrize("status", [204, 409])
def test_a_cancellation_leads_to_what_became_of_the_order(api: Api, status: int) -> None:
    body = None if status == 204 else a_problem("order-paid")
    api.says("DELETE /api/orders/order-1", body, status)
    assert post("/orders/order-1/cancel", user="buyer").location == "/orders/order-1"


def test_a_cancellation_of_somebody_elses_order_is_not_found() -> None:
    assert post("/orders/order-9/cancel", user="buyer").status == 404

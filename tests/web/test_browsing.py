"""The list and one ticket: what is shown, what is offered, and for how long it may be kept."""

import json
import re

import pytest

from tests.web.api import Api
from tests.web.browser import SITE, get
from tests.web.builders import SCRIPT, a_ticket

LINK = '</api/tickets?limit=20&cursor=after%2B1>; rel="next"'


def test_tickets_on_sale_are_listed_with_date_venue_and_price(api: Api) -> None:
    api.says("GET /api/tickets", [a_ticket()])
    page = get("/")
    assert page.status == 200
    assert "Wed 2 Dec The Velvet Foxes Paradiso, Amsterdam 20:30 (UTC+1) Price $34.50" in page.text
    assert page.element("a", href="/tickets/ticket-1")


def test_the_list_takes_one_call(api: Api) -> None:
    api.says("GET /api/tickets", [])
    get("/")
    assert [(one.method, one.path) for one in api.asked] == [("GET", "/api/tickets?limit=20")]


def test_what_a_ticket_does_not_say_is_not_invented(api: Api) -> None:
    api.says("GET /api/tickets", [a_ticket(venue=None, startsAt=None)])
    assert "No date The Velvet Foxes Venue not stated Price" in get("/").text.replace("♪ ", "")


@pytest.mark.parametrize(
    ("unsaid", "words"),
    [
        ({"venue": None}, "The seller stated no venue."),
        ({"startsAt": None}, "The seller stated no date."),
        ({"venue": None, "startsAt": None}, "The seller stated no date and no venue."),
    ],
)
def test_a_ticket_says_what_its_seller_did_not(
    api: Api, unsaid: dict[str, None], words: str
) -> None:
    api.says("GET /api/tickets/ticket-1", a_ticket(**unsaid))
    assert words in get("/tickets/ticket-1").text


@pytest.mark.parametrize("path", ["/tickets/ticket-1", "/nothing"])
def test_signing_in_leads_back_to_the_page(api: Api, path: str) -> None:
    api.says("GET /api/tickets/ticket-1", a_ticket())
    assert get(path).element("a", href=f"/auth/signin?next={path}")


@pytest.mark.parametrize("path", ["/", "/auth/signup", "/account/erased", "/account/export"])
def test_signing_in_leads_to_the_list_from_where_nobody_wants_to_be_again(
    api: Api, path: str
) -> None:
    api.says("GET /api/tickets", [])
    page = get(path, session=True)
    assert page.element("a", href="/auth/signin", **{"class": "button small"})


@pytest.mark.parametrize("user", [None, "buyer"])
def test_nobody_is_led_to_a_concert_that_has_begun(api: Api, user: str | None) -> None:
    api.says("GET /api/tickets/ticket-1", a_ticket(startsAt="2026-12-02T19:29:00.000Z"))
    page = get("/tickets/ticket-1", user=user)
    assert "Concert begun The concert has begun" in page.text
    assert "On sale" not in page.text
    assert not [form for form in page.elements("form") if "reserve" in str(form["action"])]


def test_its_seller_can_still_withdraw_the_ticket_of_a_concert_that_has_begun(api: Api) -> None:
    api.says("GET /api/tickets/ticket-1", a_ticket(startsAt="2026-12-02T19:29:00.000Z"))
    page = get("/tickets/ticket-1", user="seller")
    assert page.element("a", href="/tickets/ticket-1/withdraw")
    assert "This is your ticket. The concert has begun, so nobody can reserve it here." in page.text
    assert "n sale" not in page.text


@pytest.mark.parametrize("path", ["/", "/tickets/ticket-1", "/my/tickets"])
def test_a_concert_is_on_the_day_it_has_at_its_venue(api: Api, path: str) -> None:
    ticket = a_ticket(startsAt="2027-06-02T00:00:00.000Z", startsAtOffset="-04:00")
    for call in ("tickets", "tickets/mine"):
        api.says(f"GET /api/{call}", [ticket])
    api.says("GET /api/tickets/ticket-1", ticket)
    page = get(path, user="seller")
    assert "1 Jun" in page.text
    assert "2 Jun" not in page.text
    assert {one["datetime"] for one in page.elements("time")} == {"2027-06-01T20:00:00-04:00"}


def test_a_ticket_of_which_the_clock_is_not_known_is_shown_in_utc(api: Api) -> None:
    ticket = a_ticket()
    del ticket["startsAtOffset"]
    api.says("GET /api/tickets/ticket-1", ticket)
    assert "Wed 2 December 2026, 19:30 UTC" in get("/tickets/ticket-1").text


def test_an_empty_list_says_so_and_what_to_do(api: Api) -> None:
    api.says("GET /api/tickets", [])
    page = get("/")
    assert "Nothing is on sale at the moment" in page.text
    assert "Sell a ticket" in page.text


def test_the_next_page_is_a_link(api: Api) -> None:
    api.says("GET /api/tickets", [a_ticket()], 200, ("Link", LINK))
    assert get("/").element("a", rel="next")["href"] == "/?cursor=after%2B1"


def test_a_later_page_leads_back_to_the_first(api: Api) -> None:
    api.says("GET /api/tickets", [])
    page = get("/?cursor=after%2B1")
    assert api.asked[0].path == "/api/tickets?limit=20&cursor=after%2B1"
    assert "Back to the newest" in page.text
    assert page.element("meta", name="robots")["content"] == "noindex, follow"


def test_a_forged_cursor_is_explained(api: Api) -> None:
    api.says("GET /api/tickets", {"type": "invalid-input", "errors": []}, 400)
    page = get("/?cursor=forged")
    assert page.status == 400
    assert "We could not read that" in page.text


def test_a_list_may_be_shared_among_those_without_a_session_only(api: Api) -> None:
    api.says("GET /api/tickets", [])
    assert get("/").headers["cache-control"] == "public, max-age=0, s-maxage=5"
    assert get("/").headers["vary"] == "Authorization, Cookie"
    assert get("/", user="buyer").headers["cache-control"] == "no-store"
    assert get("/", session=True).headers["cache-control"] == "no-store"


def test_the_visitors_credential_goes_along(api: Api) -> None:
    api.says("GET /api/tickets", [])
    get("/")
    get("/", user="buyer")
    assert [one.headers["authorization"] for one in api.asked] == ["Anonymous", "Session token"]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("available", "Sign in to reserve"),
        ("reserved", "Somebody is paying for it right now"),
        ("sold", "This ticket has a new owner"),
        ("withdrawn", "The seller took it off sale"),
    ],
)
def test_a_ticket_says_its_state_in_words(api: Api, status: str, words: str) -> None:
    api.says("GET /api/tickets/ticket-1", a_ticket(status=status))
    page = get("/tickets/ticket-1")
    assert words in page.text
    assert len(api.asked) == 1


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("available", "This is your ticket. It is on sale."),
        ("reserved", "Somebody is paying for your ticket right now"),
        ("sold", "Your ticket found its buyer."),
        ("withdrawn", "You took it off sale."),
    ],
)
def test_a_seller_is_told_about_the_own_ticket(api: Api, status: str, words: str) -> None:
    api.says("GET /api/tickets/ticket-1", a_ticket(status=status))
    page = get("/tickets/ticket-1", user="seller")
    assert words in page.text
    assert "reserve" not in [button.get("data-action") for button in page.elements("button")]


def test_who_is_signed_in_can_reserve_at_the_price_shown(api: Api) -> None:
    api.says("GET /api/tickets/ticket-1", a_ticket())
    page = get("/tickets/ticket-1", user="buyer")
    assert page.element("form", action="/tickets/ticket-1/reserve")
    assert page.element("input", name="price")["value"] == "34.5"
    assert page.element("input", name="currency")["value"] == "usd"
    assert page.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("status", ["reserved", "sold"])
def test_a_buyer_finds_the_way_to_the_own_order(api: Api, status: str) -> None:
    api.says("GET /api/tickets/ticket-1", a_ticket(status=status))
    assert "Is it you?" in get("/tickets/ticket-1", user="buyer").text
    for user in (None, "seller"):
        assert "Is it you?" not in get("/tickets/ticket-1", user=user).text


def test_an_unknown_ticket_is_not_found() -> None:
    page = get("/tickets/nothing")
    assert page.status == 404
    assert "There is nothing at this address" in page.text


def test_a_title_that_looks_like_a_script_is_text_everywhere(api: Api) -> None:
    ticket = a_ticket(title=SCRIPT, venue=SCRIPT)
    api.says("GET /api/tickets", [ticket])
    api.says("GET /api/tickets/ticket-1", ticket)
    for path in ("/", "/tickets/ticket-1"):
        page = get(path)
        assert SCRIPT in page.text
        assert SCRIPT not in page.html
        assert {each.get("type") for each in page.elements("script")} <= {
            "module",
            "application/ld+json",
        }


def test_a_title_reads_in_its_own_direction_and_turns_nothing_around_it(api: Api) -> None:
    ticket = a_ticket(title="פיירוז", venue="بعلبك")
    api.says("GET /api/tickets", [ticket])
    api.says("GET /api/tickets/ticket-1", ticket)
    for path, heading in (("/", "h2"), ("/tickets/ticket-1", "h1")):
        page = get(path)
        assert page.element(heading, dir="auto") == {"dir": "auto"}
        assert "<bdi>بعلبك</bdi>" in page.html


def test_search_engines_get_an_event_with_its_offer(api: Api) -> None:
    api.says("GET /api/tickets/ticket-1", a_ticket())
    found = structured("/tickets/ticket-1")
    assert found["@type"] == "Event"
    assert found["startDate"] == "2026-12-02T20:30:00+01:00"
    assert found["location"]["name"] == "Paradiso, Amsterdam"
    assert found["offers"] == {
        "@type": "Offer",
        "url": f"{SITE}/tickets/ticket-1",
        "price": "34.5",
        "priceCurrency": "USD",
        "availability": "https://schema.org/InStock",
    }


def test_an_event_without_a_venue_has_no_location(api: Api) -> None:
    api.says("GET /api/tickets/ticket-1", a_ticket(venue=None, status="sold"))
    found = structured("/tickets/ticket-1")
    assert "location" not in found
    assert found["offers"]["availability"] == "https://schema.org/SoldOut"


def test_a_ticket_without_a_date_is_an_offer(api: Api) -> None:
    api.says("GET /api/tickets/ticket-1", a_ticket(startsAt=None, venue=None))
    assert structured("/tickets/ticket-1")["@type"] == "Offer"
    assert "The seller stated no date" in get("/tickets/ticket-1").text


def test_a_ticket_can_be_found_and_shared(api: Api) -> None:
    api.says("GET /api/tickets/ticket-1", a_ticket())
    page = get("/tickets/ticket-1")
    assert page.element("link", rel="canonical")["href"] == f"{SITE}/tickets/ticket-1"
    assert page.element("meta", property="og:title")["content"] == "The Velvet Foxes"
    description = page.element("meta", name="description")["content"]
    assert description == (
        "The Velvet Foxes, Paradiso, Amsterdam, Wed 2 December 2026: one ticket for $34.50."
    )
    assert "<title>The Velvet Foxes · Ticketing</title>" in page.html


def structured(path: str) -> dict[str, dict[str, str]]:
    """The page's data for search engines."""
    [code] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', get(path).html)
    found: dict[str, dict[str, str]] = json.loads(code)
    return found

"""Sell, edit, withdraw: what is typed is kept, and what is wrong is said beside its field."""

from datetime import datetime

import pytest

from tests.web.api import Api
from tests.web.browser import Page, get, post
from tests.web.builders import SCRIPT, a_problem, a_ticket

TYPED = {
    "title": " The Velvet Foxes ",
    "price": "34.50",
    "currency": "eur",
    "venue": "Paradiso",
    "starts_at": "2026-12-02T20:30",
    "offset": "+01:00",
}


def test_the_form_begins_with_the_shops_currency_and_no_clock() -> None:
    page = get("/tickets/new", user="seller")
    assert selected(page) == ["usd"]
    assert page.elements("select")[1]["aria-describedby"] == "offset-hint"


def test_a_ticket_is_listed_as_it_was_typed(api: Api) -> None:
    api.says("POST /api/tickets", a_ticket(), 201)
    assert post("/tickets/new", TYPED, user="seller").location == "/tickets/ticket-1"
    assert api.asked[0].body == {
        "title": "The Velvet Foxes",
        "price": "34.50",
        "currency": "eur",
        "venue": "Paradiso",
        "startsAt": "2026-12-02T20:30:00+01:00",
    }


@pytest.mark.parametrize(
    ("typed", "sent"),
    [("49,5", "49.5"), ("49,50", "49.50"), ("1,000", "1,000"), ("1,000,50", "1,000,50")],
)
def test_a_price_may_have_a_decimal_comma(api: Api, typed: str, sent: str) -> None:
    api.says("POST /api/tickets", a_ticket(), 201)
    post("/tickets/new", TYPED | {"price": typed}, user="seller")
    assert api.asked[0].body["price"] == sent


def test_a_form_lists_one_ticket_however_often_it_is_sent(api: Api) -> None:
    key = get("/tickets/new", user="seller").element("input", name="key")["value"]
    assert key != get("/tickets/new", user="seller").element("input", name="key")["value"]
    api.says("POST /api/tickets", a_problem("invalid-input"), 400)
    page = post("/tickets/new", TYPED | {"key": key}, user="seller")
    assert page.element("input", name="key")["value"] == key
    assert api.asked[-1].headers["idempotency-key"] == key


def test_a_form_that_comes_again_with_something_else_asks_first(api: Api) -> None:
    api.says("POST /api/tickets", a_problem("idempotency-key-reused"), 422)
    page = post("/tickets/new", TYPED | {"key": "used"}, user="seller")
    assert page.status == 422
    assert "You already listed a ticket with this form" in page.text
    assert page.element("input", id="title")["value"] == "The Velvet Foxes"
    assert page.element("input", name="key")["value"] not in ("", "used")


def test_a_form_without_a_key_or_with_a_strange_one_is_a_form(api: Api) -> None:
    api.says("POST /api/tickets", a_ticket(), 201)
    for key in ("", "\r\nHost: x", "ключ"):
        assert post("/tickets/new", TYPED | {"key": key}, user="seller").status == 303


def test_what_is_left_empty_is_not_sent(api: Api) -> None:
    api.says("POST /api/tickets", a_ticket(), 201)
    empty = {"title": "", "price": "", "venue": " ", "starts_at": ""}
    post("/tickets/new", empty, user="seller")
    assert api.asked[0].body == {"title": "", "price": ""}


def test_errors_stand_beside_their_fields_and_the_input_is_kept(api: Api) -> None:
    refused = a_problem(
        "invalid-input",
        {"message": "Price must be greater than 0", "field": "price"},
        {"message": "Starts at must be an RFC 3339 time", "field": "startsAt"},
    )
    api.says("POST /api/tickets", refused, 400)
    page = post("/tickets/new", TYPED | {"price": "-1"}, user="seller")
    assert page.status == 400
    price = page.element("input", id="price")
    assert (price["value"], price["aria-invalid"]) == ("-1", "true")
    assert price["aria-describedby"] == "price-error"
    assert page.element("p", id="price-error")
    assert page.element("a", href="#price")
    assert "Date must be a day and a time" in page.text
    assert page.element("input", id="startsAt")["value"] == "2026-12-02T20:30"
    assert page.element("input", id="venue")["value"] == "Paradiso"
    assert selected(page) == ["eur", "+01:00"]


@pytest.mark.parametrize("path", ["/tickets/new", "/tickets/ticket-1/edit"])
@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"offset": ""}, "offset", "Choose the clock at the venue"),
        ({"offset": "+01:01"}, "startsAt", "Date must be in the future"),
        ({"starts_at": "2025-12-02T20:30"}, "startsAt", "Date must be in the future"),
    ],
)
def test_a_date_that_nobody_means_is_not_taken(
    api: Api, path: str, typed: dict[str, str], field: str, words: str
) -> None:
    page = post(path, TYPED | typed, user="seller")
    assert page.status == 400
    assert words in page.text
    assert page.element("a", href=f"#{field}")
    assert page.element("p", id=f"{field}-error")
    assert page.element("input", id="title")["value"] == "The Velvet Foxes"
    assert api.asked == []


def test_what_is_missing_is_said_along_with_a_date_that_nobody_means(api: Api) -> None:
    page = post("/tickets/new", TYPED | {"title": " ", "price": "", "offset": ""}, user="seller")
    assert "Title must not be empty Price must not be empty Choose the clock" in page.text
    assert api.asked == []


@pytest.mark.parametrize(
    "typed",
    [
        {"starts_at": "soon"},
        {"offset": "soon"},
        {"starts_at": "2026-12-02T20", "offset": ":00"},
        {"starts_at": "9999-12-31T23:59", "offset": "-12:00"},
    ],
)
def test_what_is_no_date_is_for_the_api_to_refuse(api: Api, typed: dict[str, str]) -> None:
    api.says("POST /api/tickets", a_problem("invalid-input"), 400)
    assert post("/tickets/new", TYPED | typed, user="seller").status == 400
    assert len(api.asked) == 1


def test_a_clock_without_a_date_is_no_date_that_was_left_out(api: Api) -> None:
    page = post("/tickets/new", TYPED | {"starts_at": ""}, user="seller")
    assert page.status == 400
    assert "Choose the date and time, or no clock" in page.text
    assert page.element("input", id="startsAt")["aria-invalid"] == "true"
    assert api.asked == []


def test_a_date_can_be_taken_away_and_the_clock_left_as_it_is(api: Api) -> None:
    api.says("PUT /api/tickets/ticket-1", a_ticket())
    form = TYPED | {"starts_at": "", "version": "3"}
    assert post("/tickets/ticket-1/edit", form, user="seller").location == "/tickets/ticket-1"
    assert "startsAt" not in api.asked[0].body


def test_without_a_date_no_clock_is_needed(api: Api) -> None:
    api.says("POST /api/tickets", a_ticket(), 201)
    assert post("/tickets/new", TYPED | {"starts_at": "", "offset": ""}, user="seller").location
    assert "startsAt" not in api.asked[0].body


def test_an_error_of_no_field_and_one_of_an_unknown_field_are_said_too(api: Api) -> None:
    refused = a_problem("invalid-input", {"message": "So not"}, {"message": "Hm", "field": "x"})
    api.says("POST /api/tickets", refused, 400)
    page = post("/tickets/new", TYPED, user="seller")
    assert "Please check this So not Hm" in page.text


def test_what_was_typed_comes_back_as_text(api: Api) -> None:
    api.says("POST /api/tickets", a_problem("invalid-input"), 400)
    page = post("/tickets/new", TYPED | {"title": f'">{SCRIPT}'}, user="seller")
    assert SCRIPT not in page.html
    assert page.element("input", id="title")["value"] == f'">{SCRIPT}'


def test_selling_needs_a_session() -> None:
    assert get("/tickets/new").location == "/auth/signin?next=/tickets/new"
    assert post("/tickets/new", TYPED).location == "/auth/signin?next=/tickets/new"


def test_the_edit_form_holds_the_ticket_as_it_is(api: Api) -> None:
    api.says("GET /api/tickets/ticket-1", a_ticket(currency="bhd", price=34.5))
    page = get("/tickets/ticket-1/edit", user="seller")
    assert page.element("input", name="version")["value"] == "3"
    assert page.element("input", id="price")["value"] == "34.500"
    assert page.element("input", id="startsAt")["value"] == "2026-12-02T20:30"
    assert selected(page) == ["bhd", "+01:00"]


@pytest.mark.parametrize("offset", ["-04:00", "+05:45", "-02:17"])
def test_a_ticket_that_is_saved_as_it_is_starts_when_it_did(api: Api, offset: str) -> None:
    api.says("GET /api/tickets/ticket-1", a_ticket(startsAtOffset=offset))
    api.says("PUT /api/tickets/ticket-1", a_ticket())
    page = get("/tickets/ticket-1/edit", user="seller")
    typed = {
        "starts_at": page.element("input", id="startsAt")["value"],
        "offset": selected(page)[1],
    }
    assert typed["offset"] == offset
    post("/tickets/ticket-1/edit", TYPED | typed, user="seller")
    sent = datetime.fromisoformat(api.asked[-1].body["startsAt"])
    assert sent == datetime.fromisoformat("2026-12-02T19:30Z")


def test_the_edit_form_of_a_bare_ticket_is_empty_there(api: Api) -> None:
    api.says("GET /api/tickets/ticket-1", a_ticket(venue=None, startsAt=None))
    page = get("/tickets/ticket-1/edit", user="seller")
    assert page.element("input", id="venue")["value"] == ""
    assert page.element("input", id="startsAt")["value"] == ""


@pytest.mark.parametrize("page", ["edit", "withdraw"])
@pytest.mark.parametrize(("user", "status"), [("buyer", "available"), ("seller", "reserved")])
def test_what_cannot_be_changed_is_shown_instead(
    api: Api, page: str, user: str, status: str
) -> None:
    api.says("GET /api/tickets/ticket-1", a_ticket(status=status))
    assert get(f"/tickets/ticket-1/{page}", user=user).location == "/tickets/ticket-1"


def test_an_edit_names_the_version_that_was_seen(api: Api) -> None:
    api.says("PUT /api/tickets/ticket-1", a_ticket())
    form = TYPED | {"version": "3"}
    assert post("/tickets/ticket-1/edit", form, user="seller").location == "/tickets/ticket-1"
    assert api.asked[0].headers["if-match"] == '"3"'
    assert api.asked[0].body["title"] == "The Velvet Foxes"


@pytest.mark.parametrize("version", ["Δ", "1\r\nX-Other: 1", '0", "1'])
def test_an_edit_of_no_version_is_refused_by_the_api(api: Api, version: str) -> None:
    api.says("PUT /api/tickets/ticket-1", a_problem("invalid-input"), 400)
    form = TYPED | {"version": version}
    assert post("/tickets/ticket-1/edit", form, user="seller").status == 400
    assert "x-other" not in api.asked[0].headers
    assert api.asked[0].headers["if-match"].count('"') == 2


@pytest.mark.parametrize(
    ("slug", "status", "words"),
    [
        ("stale-version", 412, "was changed since you opened the form"),
        ("ticket-reserved", 409, "Somebody is buying this ticket right now"),
        ("ticket-sold", 409, "This ticket is sold"),
        ("ticket-withdrawn", 409, "This ticket was withdrawn"),
    ],
)
def test_a_refused_edit_keeps_what_was_typed(api: Api, slug: str, status: int, words: str) -> None:
    api.says("PUT /api/tickets/ticket-1", a_problem(slug), status)
    page = post("/tickets/ticket-1/edit", TYPED | {"version": "3"}, user="seller")
    assert page.status == status
    assert words in page.text
    assert page.element("input", id="venue")["value"] == "Paradiso"


def test_an_edit_of_somebody_elses_ticket_is_forbidden(api: Api) -> None:
    api.says("PUT /api/tickets/ticket-1", a_problem("not-the-seller"), 403)
    page = post("/tickets/ticket-1/edit", TYPED, user="buyer")
    assert page.status == 403
    assert "You cannot do this here" in page.text


def test_own_tickets_are_listed_in_every_state(api: Api) -> None:
    sold = a_ticket(id="ticket-2", status="sold", venue=None, startsAt=None)
    api.says("GET /api/tickets/mine", [a_ticket(), sold])
    page = get("/my/tickets", user="seller")
    assert "On sale" in page.text
    assert "Sold" in page.text
    edits = [link["href"] for link in page.elements("a") if str(link["href"]).endswith("/edit")]
    assert edits == ["/tickets/ticket-1/edit"]


def test_of_the_own_tickets_none_is_on_sale_once_its_concert_has_begun(api: Api) -> None:
    begun = "2026-12-02T19:29:00.000Z"
    api.says("GET /api/tickets/mine", [a_ticket(startsAt=begun)])
    assert "Concert begun" in get("/my/tickets", user="seller").text
    api.says("GET /api/tickets/mine", [a_ticket(startsAt=begun, status="sold")])
    assert "Sold" in get("/my/tickets", user="seller").text


def test_a_seller_without_tickets_is_invited(api: Api) -> None:
    api.says("GET /api/tickets/mine", [])
    assert "You have not put a ticket on sale yet" in get("/my/tickets", user="seller").text


def test_withdrawing_asks_first(api: Api) -> None:
    api.says("GET /api/tickets/ticket-1", a_ticket())
    page = get("/tickets/ticket-1/withdraw", user="seller")
    assert "Withdraw this ticket?" in page.text
    assert page.element("form", action="/tickets/ticket-1/withdraw")


@pytest.mark.parametrize(("body", "status"), [(None, 204), (a_problem("ticket-reserved"), 409)])
def test_a_ticket_says_itself_whether_it_could_be_withdrawn(
    api: Api, body: object, status: int
) -> None:
    api.says("DELETE /api/tickets/ticket-1", body, status)
    assert post("/tickets/ticket-1/withdraw", user="seller").location == "/tickets/ticket-1"


def test_withdrawing_somebody_elses_ticket_is_forbidden(api: Api) -> None:
    api.says("DELETE /api/tickets/ticket-1", a_problem("not-the-seller"), 403)
    assert post("/tickets/ticket-1/withdraw", user="buyer").status == 403


def selected(page: Page) -> list[str | None]:
    """What the form's lists stand on: currency and offset."""
    return [option["value"] for option in page.elements("option") if "selected" in option]

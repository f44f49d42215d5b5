"""What a seller may write of a ticket."""

import json
import re
from typing import Any

import pytest

from ticketing.errors import Invalid
from ticketing.validation import read_body
from tickets.api import TicketInput
from tickets.fields import DOCUMENTED
from tickets.models import Offer

pytestmark = pytest.mark.usefixtures("default_currency")


def offer(body: str) -> Offer:
    return read_body(TicketInput, body.encode()).offer()


def errors(body: str) -> dict[str | None, str]:
    with pytest.raises(Invalid) as refused:
        offer(body)
    return {error.field: error.message for error in refused.value.errors}


def with_price(price: str, currency: str = "usd") -> str:
    return f'{{"title": "Nick Cave", "price": {price}, "currency": "{currency}"}}'


def with_text(**fields: Any) -> str:
    texts = "".join(f', "{name}": "{text}"' for name, text in fields.items())
    return f'{{"price": 20{texts}}}'


def test_only_title_and_price_are_needed() -> None:
    assert offer('{"title": "Nick Cave", "price": 20}') == Offer(
        "Nick Cave", 2000, "usd", None, None
    )


def test_every_field_is_read() -> None:
    body = """{"title": " Nick Cave\\n", "price": "49.50", "currency": "EUR",
               "venue": " O2 ", "startsAt": "2027-06-01T20:00:00.5+01:00"}"""
    assert offer(body) == Offer("Nick Cave", 4950, "eur", "O2", "2027-06-01T20:00:00.500+01:00")


def test_null_is_nothing() -> None:
    assert offer('{"title": "x", "price": 1, "venue": null, "startsAt": null}') == Offer(
        "x", 100, "usd", None, None
    )


@pytest.mark.parametrize(
    ("price", "currency", "amount"),
    [
        ("20.10", "usd", 2010),
        ('"1.234"', "KWD", 1234),
    ],
)
def test_a_price_is_exact(price: str, currency: str, amount: int) -> None:
    assert offer(with_price(price, currency)).amount == amount


@pytest.mark.parametrize(
    ("price", "currency", "message"),
    [
        ("20.555", "usd", "Price in USD must have at most 2 decimals"),
        ("20.5", "jpy", "Price in JPY must be a whole number"),
        ("1.2345", "kwd", "Price in KWD must have at most 3 decimals"),
    ],
)
def test_a_price_finer_than_its_currency_is_refused(
    price: str, currency: str, message: str
) -> None:
    assert errors(with_price(price, currency)) == {"price": message}


def test_a_currency_that_cannot_be_charged_is_refused() -> None:
    message = "Currency must be an ISO 4217 code that can be charged"
    assert errors(with_price("20.555", "xyz")) == {"currency": message}


@pytest.mark.parametrize(
    ("title", "message"),
    [
        ("", "Title must not be empty"),
        (" \\t\\u00a0\\u2003", "Title must not be empty"),
        ("\\u200b\\u200d", "Title must not be empty"),
        (" \\ufeff\\u3164", "Title must not be empty"),
        ("x" * 201, "Title must have at most 200 characters"),
        ("a\\u0000b", "Title must not contain control characters"),
        ("two\\nlines", "Title must not contain control characters"),
        ("two\\u2028lines", "Title must not contain control characters"),
        ("right\\u202eto left", "Title must not contain control characters"),
        ("\\u2066never closed", "Title must not contain control characters"),
    ],
)
def test_a_title_is_one_line_of_text(title: str, message: str) -> None:
    assert errors(with_text(title=title)) == {"title": message}


@pytest.mark.parametrize(
    "title", ["x" * 200, f"  {'x' * 200}  ", "👩‍🎤 Björk", "\u200fموسيقى", "❤️"]
)
def test_a_title_may_be_in_any_script(title: str) -> None:
    assert offer(with_text(title=title)).title == title.strip()


def test_a_venue_is_not_empty() -> None:
    for venue in (" ", "\\u200b"):
        assert errors(with_text(title="x", venue=venue)) == {"venue": "Venue must not be empty"}


@pytest.mark.parametrize("character", [*"\u200b\u202e\u2066\u3164\ufeff\n aä👩"])
def test_the_document_names_what_is_taken(character: str) -> None:
    for title in (character, f"a{character}", f"{character}a", f" a{character}b "):
        try:
            offer(with_text(title=json.dumps(title)[1:-1]))
        except Invalid:
            assert not re.search(DOCUMENTED, title)
        else:
            assert re.search(DOCUMENTED, title)


@pytest.mark.parametrize(
    ("moment", "kept"),
    [
        ("2027-06-01T20:00:00Z", "2027-06-01T20:00:00.000Z"),
        ("2027-06-01t20:00:00z", "2027-06-01T20:00:00.000Z"),
        ("2027-06-01T20:00:00+00:00", "2027-06-01T20:00:00.000Z"),
        ("2027-06-01T20:00:00-00:00", "2027-06-01T20:00:00.000Z"),
        ("2027-06-01T20:00:00-04:00", "2027-06-01T20:00:00.000-04:00"),
        ("2027-01-01T00:30:00.123456789+05:45", "2027-01-01T00:30:00.123+05:45"),
        ("0999-06-01T20:00:00Z", "0999-06-01T20:00:00.000Z"),
    ],
)
def test_a_start_keeps_the_clock_of_its_place(moment: str, kept: str) -> None:
    assert offer(with_text(title="x", startsAt=moment)).starts_at == kept


@pytest.mark.parametrize(
    "moment",
    [
        "2027-06-01",
        "2027-06-01T20:00:00",
        "2027-06-01 20:00:00Z",
        "2027-06-01T20:00Z",
        "2027-02-30T20:00:00Z",
        "0001-01-01T00:00:00+05:00",
        "9999-12-31T23:00:00-05:00",
        "2027-06-01T20:00:00+24:00",
        "1780000000",
        "tomorrow",
        "",
    ],
)
def test_a_start_that_is_no_moment_is_refused(moment: str) -> None:
    message = (
        "Starts at must be an RFC 3339 time with its offset, such as 2027-06-01T20:00:00-04:00"
    )
    assert errors(with_text(title="x", startsAt=moment)) == {"startsAt": message}


def test_every_wrong_field_is_named() -> None:
    assert errors('{"title": "", "price": 0.001, "venue": 7, "startsAt": 7, "row": 1}') == {
        "title": "Title must not be empty",
        "price": "Price in USD must have at most 2 decimals",
        "venue": "Venue must be text",
        "startsAt": "Starts at must be an RFC 3339 time with its offset, "
        "such as 2027-06-01T20:00:00-04:00",
        "row": "Row is not a known field",
    }


def test_title_and_price_are_required() -> None:
    assert errors("{}") == {"title": "Title is required", "price": "Price is required"}

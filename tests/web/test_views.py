"""Words for money and dates."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from web import views
from web.resources import Order, OrderTicket

EVENING = datetime(2026, 12, 2, 20, 30, tzinfo=timezone(timedelta(hours=1)))


@pytest.mark.parametrize(
    ("price", "currency", "words"),
    [
        ("20", "usd", "$20.00"),
        ("20.5", "eur", "€20.50"),
        ("999999.99", "gbp", "£999,999.99"),
        ("2000", "jpy", "¥2,000"),
        ("1.234", "bhd", "1.234 BHD"),
        ("20", "chf", "20.00 CHF"),
    ],
)
def test_money_has_the_decimals_of_its_currency(price: str, currency: str, words: str) -> None:
    assert views.money(Decimal(price), currency) == words


def test_dates_are_said_in_full_and_for_machines() -> None:
    assert views.day(EVENING) == "Wed 2 December 2026"
    assert views.iso(EVENING) == "2026-12-02T20:30:00+01:00"
    assert views.iso(EVENING.astimezone(UTC)) == "2026-12-02T19:30:00Z"


@pytest.mark.parametrize(
    ("offset", "words"),
    [
        ("+00:00", "20:30 UTC"),
        ("+01:00", "20:30 (UTC+1)"),
        ("-04:00", "20:30 (UTC-4)"),
        ("+10:00", "20:30 (UTC+10)"),
        ("+05:45", "20:30 (UTC+5:45)"),
        ("-00:30", "20:30 (UTC-0:30)"),
    ],
)
def test_a_clock_says_how_far_it_is_from_utc(offset: str, words: str) -> None:
    assert views.clock_time(datetime.fromisoformat(f"2026-12-02T20:30{offset}")) == words


@pytest.mark.parametrize(("second", "left"), [(0, 900), (1, 900), (2, 899), (901, 0), (950, 0)])
def test_a_reservation_never_lasts_longer_than_it_was_made_for(second: int, left: int) -> None:
    created = datetime(2026, 11, 23, 5, 0, 0, 600_000, tzinfo=UTC)
    expires = datetime(2026, 11, 23, 5, 15, 1, tzinfo=UTC)
    ticket = OrderTicket("ticket-1", "The Velvet Foxes", Decimal(20), "usd")
    order = Order("order-1", "created", expires, created, None, ticket)
    now = created.replace(microsecond=0) + timedelta(seconds=second)
    assert views.seconds_left(order, now) == left


def test_the_same_title_has_the_same_color() -> None:
    assert views.tone("The Velvet Foxes") == views.tone("the velvet foxes")
    assert {views.tone(str(number)) for number in range(100)} == set(range(views.TONES))

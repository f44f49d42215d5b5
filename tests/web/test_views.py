"""Words for money and dates."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from web import views

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


def test_dates_are_said_in_full_and_in_utc_for_machines() -> None:
    assert views.day(EVENING) == "Wed 2 December 2026"
    assert views.iso(EVENING) == "2026-12-02T19:30:00Z"
    assert views.clock_time(EVENING.astimezone(UTC)) == "19:30 UTC"


def test_the_same_title_has_the_same_color() -> None:
    assert views.tone("The Velvet Foxes") == views.tone("the velvet foxes")
    assert {views.tone(str(number)) for number in range(100)} == set(range(views.TONES))

"""Money: whole minor units, whatever the currency, and never off by a rounding error."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketing.money import (
    MAX_PRICE,
    THREE_DECIMAL,
    TWO_DECIMAL,
    ZERO_DECIMAL,
    exponent,
    to_amount,
    to_price,
)

DECIMALS = {"usd": 2, "jpy": 0, "kwd": 3}
currencies = st.sampled_from(sorted(DECIMALS))


@st.composite
def amounts(draw: st.DrawFn) -> tuple[int, str]:
    """A chargeable amount in minor units, and its currency."""
    currency = draw(currencies)
    highest = int(MAX_PRICE.scaleb(DECIMALS[currency]))
    return draw(st.integers(1, highest)), currency


@given(amounts())
def test_an_amount_survives_its_way_over_the_wire(money: tuple[int, str]) -> None:
    amount, currency = money
    on_the_wire = json.dumps(to_price(amount, currency))
    assert to_amount(Decimal(on_the_wire), currency) == amount


@given(amounts())
def test_a_price_shows_exactly_the_decimals_it_has(money: tuple[int, str]) -> None:
    amount, currency = money
    exact = Decimal(amount).scaleb(-DECIMALS[currency])
    assert Decimal(repr(to_price(amount, currency))) == exact


@given(st.integers(1, 999_999), currencies)
def test_a_whole_price_is_shown_without_decimals(whole: int, currency: str) -> None:
    price = to_price(whole * 10 ** DECIMALS[currency], currency)
    assert repr(price) == str(whole)


@given(amounts())
def test_a_price_finer_than_its_currency_is_refused(money: tuple[int, str]) -> None:
    amount, currency = money
    decimals = DECIMALS[currency]
    finer = Decimal(amount * 10 - 1).scaleb(-decimals - 1)
    rule = f"have at most {decimals} decimals" if decimals else "be a whole number"
    with pytest.raises(ValueError, match=f"^Price in {currency.upper()} must {rule}$"):
        to_amount(finer, currency)


@pytest.mark.parametrize(
    ("price", "currency", "amount"),
    [
        ("20", "usd", 2000),
        ("20.50", "usd", 2050),
        ("0.01", "usd", 1),
        ("999999.99", "usd", 99_999_999),
        ("1.10", "usd", 110),
        ("4.35", "usd", 435),
        ("500", "jpy", 500),
        ("500.0", "jpy", 500),
        ("1.234", "kwd", 1234),
    ],
)
def test_a_price_is_an_amount_of_minor_units(price: str, currency: str, amount: int) -> None:
    assert to_amount(Decimal(price), currency) == amount


@pytest.mark.parametrize(
    ("price", "message"),
    [
        ("0", "greater than 0"),
        ("-1", "greater than 0"),
        ("1000000", "at most 999999.99"),
        ("999999.991", "at most 999999.99"),
    ],
)
def test_a_price_out_of_bounds_is_refused(price: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        to_amount(Decimal(price), "usd")


@pytest.mark.parametrize("currency", ["", "us", "USD", "xxx", "btc", "isk", "ugx"])
def test_a_currency_that_cannot_be_charged_is_refused(currency: str) -> None:
    with pytest.raises(ValueError, match="ISO 4217"):
        exponent(currency)


def test_every_currency_has_one_number_of_decimals() -> None:
    assert not TWO_DECIMAL & ZERO_DECIMAL
    assert not TWO_DECIMAL & THREE_DECIMAL
    assert not ZERO_DECIMAL & THREE_DECIMAL

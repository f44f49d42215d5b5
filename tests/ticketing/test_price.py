"""The price on the wire: what is read as which decimal, and what is refused with which words."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from ticketing.errors import Invalid
from ticketing.money import MAX_PRICE
from ticketing.price import POSITIVE, Price
from ticketing.schema import Input
from ticketing.validation import read_body


class Offer(Input):
    price: Price


def read(price: str) -> Decimal:
    return read_body(Offer, f'{{"price": {price}}}'.encode()).price


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("20", "20"),
        ("20.5", "20.5"),
        ('"20.50"', "20.50"),
        ('"0020"', "20"),
        ("0.1", "0.1"),
        ("1e2", "100"),
        ("4.35", "4.35"),
        ("999999.99", "999999.99"),
        ("1e-7", "0.0000001"),
    ],
)
def test_a_number_or_a_numeric_text_is_a_price(text: str, price: str) -> None:
    assert read(text) == Decimal(price)


@given(st.decimals("0.001", "999999.99", places=3))
def test_a_number_is_read_as_it_was_written(price: Decimal) -> None:
    assert read(str(price)) == price == read(f'"{price}"')


@pytest.mark.parametrize(
    "text",
    [
        "null",
        "true",
        "[]",
        "{}",
        '""',
        '" 20"',
        '"20 "',
        '"1e2"',
        '"1_000"',
        '"+20"',
        '"-20"',
        '".5"',
        '"20."',
        '"20,50"',
        '"NaN"',
        "NaN",
        '"٢٠"',
        '"1234567890123"',
        '"0.1234567890123"',
    ],
)
def test_anything_else_is_not_a_number(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(text)
    assert refused.value.errors == (("Price must be a number", "price"),)


@pytest.mark.parametrize("text", ["0", "-1", "-0.01", "1e-400", "-1e400", '"0"', '"0.00"'])
def test_a_price_must_be_positive(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(text)
    assert refused.value.errors == (("Price must be greater than 0", "price"),)


@pytest.mark.parametrize("text", ["1000000", "999999.991", "1e400", "Infinity", "9" * 4000])
def test_a_price_has_an_upper_bound(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(text)
    assert refused.value.errors == (("Price must be at most 999999.99", "price"),)


def test_the_schema_says_number_or_numeric_text() -> None:
    schema = TypeAdapter(Price).json_schema()
    assert [option["type"] for option in schema["anyOf"]] == ["number", "string"]


@given(st.from_regex(POSITIVE, fullmatch=True))
def test_every_text_of_the_documented_form_is_a_price_or_just_too_high(text: str) -> None:
    assert 0 < Decimal(text) < 1_000_000
    if Decimal(text) <= MAX_PRICE:
        assert read(f'"{text}"') == Decimal(text)


@given(st.decimals("0.01", "999999.99", places=2).map(str))
def test_every_text_of_a_price_has_the_documented_form(text: str) -> None:
    assert re.search(POSITIVE, text)
    assert re.search(POSITIVE, "00" + text)

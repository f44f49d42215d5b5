"""Which amounts and currencies can be charged."""

import pytest

from cdk.local.stripe_double.currencies import MINIMUMS, chargeable, known_currency, major
from cdk.local.stripe_double.errors import InvalidRequest


@pytest.mark.parametrize(("currency", "minimum"), MINIMUMS.items())
def test_less_than_the_minimum_is_too_small(currency: str, minimum: int) -> None:
    assert chargeable(minimum, currency) == minimum
    with pytest.raises(InvalidRequest) as caught:
        chargeable(minimum - 1, currency)
    assert caught.value.as_json()["error"]["code"] == "amount_too_small"


def test_more_than_eight_digits_is_too_large() -> None:
    assert chargeable(99_999_999, "usd") == 99_999_999
    with pytest.raises(InvalidRequest) as caught:
        chargeable(100_000_000, "usd")
    error = caught.value.as_json()["error"]
    assert error["code"] == "amount_too_large"
    assert error["message"] == "Amount must be no more than 999,999.99 usd"


def test_three_decimal_amounts_end_in_zero() -> None:
    assert chargeable(5_120, "kwd") == 5_120
    with pytest.raises(InvalidRequest, match="last digit"):
        chargeable(5_124, "kwd")


def test_a_currency_is_lower_case_and_known() -> None:
    assert known_currency("USD") == "usd"
    with pytest.raises(InvalidRequest, match="Invalid currency: zzz"):
        known_currency("zzz")


@pytest.mark.parametrize(
    ("currency", "shown"), [("usd", "12.34"), ("jpy", "1,234"), ("kwd", "1.234")]
)
def test_a_message_shows_major_units(currency: str, shown: str) -> None:
    assert major(1_234, currency) == shown

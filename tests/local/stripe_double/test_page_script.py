"""The script that stands in for Stripe.js is served by the double that it calls."""

import re

import httpx

from cdk.local.stripe_double.cards import card_of_number
from tests.local.stripe_double.conftest import Running


def test_a_page_of_any_origin_may_load_the_script(double: Running) -> None:
    answer = double.http.get("/js/stripe.js", headers={"Origin": "http://127.0.0.1:8000"})
    assert answer.status_code == httpx.codes.OK
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"


def test_the_cards_one_click_away_are_those_that_the_double_knows(double: Running) -> None:
    numbers = re.findall(r'"(\d{16})"', double.http.get("/js/stripe.js").text)
    assert len(numbers) == 4
    assert all(card_of_number(number).names for number in numbers)
    assert [card_of_number(number).decline is None for number in numbers] == [
        True,
        False,
        False,
        True,
    ]
    assert card_of_number(numbers[-1]).authentication

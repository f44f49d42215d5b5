"""Lists: newest first, in pages."""

from typing import Any

import pytest

from cdk.local.stripe_double.account import Shelf
from cdk.local.stripe_double.errors import InvalidRequest
from cdk.local.stripe_double.intents import PaymentIntent
from tests.local.stripe_double.desk import NOW, Desk
from tests.local.stripe_double.test_intents import an_intent


def a_desk(count: int) -> tuple[Desk, list[str]]:
    """A desk with as many intents, one a second, and their ids, newest first."""
    desk, ids = Desk(), []
    for _ in range(count):
        ids.append(desk.create()["id"])
        desk.now += 1
    return desk, ids[::-1]


def page(desk: Desk, **form: Any) -> tuple[list[str], bool]:
    listed = desk.perform("payment_intents.list", form)
    assert (listed["object"], listed["url"]) == ("list", "/v1/payment_intents")
    return [item["id"] for item in listed["data"]], listed["has_more"]


def test_a_list_is_newest_first_ten_at_a_time() -> None:
    desk, ids = a_desk(11)
    assert page(desk) == (ids[:10], True)
    assert page(desk, limit="11") == (ids, False)


def test_pages_follow_each_other() -> None:
    desk, ids = a_desk(5)
    assert page(desk, limit="2", starting_after=ids[1]) == (ids[2:4], True)
    assert page(desk, limit="2", starting_after=ids[3]) == (ids[4:], False)


@pytest.mark.parametrize(
    ("created", "positions"),
    [
        ({"gte": NOW + 3}, [0, 1]),
        ({"lte": NOW + 1}, [3, 4]),
        ({"gte": NOW + 1, "lte": NOW + 2}, [2, 3]),
    ],
)
def test_a_list_can_be_limited_in_time(created: dict[str, int], positions: list[int]) -> None:
    desk, ids = a_desk(5)
    form = {name: str(value) for name, value in created.items()}
    assert page(desk, created=form)[0] == [ids[at] for at in positions]


def test_filters_hold_beyond_a_cursor_that_they_hide() -> None:
    desk, ids = a_desk(3)
    assert page(desk, starting_after=ids[0], created={"lte": str(NOW)})[0] == ids[2:]


@pytest.mark.parametrize("limit", ["0", "101", "many"])
def test_a_limit_is_one_to_a_hundred(limit: str) -> None:
    with pytest.raises(InvalidRequest):
        page(Desk(), limit=limit)


def test_an_unknown_cursor_is_refused() -> None:
    with pytest.raises(InvalidRequest) as caught:
        page(Desk(), starting_after="pi_nope")
    assert caught.value.as_json()["error"]["param"] == "starting_after"


def test_a_shelf_keeps_the_newest() -> None:
    shelf: Shelf[PaymentIntent] = Shelf("payment_intent", limit=2)
    for name in ("pi_1", "pi_2", "pi_2", "pi_3"):
        shelf.put(an_intent(id=name))
    assert [item.id for item in shelf.newest_first()] == ["pi_3", "pi_2"]

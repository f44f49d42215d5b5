"""Lists: newest first, in pages."""

from typing import Any

import pytest

from cdk.local.stripe_double.account import Shelf
from cdk.local.stripe_double.errors import InvalidRequest
from cdk.local.stripe_double.intents import PaymentIntent
from cdk.local.stripe_double.operations import check_expand, expand
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


def test_pages_follow_each_other_in_both_directions() -> None:
    desk, ids = a_desk(5)
    assert page(desk, limit="2", starting_after=ids[1]) == (ids[2:4], True)
    assert page(desk, limit="2", starting_after=ids[3]) == (ids[4:], False)
    assert page(desk, limit="2", ending_before=ids[4]) == (ids[2:4], True)
    assert page(desk, limit="2", ending_before=ids[1]) == (ids[:1], False)


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


@pytest.mark.parametrize("cursor", ["starting_after", "ending_before"])
def test_an_unknown_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        page(Desk(), **{cursor: "pi_nope"})
    assert caught.value.as_json()["error"]["param"] == cursor


def test_charges_and_refunds_are_listed_by_intent() -> None:
    desk = Desk()
    first, second = desk.authorized(), desk.authorized()
    desk.perform("payment_intents.capture", {}, second["id"])
    desk.perform("refunds.create", {"payment_intent": second["id"]})
    for name, count in (("charges.list", 1), ("refunds.list", 0)):
        found = desk.perform(name, {"payment_intent": first["id"]})["data"]
        assert len(found) == count
    assert len(desk.perform("refunds.list", {"charge": second["latest_charge"]})["data"]) == 1


def test_an_unknown_object_is_404() -> None:
    for kind in ("charges", "refunds", "payment_methods"):
        with pytest.raises(InvalidRequest) as caught:
            Desk().perform(f"{kind}.retrieve", {}, "nope")
        assert caught.value.status == 404


def test_ids_expand_into_their_objects() -> None:
    desk = Desk()
    intent = desk.authorized()
    whole = expand(desk.account, intent, "latest_charge.payment_intent")
    assert whole["latest_charge"]["payment_intent"]["id"] == intent["id"]
    listed = desk.perform("payment_intents.list")
    method = expand(desk.account, listed, "data.payment_method")["data"][0]["payment_method"]
    assert method["card"]["last4"] == "4242"
    fresh = desk.create()
    assert expand(desk.account, fresh, "latest_charge") == fresh


@pytest.mark.parametrize("path", ["", "customer", "data.nope", "latest_charge."])
def test_only_ids_can_be_expanded(path: str) -> None:
    with pytest.raises(InvalidRequest, match="cannot be expanded"):
        check_expand((path,))


def test_a_shelf_keeps_the_newest() -> None:
    shelf: Shelf[PaymentIntent] = Shelf("payment_intent", limit=2)
    for name in ("pi_1", "pi_2", "pi_2", "pi_3"):
        shelf.put(an_intent(id=name))
    assert [item.id for item in shelf.newest_first()] == ["pi_3", "pi_2"]

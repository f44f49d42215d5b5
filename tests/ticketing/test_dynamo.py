"""The table against DynamoDB in memory: what is stored, what is found, what is refused."""

from collections.abc import Callable

import pytest

from tests.ticketing.test_outbox import CAUSE
from ticketing import dynamo
from ticketing.attributes import Item
from ticketing.dynamo import Delete, Put, Table, Update
from ticketing.errors import Conflict, NotFound
from ticketing.outbox import EventType, stamp

ABSENT = "attribute_not_exists(pk)"


@pytest.fixture
def table(make_table: Callable[[str], Table]) -> Table:
    return make_table("orders")


def refuse(found: Item | None) -> Exception:
    return Conflict(str(found["note"])) if found else NotFound("nothing there")


def put(key: str, **item: object) -> Put:
    return Put(key=key, item={"note": "first", **item}, condition=ABSENT, refusal=refuse)


def rename(key: str, note: str, *, was: str) -> Update:
    return Update(
        key=key,
        set={"note": note},
        condition="#note = :was",
        values={"was": was},
        refusal=refuse,
    )


def test_a_put_stores_the_whole_item_and_returns_it(table: Table) -> None:
    written = table.write(put("A", tags=["x"], nested={"amount": 5}))
    assert (
        written
        == table.get("A")
        == {"pk": "A", "note": "first", "tags": ["x"], "nested": {"amount": 5}}
    )


def test_a_put_is_refused_with_what_is_there(table: Table) -> None:
    table.write(put("A", note="mine"))
    with pytest.raises(Conflict, match="mine"):
        table.write(put("A", note="yours"))
    assert table.get("A") == {"pk": "A", "note": "mine"}


def test_the_key_of_a_put_is_the_items_key(table: Table) -> None:
    assert table.write(put("A", pk="B"))["pk"] == "A"
    assert table.get("B") is None


def test_an_update_sets_adds_and_removes_at_once(table: Table) -> None:
    table.write(put("A", version=3, holder="buyer"))
    updated = table.write(
        Update(
            key="A",
            set={"note": "second"},
            set_once={"note_count": 1, "version": 100},
            add={"seen": 2},
            remove=["holder"],
            condition="#version = :version",
            values={"version": 3},
            refusal=refuse,
        )
    )
    assert (
        updated
        == table.get("A")
        == {"pk": "A", "note": "second", "note_count": 1, "version": 3, "seen": 2}
    )


def test_an_update_is_refused_with_what_is_there(table: Table) -> None:
    table.write(put("A"))
    with pytest.raises(Conflict, match="first"):
        table.write(rename("A", "third", was="second"))
    assert table.get("A") == {"pk": "A", "note": "first"}


def test_an_update_of_nothing_is_refused_with_nothing(table: Table) -> None:
    with pytest.raises(NotFound):
        table.write(rename("A", "second", was="first"))
    assert table.get("A") is None


def test_an_update_may_do_nothing_but_remove(table: Table) -> None:
    table.write(put("A", holder="buyer"))
    release = Update(key="A", remove=["holder"], condition="attribute_exists(pk)", refusal=refuse)
    assert table.write(release) == {"pk": "A", "note": "first"}


def delete(key: str, *, note: str) -> Delete:
    return Delete(key=key, condition="#note = :note", values={"note": note}, refusal=refuse)


def test_a_delete_removes_the_item_and_returns_nothing(table: Table) -> None:
    table.write(put("A"))
    assert table.write(delete("A", note="first")) == {}
    assert table.get("A") is None


def test_a_delete_is_refused_with_what_is_there(table: Table) -> None:
    table.write(put("A"))
    with pytest.raises(Conflict, match="first"):
        table.write(delete("A", note="second"))
    with pytest.raises(NotFound):
        table.write(delete("B", note="second"))
    assert table.get("A") == {"pk": "A", "note": "first"}


def test_a_delete_without_a_condition_removes_what_is_there_if_anything(table: Table) -> None:
    table.write(put("A"))
    for _ in range(2):
        assert table.write(Delete("A")) == {}
    assert table.get("A") is None


def test_a_write_whose_answer_was_lost_succeeds_when_sent_again(table: Table) -> None:
    write = put("A", outbox=stamp(EventType.ORDER_CREATED, CAUSE))
    assert table.write(write) == table.write(write) == table.get("A")


def test_an_update_whose_answer_was_lost_succeeds_when_sent_again(table: Table) -> None:
    table.write(put("A"))
    update = rename("A", "second", was="first")._replace(
        set={"note": "second", "outbox": stamp(EventType.ORDER_CONFIRMED, CAUSE)}
    )
    assert table.write(update) == table.write(update) == table.get("A")


def test_the_stamp_of_another_write_is_not_ones_own(table: Table) -> None:
    table.write(put("A", outbox=stamp(EventType.ORDER_CREATED, CAUSE)))
    with pytest.raises(Conflict):
        table.write(put("A", outbox=stamp(EventType.ORDER_CREATED, CAUSE)))


def test_an_item_without_a_stamp_is_not_ones_own(table: Table) -> None:
    table.write(put("A"))
    with pytest.raises(Conflict):
        table.write(put("A", outbox=stamp(EventType.ORDER_CREATED, CAUSE)))


def test_a_transaction_applies_every_write(table: Table) -> None:
    table.write(put("A"))
    table.transact(rename("A", "second", was="first"), put("B"))
    assert table.get_many("A", "B") == {
        "A": {"pk": "A", "note": "second"},
        "B": {"pk": "B", "note": "first"},
    }


def test_a_transaction_with_a_refused_write_applies_none(table: Table) -> None:
    table.write(put("A"))
    with pytest.raises(Conflict):
        table.transact(put("B"), rename("A", "third", was="second"))
    assert table.get("B") is None


def test_the_first_refused_write_of_a_transaction_speaks(table: Table) -> None:
    table.write(put("A", note="of A"))
    table.write(put("B", note="of B"))
    with pytest.raises(Conflict, match="of B"):
        table.transact(put("C"), put("B"), put("A"))


def test_items_are_read_by_key_in_one_call(table: Table) -> None:
    table.write(put("A"))
    assert table.get_many("A", "A", "B") == {"A": {"pk": "A", "note": "first"}}
    assert table.get_many("B") == {}


@pytest.fixture
def orders(table: Table) -> Table:
    """Three orders of one buyer, and one of another."""
    for key, user in [("1", "buyer"), ("2", "buyer"), ("3", "buyer"), ("4", "other")]:
        table.write(put(key, user_id=user, created_at=f"2026-11-2{key}"))
    return table


def keys(items: list[Item]) -> list[str]:
    return [item["pk"] for item in items]


def test_a_query_gives_one_partition_newest_first(orders: Table) -> None:
    assert keys(orders.query("by_user", ("user_id", "buyer"), limit=9)) == ["3", "2", "1"]


def test_a_query_can_give_the_oldest_first_up_to_a_bound(orders: Table) -> None:
    items = orders.query(
        "by_user",
        ("user_id", "buyer"),
        limit=9,
        newest_first=False,
        up_to=("created_at", "2026-11-22"),
    )
    assert keys(items) == ["1", "2"]


def test_a_query_goes_on_after_the_last_item(orders: Table) -> None:
    (last,) = orders.query("by_user", ("user_id", "buyer"), limit=1)
    start = {name: last[name] for name in ("pk", "user_id", "created_at")}
    assert keys(orders.query("by_user", ("user_id", "buyer"), limit=9, start=start)) == ["2", "1"]


@pytest.mark.parametrize("page", [1, 2, 3, 100])
def test_every_item_of_a_partition_is_given_newest_first_whatever_a_page_holds(
    orders: Table, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    monkeypatch.setattr(dynamo, "PAGE", page)
    assert keys(list(orders.every("by_user", ("user_id", "buyer")))) == ["3", "2", "1"]

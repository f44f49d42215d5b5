"""What the scheduler leans on: changes in their order, time, and nothing shared or half built."""

from typing import Any

import pytest

from tests.simulation.dynamodb import Change, DynamoDB
from tests.simulation.test_dynamodb.builders import (
    Request,
    at,
    get,
    on,
    page,
    put,
    transaction,
    update,
)
from tests.simulation.test_dynamodb.conftest import Clock
from tests.simulation.test_dynamodb.drawn_requests import TABLE
from ticketing.attributes import from_attributes, to_attributes


def rename(key: str, title: str) -> Request:
    return update(key, "SET title = :title", title=title)


def test_changes_are_told_with_both_images_and_numbered(
    database: DynamoDB, changes: list[Change]
) -> None:
    database.call("PutItem", put("k", title="first"))
    database.call("UpdateItem", rename("k", "second"))
    database.call("DeleteItem", at("k"))
    first, second = (to_attributes({"pk": "k", "title": title}) for title in ("first", "second"))
    assert changes == [
        Change(TABLE, "k", None, first, 1),
        Change(TABLE, "k", first, second, 2),
        Change(TABLE, "k", second, None, 3),
    ]


def test_an_image_that_was_told_never_changes(database: DynamoDB, changes: list[Change]) -> None:
    database.call("PutItem", put("k", place={"row": "a"}, tags={"a"}))
    database.call("UpdateItem", update("k", "SET place.seat = :one ADD tags :b", one=1, b={"b"}))
    old = changes[1].old
    assert old == changes[0].new == to_attributes({"pk": "k", "place": {"row": "a"}, "tags": {"a"}})


def test_a_write_that_changes_nothing_is_no_change(
    database: DynamoDB, changes: list[Change]
) -> None:
    database.call("PutItem", put("k", title="same", tags={"a", "b"}))
    database.call("PutItem", put("k", tags={"b", "a"}, title="same"))
    database.call("UpdateItem", rename("k", "same"))
    database.call("DeleteItem", at("other"))
    assert len(changes) == 1


def test_a_refused_write_is_no_change(database: DynamoDB, changes: list[Change]) -> None:
    refused = put("k") | on("attribute_exists(pk)")
    assert database.call("PutItem", refused).status == 400
    both = transaction({"Put": put("l")}, {"Put": refused})
    assert database.call("TransactWriteItems", both).status == 400
    assert changes == []
    assert database.items(TABLE) == {}


def test_changes_of_a_transaction_are_told_when_all_of_it_is_there(database: DynamoDB) -> None:
    seen = []
    database.on_change = lambda change: seen.append((change.sequence, len(database.items(TABLE))))
    database.call("TransactWriteItems", transaction({"Put": put("k")}, {"Put": put("l")}))
    assert seen == [(1, 2), (2, 2)]


def test_nothing_that_is_stored_is_shared_with_a_request_or_an_answer(database: DynamoDB) -> None:
    request = put("k", tags=["a"], more={"inner": "a"})
    database.call("PutItem", request)
    request["Item"]["tags"]["L"].clear()
    request["Item"]["more"]["M"]["inner"]["S"] = "b"
    refused = put("k") | on("attribute_not_exists(pk)")
    for operation, read in [
        ("GetItem", get("k")),
        ("UpdateItem", at("k") | {"ReturnValues": "ALL_NEW"}),
        ("PutItem", refused | {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}),
    ]:
        body = database.call(operation, read).body
        body.get("Item", body.get("Attributes"))["more"]["M"]["inner"]["S"] = "b"
    found = database.item(TABLE, "k")
    assert found
    assert from_attributes(found) == {"pk": "k", "tags": ["a"], "more": {"inner": "a"}}


def test_an_item_is_found_by_its_table_and_key(database: DynamoDB) -> None:
    database.call("PutItem", put("k"))
    assert database.item(TABLE, "k") == {"pk": {"S": "k"}}
    assert database.item(TABLE, "l") is None


def test_what_is_due_expires_as_a_change(
    database: DynamoDB, clock: Clock, changes: list[Change]
) -> None:
    now = int(clock.now)
    kept = {"later": now, "mistaken": now - 5 * 365 * 86400, "text": "1", "none": None}
    for key, ttl in {"due": now - 1, **kept}.items():
        database.call("PutItem", put(key, ttl=ttl))
    changes.clear()
    database.expire()
    assert [(change.key, change.new) for change in changes] == [("due", None)]
    assert database.items(TABLE).keys() == kept.keys()


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("Scan", {}),
        ("GetItem", at("k")),
        ("GetItem", get("k") | {"ProjectionExpression": "pk"}),
        ("PutItem", put("k") | {"Expected": {}}),
        ("PutItem", {"TableName": TABLE, "Item": {"pk": {"S": "k"}, "bytes": {"B": "AA=="}}}),
        ("UpdateItem", at("k") | {"ReturnValues": "UPDATED_NEW"}),
        ("UpdateItem", update("k", "REMOVE tags[0]")),
        ("Query", {name: each for name, each in page().items() if name != "IndexName"}),
    ],
)
def test_what_is_not_built_fails_loudly(
    database: DynamoDB, operation: str, parameters: dict[str, Any]
) -> None:
    with pytest.raises(AssertionError):
        database.call(operation, parameters)

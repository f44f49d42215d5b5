"""Expressions as AWS evaluates them, above all where other doubles differ.

The rules are those of the developer guide and, where it says nothing, those that ScyllaDB's tests
of its compatible interface found when they ran against AWS.
"""

import re
from typing import Any

import pytest

from tests.simulation.dynamodb import DynamoDB
from tests.simulation.test_dynamodb.builders import at, on, put, update
from ticketing.attributes import from_attributes

ITEM: dict[str, Any] = {
    "title": "hello",
    "amount": 5,
    "flag": True,
    "nothing": None,
    "tags": {"a", "b"},
    "notes": [1, "x", ["y"], {"a"}],
    "place": {"x": {"y": 5}, "bare": {}},
}

VALUES: dict[str, Any] = {
    "a": "a",
    "hello": "hello",
    "zero": 0,
    "one": 1,
    "five": 5,
    "nine": 9,
    "true": True,
    "null": None,
    "b_a": {"b", "a"},
    "y": ["y"],
    "place": {"y": 5},
    "S": "S",
    "N": "N",
}


def used(expression: str) -> dict[str, Any]:
    """The values that an expression names."""
    return {name: VALUES[name] for name in re.findall(r":(\w+)", expression)}


@pytest.mark.parametrize(
    "condition",
    [
        "title = :hello",
        "tags = :b_a",
        "nothing = :null",
        "flag = :true",
        "place.x = :place",
        "place.x.y = amount",
        "title <> :five",
        "amount <> :hello",
        "gone <> :hello",
        "gone <> lost",
        "gone.x <> :hello",
        "NOT gone = :hello",
        "NOT gone = lost",
        "NOT gone < :five",
        "amount > :one AND amount < :nine",
        "amount BETWEEN :five AND :nine",
        "amount between :one and :five",
        "amount IN (:one, :hello, :five)",
        "title = :hello OR amount = :zero AND amount = :zero",
        "NOT amount = :zero AND title = :hello",
        "NOT ( amount = :five AND title = :a)",
        "NOT NOT amount = :five",
        "attribute_exists(pk) and attribute_exists(place.x.y)",
        "attribute_exists(nothing)",
        "attribute_not_exists(gone) AND attribute_not_exists(title.x)",
        "attribute_type(title, :S)",
        "attribute_type(:five, :N)",
        "begins_with(:hello, title)",
        "contains(notes, :one) AND contains(notes, :y) AND contains(tags, :a)",
        "contains(place, :a) OR size(title) = :five",
        "size(title) = amount AND size(place.bare) = :zero AND size(tags) < size(notes)",
        "size(amount) <> :one",
        "size(gone) <> :zero",
    ],
)
def test_a_condition_holds(database: DynamoDB, condition: str) -> None:
    database.call("PutItem", put("k", **ITEM))
    answer = database.call("DeleteItem", at("k") | on(condition, **used(condition)))
    assert answer.body == {}


@pytest.mark.parametrize(
    "condition",
    [
        "title = :five",
        "gone = :hello",
        "gone = lost",
        "title <> :hello",
        "gone < :five",
        "gone >= lost",
        "amount < :hello",
        "flag > :zero",
        "notes <= :zero",
        "place.x >= place.bare",
        "amount BETWEEN :zero AND :one",
        "gone BETWEEN :zero AND :nine",
        "amount BETWEEN title AND :nine",
        "gone IN (lost, :hello)",
        "NOT amount = :five OR title = :a",
        "attribute_exists(title.x)",
        "attribute_not_exists(nothing)",
        "attribute_type(gone, :S)",
        "attribute_type(amount, :S)",
        "begins_with(amount, :hello)",
        "begins_with(gone, :hello)",
        "contains(gone, :hello)",
        "contains(amount, :five)",
        "contains(title, :five)",
        "contains(notes, :a)",
        "size(amount) = :one",
        "size(nothing) < :nine",
        "size(gone) < :nine",
        "size(gone) = gone",
    ],
)
def test_a_condition_fails(database: DynamoDB, condition: str) -> None:
    database.call("PutItem", put("k", **ITEM))
    answer = database.call("DeleteItem", at("k") | on(condition, **used(condition)))
    assert answer.body["__type"].endswith("#ConditionalCheckFailedException")


@pytest.mark.parametrize(
    ("expression", "changed"),
    [
        ("SET title = :a, amount = :nine", {"title": "a", "amount": 9}),
        ("set title = amount, amount = title", {"title": 5, "amount": "hello"}),
        ("SET lost = title REMOVE title", {"lost": "hello", "title": ...}),
        ("SET amount = amount + :nine, lost = :nine - amount", {"amount": 14, "lost": 4}),
        ("SET title = if_not_exists(title, :a), lost = if_not_exists(gone, :a)", {"lost": "a"}),
        ("SET amount = if_not_exists(gone, :zero) + :one", {"amount": 1}),
        ("SET notes = list_append(:y, notes)", {"notes": ["y", 1, "x", ["y"], {"a"}]}),
        ("SET notes = list_append(if_not_exists(gone, :y), :y)", {"notes": ["y", "y"]}),
        (
            "SET place.x.z = :a, place.bare.x = :one",
            {"place": {"x": {"y": 5, "z": "a"}, "bare": {"x": 1}}},
        ),
        ("REMOVE place.x.y, place.gone, gone", {"place": {"x": {}, "bare": {}}}),
        ("ADD amount :nine, lost :one, gone :b_a", {"amount": 14, "lost": 1, "gone": {"a", "b"}}),
        ("ADD place.x.y :one, tags :b_a", {"place": {"x": {"y": 6}, "bare": {}}}),
        ("DELETE tags :b_a, gone :b_a", {"tags": ...}),
    ],
)
def test_an_update_changes_an_item(
    database: DynamoDB, expression: str, changed: dict[str, Any]
) -> None:
    database.call("PutItem", put("k", **ITEM))
    assert database.call("UpdateItem", update("k", expression, **used(expression))).status == 200
    found = database.item("things", "k")
    expected = {"pk": "k", **ITEM, **changed}
    assert found
    assert from_attributes(found) == {n: each for n, each in expected.items() if each is not ...}


def test_sets_are_equal_in_any_order(database: DynamoDB) -> None:
    database.call("PutItem", put("k") | {"Item": {"pk": {"S": "k"}, "tags": {"SS": ["b", "a"]}}})
    answer = database.call("DeleteItem", at("k") | on("tags = :tags", tags={"a", "b"}))
    assert answer.status == 200


@pytest.mark.parametrize("expression", ["REMOVE title", "REMOVE gone.x", "DELETE tags :b_a"])
def test_an_update_that_only_takes_away_creates_nothing(
    database: DynamoDB, expression: str
) -> None:
    answer = database.call(
        "UpdateItem", update("k", expression, **used(expression)) | {"ReturnValues": "ALL_NEW"}
    )
    assert (answer.status, answer.body) == (200, {})
    assert database.item("things", "k") is None


@pytest.mark.parametrize(
    "request_", [at("k"), update("k", "SET id = pk"), update("k", "ADD n :n", n=1)]
)
def test_another_update_creates_an_item(database: DynamoDB, request_: dict[str, Any]) -> None:
    assert database.call("UpdateItem", request_).status == 200
    assert database.item("things", "k")


@pytest.mark.parametrize(
    ("returns", "title"), [("NONE", None), ("ALL_OLD", "hello"), ("ALL_NEW", "a")]
)
def test_an_update_returns_what_it_is_asked_for(
    database: DynamoDB, returns: str, title: str | None
) -> None:
    database.call("PutItem", put("k", **ITEM))
    request = update("k", "SET title = :a", a="a") | {"ReturnValues": returns}
    attributes = database.call("UpdateItem", request).body.get("Attributes", {})
    assert attributes.get("title", {}).get("S") == title


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("-0", "0"),
        ("007", "7"),
        ("1.50", "1.5"),
        ("1e3", "1000"),
        ("-12.0e-1", "-1.2"),
        ("9" * 38, "9" * 38),
        ("0.000", "0"),
    ],
)
def test_a_number_has_one_form(database: DynamoDB, text: str, stored: str) -> None:
    request = {"TableName": "things", "Item": {"pk": {"S": "k"}, "amount": {"N": text}}}
    database.call("PutItem", request)
    found = database.item("things", "k")
    assert found
    assert found["amount"] == {"N": stored}

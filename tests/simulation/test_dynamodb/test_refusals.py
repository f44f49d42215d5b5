"""Requests that AWS refuses with a ValidationException, and those it refuses with another."""

from typing import Any

import pytest

from tests.simulation.dynamodb import DynamoDB
from tests.simulation.test_dynamodb.builders import Request, at, get, on, put, update
from tests.simulation.test_dynamodb.drawn_requests import TABLE

NAMES = {"ExpressionAttributeNames": {"#title": "title"}}


def batch(*keys: Any) -> Request:
    return {
        "RequestItems": {TABLE: {"Keys": [{"pk": key} for key in keys], "ConsistentRead": True}}
    }


def whole(**item: Any) -> Request:
    """An item as on the wire."""
    return {"TableName": TABLE, "Item": {"pk": {"S": "k"}, **item}}


def refusal(database: DynamoDB, operation: str, request: Request) -> str:
    answer = database.call(operation, request)
    assert answer.status == 400
    assert "reserved" not in answer.body["message"] or "status" in str(request)
    return str(answer.body["__type"])


@pytest.mark.parametrize(
    ("condition", "values"),
    [
        ("", {}),
        ("title", {}),
        ("title =", {}),
        ("title = :a b", {"a": 1}),
        ("title = :a AND", {"a": 1}),
        ("(title = :a", {"a": 1}),
        ("title == :a", {"a": 1}),
        ("title ! :a", {"a": 1}),
        ("a IN ()", {}),
        ("size(a)", {}),
        ("attribute_exists(a) = :a", {"a": 1}),
        ("attribute_exists(:a)", {"a": 1}),
        ("attribute_exists(a, b)", {}),
        ("ATTRIBUTE_EXISTS(a)", {}),
        ("if_not_exists(a, :a) = :a", {"a": 1}),
        ("unknown(a)", {}),
        ("status = :a", {"a": 1}),
        ("_a = :a", {"a": 1}),
        ("#undefined = :a", {"a": 1}),
        ("a = :undefined", {"a": 1}),
        ("a = :a", {"a": 1, "unused": 1}),
        ("a = a", {}),
        ("a <> a", {}),
        ("a.b IN (:a, a.b)", {"a": 1}),
        ("a BETWEEN :a AND a", {"a": 1}),
        ("contains(a, a)", {}),
        ("a < :a", {"a": True}),
        (":a >= a", {"a": None}),
        ("a > :a", {"a": ["x"]}),
        ("a BETWEEN :a AND :b", {"a": {"x"}, "b": {"y"}}),
        ("a BETWEEN :a AND :b", {"a": 2, "b": 1}),
        ("a BETWEEN :a AND :b", {"a": 1, "b": "2"}),
        ("begins_with(a, :a)", {"a": 1}),
        ("attribute_type(a, :a)", {"a": 1}),
        ("attribute_type(a, :a)", {"a": "TEXT"}),
        ("attribute_type(a, b)", {}),
    ],
)
def test_a_condition_is_refused(database: DynamoDB, condition: str, values: dict[str, Any]) -> None:
    request = at("k") | on(condition, **values)
    assert refusal(database, "DeleteItem", request).endswith("#ValidationException")


@pytest.mark.parametrize(
    ("expression", "values"),
    [
        ("", {}),
        ("title = :a", {"a": 1}),
        ("SET", {}),
        ("SET a", {}),
        ("SET a = :a,", {"a": 1}),
        ("SET :a = a", {"a": 1}),
        ("SET a = :a SET b = :a", {"a": 1}),
        ("SET a = :a + :a + :a", {"a": 1}),
        ("SET a = :a + :a", {"a": "text"}),
        ("SET a = size(words)", {}),
        ("SET a = f(words)", {}),
        ("SET a = list_append(list_append(:a, :a), :a)", {"a": []}),
        ("SET a = list_append(:a)", {"a": []}),
        ("SET a = list_append(:a, notes)", {"a": "text"}),
        ("SET a = if_not_exists(:a, :a)", {"a": 1}),
        ("SET a = if_not_exists(b, :a + :a)", {"a": 1}),
        ("SET a = :a, a = :a", {"a": 1}),
        ("SET a = :a, a.b = :a", {"a": 1}),
        ("SET a.b = :a REMOVE a", {"a": 1}),
        ("SET pk = :a", {"a": "l"}),
        ("REMOVE pk", {}),
        ("ADD a :a", {"a": "text"}),
        ("ADD a b", {}),
        ("DELETE a :a", {"a": 1}),
        ("SET a = gone", {}),
        ("SET a = gone + :a", {"a": 1}),
        ("SET a = words + :a", {"a": 1}),
        ("SET a = list_append(words, :a)", {"a": []}),
        ("SET words.b = :a", {"a": 1}),
        ("SET gone.b = :a", {"a": 1}),
        ("REMOVE words.b", {}),
        ("REMOVE gone.b", {}),
        ("ADD gone.b :a", {"a": 1}),
        ("ADD words :a", {"a": 1}),
        ("ADD tags :a", {"a": 1}),
        ("DELETE words :a", {"a": {"x"}}),
        ("DELETE gone.b :a", {"a": {"x"}}),
        ("SET part = :a", {"a": 1}),
        ("SET sort = :a", {"a": ""}),
        ("SET a = plenty + :a", {"a": 10**38 - 2}),
        ("ADD plenty :a", {"a": 10**38 - 2}),
        ("SET a = :a", {"a": "x" * 399_000}),
    ],
)
def test_an_update_is_refused(database: DynamoDB, expression: str, values: dict[str, Any]) -> None:
    database.call("PutItem", put("k", words="x", notes=["x"], tags={"x"}, plenty=10**38 - 1))
    database.call("UpdateItem", update("k", "SET filling = :a", a="x" * 12_000))
    before = database.item(TABLE, "k")
    request = update("k", expression, **values)
    assert refusal(database, "UpdateItem", request).endswith("#ValidationException")
    assert database.item(TABLE, "k") == before


@pytest.mark.parametrize(
    ("operation", "request_"),
    [
        ("GetItem", get("")),
        ("GetItem", get("x" * 2049)),
        ("GetItem", get("k") | {"Key": {"pk": {"N": "1"}}}),
        ("GetItem", get("k") | {"Key": {"id": {"S": "k"}}}),
        ("GetItem", get("k") | {"Key": {"pk": {"S": "k"}, "sort": {"S": "1"}}}),
        ("BatchGetItem", batch()),
        ("BatchGetItem", batch({"S": "k"}, {"S": "k"})),
        ("BatchGetItem", batch(*({"S": str(place)} for place in range(101)))),
        ("DeleteItem", at("k") | NAMES),
        ("DeleteItem", at("k") | on("a = :a", a=1) | NAMES),
        ("DeleteItem", at("k") | on("pk = pk") | {"ExpressionAttributeNames": {}}),
        ("DeleteItem", at("k") | on("pk = pk") | {"ExpressionAttributeValues": {}}),
        ("PutItem", {"TableName": TABLE, "Item": {"title": {"S": "x"}}}),
        ("PutItem", {"TableName": TABLE, "Item": {"pk": {"N": "1"}}}),
        ("PutItem", put("")),
        ("PutItem", put("k", part=1)),
        ("PutItem", put("k", sort="")),
        ("PutItem", put("k", tags=set())),
        ("PutItem", whole(tags={"SS": ["a", "a"]})),
        ("PutItem", whole(counts={"NS": ["1", "1.0"]})),
        ("PutItem", whole(none={"NULL": False})),
        ("PutItem", whole(count={})),
        ("PutItem", whole(count={"N": "1", "S": "1"})),
        ("PutItem", whole(count={"N": "many"})),
        ("PutItem", whole(count={"N": "NaN"})),
        ("PutItem", whole(count={"N": "1" * 39})),
        ("PutItem", whole(count={"N": "1e126"})),
        ("PutItem", whole(inner={"M": {"deep": {"L": [{"N": "1e-131"}]}}})),
        ("PutItem", put("k", text="x" * 409_600)),
        ("PutItem", put("k", text="é" * 204_800)),
    ],
)
def test_a_request_is_refused(database: DynamoDB, operation: str, request_: Request) -> None:
    assert refusal(database, operation, request_).endswith("#ValidationException")
    assert database.items(TABLE) == {}


def test_an_item_may_have_400_kilobytes(database: DynamoDB) -> None:
    name_sizes = len("pk" + "k" + "text")
    assert database.call("PutItem", put("k", text="x" * (409_600 - name_sizes))).status == 200
    assert database.call("PutItem", put("k", text="x" * (409_601 - name_sizes))).status == 400


@pytest.mark.parametrize("operation", ["GetItem", "DeleteItem", "UpdateItem"])
def test_a_table_that_is_not_there_is_refused(database: DynamoDB, operation: str) -> None:
    request = {**(get("k") if operation == "GetItem" else at("k")), "TableName": "nothing"}
    assert refusal(database, operation, request).endswith("#ResourceNotFoundException")


def test_a_failed_condition_shows_the_item_only_if_asked_to(database: DynamoDB) -> None:
    database.call("PutItem", put("k"))
    request = put("k") | on("attribute_not_exists(pk)")
    shown = request | {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    assert "Item" not in database.call("PutItem", request).body
    assert database.call("PutItem", shown).body["Item"] == {"pk": {"S": "k"}}
    absent = at("l") | on("attribute_exists(pk)")
    shown = absent | {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    assert "Item" not in database.call("DeleteItem", shown).body

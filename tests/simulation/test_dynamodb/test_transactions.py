"""Transactions: all or nothing, why not, and once for a token."""

from typing import Any

import pytest

from tests.simulation.dynamodb import Answer, DynamoDB
from tests.simulation.test_dynamodb.builders import Request, at, on, put, transaction, update
from tests.simulation.test_dynamodb.conftest import Clock
from tests.simulation.test_dynamodb.drawn_requests import TABLE

OK = Answer(200, {})
ABSENT = on("attribute_not_exists(pk)")
COUNT = update("k", "ADD hits :one", one=1)


def kind(answer: Answer) -> str:
    return str(answer.body["__type"]).partition("#")[2]


def codes(answer: Answer) -> list[str]:
    return [reason["Code"] for reason in answer.body["CancellationReasons"]]


def hits(database: DynamoDB) -> Any:
    return (database.item(TABLE, "k") or {}).get("hits")


def test_a_transaction_applies_every_action(database: DynamoDB) -> None:
    database.call("PutItem", put("k"))
    database.call("PutItem", put("l"))
    request = transaction(
        {"Update": COUNT},
        {"Delete": at("l")},
        {"Put": put("m") | ABSENT},
        {"ConditionCheck": at("n") | ABSENT},
    )
    assert database.call("TransactWriteItems", request) == OK
    assert database.items(TABLE).keys() == {"k", "m"}
    assert hits(database) == {"N": "1"}


def test_every_condition_that_failed_is_told_and_its_item_if_wanted(database: DynamoDB) -> None:
    database.call("PutItem", put("k"))
    shown = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    request = transaction(
        {"Put": put("m")},
        {"Put": put("k") | ABSENT | shown},
        {"Delete": at("l") | on("attribute_exists(pk)") | shown},
    )
    answer = database.call("TransactWriteItems", request)
    assert kind(answer) == "TransactionCanceledException"
    failed = {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed"}
    assert answer.body["CancellationReasons"] == [
        {"Code": "None"},
        {**failed, "Item": {"pk": {"S": "k"}}},
        failed,
    ]
    assert database.items(TABLE).keys() == {"k"}


@pytest.mark.parametrize("invalid", [put("k") | {"Item": {"pk": {"N": "1"}}}, put("k", part=1)])
def test_an_action_that_is_invalid_by_itself_cancels_before_any_condition_is_looked_at(
    database: DynamoDB, invalid: Request
) -> None:
    request = transaction(
        {"Put": put("l") | on("attribute_exists(pk)")}, {"Put": invalid}, {"Put": invalid}
    )
    answer = database.call("TransactWriteItems", request)
    assert codes(answer) == ["None", "ValidationError", "None"]


def test_an_update_that_its_item_does_not_allow_is_a_reason(database: DynamoDB) -> None:
    request = transaction(
        {"Update": update("k", "SET a = gone")}, {"Put": put("l") | on("attribute_exists(pk)")}
    )
    answer = database.call("TransactWriteItems", request)
    assert codes(answer) == ["ValidationError", "ConditionalCheckFailed"]


@pytest.mark.parametrize(
    "request_",
    [
        transaction(),
        transaction(*({"Put": put(str(place))} for place in range(101))),
        transaction({"Put": put("k")}, {"ConditionCheck": at("k") | ABSENT}),
        transaction({"ConditionCheck": at("k")}),
        transaction({"Put": put("k") | on("attribute_exists(#undefined)")}),
        transaction({"Put": put("k") | on("hello!")}),
        transaction({"Put": put("k")}, token="x" * 37),
        transaction(*({"Put": put(str(place), text="x" * 300_000)} for place in range(14))),
    ],
)
def test_a_transaction_is_refused_as_a_whole(database: DynamoDB, request_: Request) -> None:
    assert kind(database.call("TransactWriteItems", request_)) == "ValidationException"
    assert database.items(TABLE) == {}


def test_a_hundred_actions_are_allowed(database: DynamoDB) -> None:
    request = transaction(*({"Put": put(str(place))} for place in range(100)))
    assert database.call("TransactWriteItems", request) == OK


def test_items_of_two_tables_may_have_one_key(database: DynamoDB) -> None:
    other = {
        "TableName": "others",
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    }
    database.create(other)
    request = transaction({"Put": put("k")}, {"Put": {**put("k"), "TableName": "others"}})
    assert database.call("TransactWriteItems", request) == OK


@pytest.mark.parametrize(
    ("token", "seconds", "count"), [("again", 599, "1"), ("again", 600, "2"), ("another", 0, "2")]
)
def test_a_known_token_succeeds_without_doing_anything_for_ten_minutes(
    database: DynamoDB, clock: Clock, token: str, seconds: int, count: str
) -> None:
    assert database.call("TransactWriteItems", transaction({"Update": COUNT}, token="again")) == OK
    clock.now += seconds
    assert database.call("TransactWriteItems", transaction({"Update": COUNT}, token=token)) == OK
    assert hits(database) == {"N": count}


def test_without_a_token_a_repeated_transaction_is_another_one(database: DynamoDB) -> None:
    for _ in range(2):
        database.call("TransactWriteItems", {"TransactItems": [{"Update": COUNT}]})
    assert hits(database) == {"N": "2"}


def test_a_token_belongs_to_what_its_transaction_says(database: DynamoDB) -> None:
    reordered = dict(reversed(COUNT.items()))
    assert database.call("TransactWriteItems", transaction({"Update": COUNT})) == OK
    assert database.call("TransactWriteItems", transaction({"Update": reordered})) == OK
    other = database.call("TransactWriteItems", transaction({"Put": put("k")}))
    assert kind(other) == "IdempotentParameterMismatchException"
    assert hits(database) == {"N": "1"}


def test_the_token_of_a_cancelled_transaction_can_still_succeed(database: DynamoDB) -> None:
    request = transaction({"Put": put("k") | ABSENT})
    database.call("PutItem", put("k"))
    assert codes(database.call("TransactWriteItems", request)) == ["ConditionalCheckFailed"]
    database.call("DeleteItem", at("k"))
    assert database.call("TransactWriteItems", request) == OK


def test_a_transaction_is_done_once_one_with_its_token_succeeded(database: DynamoDB) -> None:
    request = transaction({"Put": put("k") | ABSENT})
    database.call("PutItem", put("k"))
    database.call("TransactWriteItems", request)
    assert not database.is_done(request)
    database.call("DeleteItem", at("k"))
    database.call("TransactWriteItems", request)
    assert database.is_done(request)
    assert not database.is_done({"TransactItems": request["TransactItems"]})

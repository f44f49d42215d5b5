"""Writes: the requests that they become."""

from ticketing.errors import Conflict
from ticketing.writes import Delete, Put, Update, request_of


def refuse(_found: object) -> Exception:
    return Conflict()


def test_a_put_asks_for_what_stood_in_its_way() -> None:
    write = Put(key="A", item={"note": "x"}, condition="attribute_not_exists(pk)", refusal=refuse)
    assert request_of(write, "orders") == {
        "TableName": "orders",
        "Item": {"pk": {"S": "A"}, "note": {"S": "x"}},
        "ConditionExpression": "attribute_not_exists(pk)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def test_an_update_names_each_attribute_and_value_once() -> None:
    write = Update(
        key="A",
        set={"status": "held"},
        set_once={"seen": 1},
        add={"version": 1},
        remove=["shard"],
        condition="#version = :version AND #status = :status",
        values={"version": 3, "status": "free"},
        refusal=refuse,
    )
    assert request_of(write, "orders") == {
        "TableName": "orders",
        "Key": {"pk": {"S": "A"}},
        "UpdateExpression": "SET #status = :set_status, #seen = if_not_exists(#seen, :set_seen)"
        " ADD #version :add_version REMOVE #shard",
        "ConditionExpression": "#version = :version AND #status = :status",
        "ExpressionAttributeNames": {
            "#version": "version",
            "#status": "status",
            "#seen": "seen",
            "#shard": "shard",
        },
        "ExpressionAttributeValues": {
            ":version": {"N": "3"},
            ":status": {"S": "free"},
            ":set_status": {"S": "held"},
            ":set_seen": {"N": "1"},
            ":add_version": {"N": "1"},
        },
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def test_a_delete_names_what_must_be_there_or_nothing() -> None:
    assert request_of(Delete("A"), "orders") == {"TableName": "orders", "Key": {"pk": {"S": "A"}}}
    write = Delete("A", condition="#version = :version", values={"version": 3}, refusal=refuse)
    assert request_of(write, "orders") == {
        "TableName": "orders",
        "Key": {"pk": {"S": "A"}},
        "ConditionExpression": "#version = :version",
        "ExpressionAttributeNames": {"#version": "version"},
        "ExpressionAttributeValues": {":version": {"N": "3"}},
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }

"""Requests to the table of things."""

from typing import Any

from tests.simulation.test_dynamodb.drawn_requests import INDEX, TABLE
from ticketing.attributes import to_attributes

type Request = dict[str, Any]


def put(key: str, **item: Any) -> Request:
    return {"TableName": TABLE, "Item": to_attributes({"pk": key, **item})}


def at(key: str) -> Request:
    """Names an item: all that a deletion needs."""
    return {"TableName": TABLE, "Key": {"pk": {"S": key}}}


def get(key: str) -> Request:
    return {**at(key), "ConsistentRead": True}


def update(key: str, expression: str, **values: Any) -> Request:
    return {**at(key), "UpdateExpression": expression, **given(values)}


def on(condition: str, **values: Any) -> Request:
    """The condition of a request that has no other values."""
    return {"ConditionExpression": condition, **given(values)}


def given(values: dict[str, Any]) -> Request:
    attributes = {f":{name}": value for name, value in to_attributes(values).items()}
    return {"ExpressionAttributeValues": attributes} if attributes else {}


def transaction(*actions: Request, token: str = "token") -> Request:  # noqa: S107 - not secret
    return {"TransactItems": list(actions), "ClientRequestToken": token}


def page(condition: str = "part = :part", **values: Any) -> Request:
    return {
        "TableName": TABLE,
        "IndexName": INDEX.name,
        "KeyConditionExpression": condition,
        **given(values or {"part": "1"}),
    }

"""The index: pages in order, and how it looks while it is behind its table."""

import pytest

from tests.simulation.dynamodb import DynamoDB
from tests.simulation.test_dynamodb.builders import Request, at, page, put, update
from tests.simulation.test_dynamodb.drawn_requests import INDEX, TABLE
from ticketing.attributes import to_attributes


def keys_of(database: DynamoDB, request: Request) -> list[str]:
    return [item["pk"]["S"] for item in database.call("Query", request).body["Items"]]


def start(key: str, sort: str = "1", part: str = "1") -> Request:
    return {"ExclusiveStartKey": to_attributes({"pk": key, "part": part, "sort": sort})}


def test_an_index_holds_the_items_with_both_its_keys(database: DynamoDB) -> None:
    database.call("PutItem", put("k", part="1", sort="1"))
    database.call("PutItem", put("l", part="1"))
    database.call("PutItem", put("m", sort="1"))
    assert keys_of(database, page()) == ["k"]
    database.call("UpdateItem", update("l", "SET sort = :sort", sort="0"))
    database.call("UpdateItem", update("k", "REMOVE part"))
    assert keys_of(database, page()) == ["l"]


def test_an_index_may_be_some_changes_behind_its_table(database: DynamoDB) -> None:
    database.call("PutItem", put("k", part="1", sort="1"))
    database.call("PutItem", put("l", part="1", sort="2"))
    database.call("DeleteItem", at("k"))
    database.call("PutItem", put("l", part="2", sort="2"))
    pages = []
    for lag in range(6):
        database.lag = lambda table, index, lag=lag: {(TABLE, INDEX.name): lag}[table, index]
        pages.append([keys_of(database, page("part = :part", part=part)) for part in "12"])
    assert pages == [
        [[], ["l"]],
        [["l"], []],
        [["k", "l"], []],
        [["k"], []],
        [[], []],
        [[], []],
    ]


def test_an_index_that_is_behind_shows_items_as_they_were(database: DynamoDB) -> None:
    database.call("PutItem", put("k", part="1", sort="1", title="first"))
    for title in ("second", "third"):
        database.call("UpdateItem", update("k", "SET title = :title", title=title))
    database.lag = lambda _table, _index: 2
    (item,) = database.call("Query", page()).body["Items"]
    assert item["title"] == {"S": "first"}


def test_a_full_page_names_its_last_item_though_there_are_no_more(database: DynamoDB) -> None:
    database.call("PutItem", put("k", part="1", sort="1"))
    assert "LastEvaluatedKey" not in database.call("Query", page() | {"Limit": 2}).body
    last = database.call("Query", page() | {"Limit": 1}).body["LastEvaluatedKey"]
    assert {"ExclusiveStartKey": last} == start("k")
    assert keys_of(database, page() | start("k")) == []


def test_items_with_one_sort_key_are_paged_by_their_primary_keys(database: DynamoDB) -> None:
    for key in "mkl":
        database.call("PutItem", put(key, part="1", sort="1"))
    assert keys_of(database, page() | start("k")) == ["l", "m"]
    assert keys_of(database, page() | start("m") | {"ScanIndexForward": False}) == ["l", "k"]


def test_a_page_begins_behind_an_item_that_is_gone(database: DynamoDB) -> None:
    database.call("PutItem", put("k", part="1", sort="1"))
    database.call("PutItem", put("m", part="1", sort="3"))
    assert keys_of(database, page() | start("l", sort="2")) == ["m"]


@pytest.mark.parametrize(
    "request_",
    [
        page("part < :part"),
        page("sort = :part"),
        page("part = :part AND title = :title", part="1", title="x"),
        page("part = :part AND part = :other", part="1", other="2"),
        page("part = :part OR sort = :sort", part="1", sort="1"),
        page("part = :part AND sort <> :sort", part="1", sort="1"),
        page("part = :part AND sort = :sort", part="1", sort=1),
        page(
            "part = :part AND sort BETWEEN :from AND :to", **{"part": "1", "from": "2", "to": "1"}
        ),
        page("part = :part", part=""),
        page("part = sort AND sort = :sort", sort="1"),
        page() | {"ExpressionAttributeNames": {"#unused": "x"}},
        page() | {"IndexName": "by_nothing"},
        page() | {"Limit": 0},
        page() | start("k", part="2"),
        page() | start(""),
        page() | {"ExclusiveStartKey": {"pk": {"S": "k"}}},
        page("part = :part AND sort > :sort", part="1", sort="1") | start("k", sort="1"),
    ],
)
def test_a_query_is_refused(database: DynamoDB, request_: Request) -> None:
    answer = database.call("Query", request_)
    assert (answer.status, answer.body.get("__type")) == (
        400,
        "com.amazon.coral.validate#ValidationException",
    )

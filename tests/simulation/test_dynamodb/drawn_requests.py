"""Requests by the dice: items that come and go in one table, and pages of its index."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from cdk.tables import Index, TableSpec
from tests.simulation.test_dynamodb.drawn_expressions import ATTRIBUTES, INDEX_KEY, DrawnExpressions

type Request = dict[str, Any]

type Call = tuple[str, Request]
"""An operation by its name on the wire, and its parameters."""

TABLE = "things"
INDEX = Index("by_part", "part", "sort")
SPEC = TableSpec(TABLE, indexes=(INDEX,))
KEY = st.sampled_from("klm")
SORTS = (
    *(f"sort {sign} :sort" for sign in ("=", "<", "<=", ">", ">=")),
    "begins_with(sort, :sort)",
    "sort BETWEEN :sort AND :sort",
)


@st.composite
def items(draw: DrawFn, key: str) -> Request:
    """A whole item; one with both keys of the index is in it."""
    names = draw(st.lists(st.sampled_from([*ATTRIBUTES]), unique=True))
    return {"pk": {"S": key}, **{name: draw(ATTRIBUTES[name]) for name in names}}


@st.composite
def writes(draw: DrawFn) -> Call:
    kind = draw(st.sampled_from(["Put", "Update", "Delete"]))
    returns = ["NONE", "ALL_OLD", *(["ALL_NEW"] if kind == "Update" else [])]
    request = draw(_write(kind, draw(KEY)))
    return f"{kind}Item", {**request, "ReturnValues": draw(st.sampled_from(returns))}


@st.composite
def transactions(draw: DrawFn) -> Call:
    keys = draw(st.lists(KEY, min_size=1, max_size=3, unique=True))
    kinds = st.sampled_from(["Put", "Update", "Delete", "ConditionCheck"])
    actions = [{kind: draw(_write(kind, key))} for key in keys for kind in [draw(kinds)]]
    return "TransactWriteItems", {"TransactItems": actions}


@st.composite
def queries(draw: DrawFn) -> Call:
    """A page of the index, from its beginning or from where an item may once have been."""
    partition = draw(INDEX_KEY)
    values = {":part": partition}
    request: Request = {"KeyConditionExpression": "part = :part"}
    if draw(st.booleans()):
        request["KeyConditionExpression"] += f" AND {draw(st.sampled_from(SORTS))}"
        values[":sort"] = draw(INDEX_KEY)
    elif draw(st.booleans()):
        start = {"pk": {"S": draw(KEY)}, "part": partition, "sort": draw(INDEX_KEY)}
        request["ExclusiveStartKey"] = start
    if draw(st.booleans()):
        request["Limit"] = draw(st.integers(1, 3))
    return "Query", {
        **request,
        "TableName": TABLE,
        "IndexName": INDEX.name,
        "ScanIndexForward": draw(st.booleans()),
        "ExpressionAttributeValues": values,
    }


@st.composite
def reads(draw: DrawFn) -> Call:
    keys = draw(st.lists(KEY, min_size=1, unique=True))
    wanted = {"Keys": [{"pk": {"S": key}} for key in keys], "ConsistentRead": True}
    return "BatchGetItem", {"RequestItems": {TABLE: wanted}}


@st.composite
def _write(draw: DrawFn, kind: str, key: str) -> Request:
    expressions = DrawnExpressions(draw)
    request: Request = {"TableName": TABLE}
    if kind == "Put":
        request["Item"] = draw(items(key))
    else:
        request["Key"] = {"pk": {"S": key}}
    if kind == "Update":
        request["UpdateExpression"] = expressions.one("update")
    if kind == "ConditionCheck" or draw(st.booleans()):
        request["ConditionExpression"] = expressions.one("condition")
        shown = draw(st.sampled_from(["NONE", "ALL_OLD"]))
        request["ReturnValuesOnConditionCheckFailure"] = shown
    return request | expressions.parameters()


CALLS: SearchStrategy[Call] = st.one_of(writes(), transactions(), queries(), reads())

STORED: SearchStrategy[list[Request]] = st.lists(KEY, unique=True).flatmap(
    lambda keys: st.tuples(*map(items, keys)).map(list)
)
"""What the table holds at first."""

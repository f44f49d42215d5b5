"""Queries: pages of one partition of an index, in the order of its sort key."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from tests.simulation.dynamodb.conditions import Test, Values, condition
from tests.simulation.dynamodb.expressions import Check, checks, kinds_of, names_of, values_of
from tests.simulation.dynamodb.grammar import Node, Parser, Scope
from tests.simulation.dynamodb.refusals import Invalid
from tests.simulation.dynamodb.tables import Entry, Index, Table
from tests.simulation.dynamodb.values import Item, canonical_item
from tests.simulation.dynamodb.writes import check_parameters

PARAMETERS = {
    "TableName",
    "IndexName",
    "KeyConditionExpression",
    "ExpressionAttributeNames",
    "ExpressionAttributeValues",
    "ScanIndexForward",
    "Limit",
    "ExclusiveStartKey",
}
RANGES = ("=", "<", "<=", ">", ">=", "BETWEEN", "begins_with")


class KeyCondition(NamedTuple):
    """Which partition, by the name of the value that names it, and which of its items."""

    partition: str
    sort: Test | None
    checks: tuple[Check, ...]


def query(request: Mapping[str, Any], table: Table, index: Index, lag: int) -> dict[str, Any]:
    """A page as it was `lag` changes ago. Raises Invalid."""
    check_parameters(request, PARAMETERS)
    values, limit = values_of(request), request.get("Limit", math.inf)
    if limit < 1:
        message = "Limit must be greater than or equal to 1"
        raise Invalid(message)
    wanted = key_condition(request, values, index)
    partition = values[wanted.partition]["S"]
    entries, items = table.partition(index, partition, lag)
    forward = request.get("ScanIndexForward", True)
    if start := request.get("ExclusiveStartKey"):
        start = canonical_item(start)
        entries = _after(entries, _place(start, table, index, partition), forward=forward)
        if wanted.sort and not wanted.sort(start, values):
            message = "The provided starting key does not match the range key predicate"
            raise Invalid(message)
    found = [items[key] for _, key in (entries if forward else reversed(entries))]
    if wanted.sort:
        found = [item for item in found if wanted.sort(item, values)]
    return _page(found, limit, (table.key, index.partition, index.sort))


def key_condition(request: Mapping[str, Any], values: Values, index: Index) -> KeyCondition:
    """What a query asks for. Raises Invalid."""
    text, names = request["KeyConditionExpression"], names_of(request)
    wanted = _compiled(text, names, kinds_of(values), index.partition, index.sort)
    for check in wanted.checks:
        check(values)
    if not values[wanted.partition]["S"]:
        message = "One or more parameter values are not valid: the key is an empty string"
        raise Invalid(message)
    return wanted


@cache
def _compiled(
    text: str,
    names: tuple[tuple[str, str], ...],
    kinds: tuple[tuple[str, str], ...],
    partition: str,
    sort: str,
) -> KeyCondition:
    scope = Scope(dict(names), dict(kinds))
    tree = Parser(text, scope).condition()
    scope.check_used()
    parts = tree.operands if tree.op == "AND" else (tree,)
    by_name = {_key(part): part for part in parts}
    if len(by_name) < len(parts) or not {partition} <= by_name.keys() <= {partition, sort}:
        message = f"Query condition missed key schema element: {partition}"
        raise Invalid(message)
    if by_name[partition].op != "=":
        message = "Query key condition not supported"
        raise Invalid(message)
    chosen = by_name.get(sort)
    return KeyCondition(
        by_name[partition].operands[1].operands[0],
        condition(chosen) if chosen else None,
        tuple(checks(tree)),
    )


def _key(node: Node) -> str:
    """The attribute that a part of a key condition is about. Raises Invalid for any other."""
    path, *others = node.operands
    if node.op not in RANGES or path.op != "path" or len(path.operands) > 1:
        message = "Invalid operator or operand used in KeyConditionExpression"
        raise Invalid(message)
    if any(other.op != "value" or other.operands[1] != "S" for other in others):
        message = "Condition parameter type does not match schema type"
        raise Invalid(message)
    return str(path.operands[0])


def _place(start: Item, table: Table, index: Index, partition: str) -> Entry:
    """Where a page begins. Raises Invalid for what no page before can have named."""
    keys = (table.key, index.partition, index.sort)
    if start.keys() != {*keys} or not all(start[key].get("S") for key in keys):
        message = "The provided starting key is invalid"
        raise Invalid(message)
    if start[index.partition]["S"] != partition:
        message = "The provided starting key is outside query boundaries"
        raise Invalid(message)
    return start[index.sort]["S"], start[table.key]["S"]


def _after(entries: Sequence[Entry], place: Entry, *, forward: bool) -> Sequence[Entry]:
    """What comes after a place, whether or not there still is an item."""
    if forward:
        return entries[bisect_right(entries, place) :]
    return entries[: bisect_left(entries, place)]


def _page(found: Sequence[Item], limit: float, keys: Sequence[str]) -> dict[str, Any]:
    """A page that is full names its last item, also when there are no more."""
    if len(found) < limit:
        return {"Items": found, "Count": len(found), "ScannedCount": len(found)}
    page = found[: int(limit)]
    last = {key: page[-1][key] for key in keys}
    return {"Items": page, "Count": len(page), "ScannedCount": len(page), "LastEvaluatedKey": last}

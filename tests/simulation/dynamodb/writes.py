"""Writes: what a request asks for, checked as far as it can be without the item it is about."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from tests.simulation.dynamodb.conditions import Test, Values
from tests.simulation.dynamodb.expressions import compiled, values_of
from tests.simulation.dynamodb.refusals import ConditionFailed, Invalid
from tests.simulation.dynamodb.tables import Table
from tests.simulation.dynamodb.updates import Update
from tests.simulation.dynamodb.values import Item, canonical_item, check_size

EXPRESSIONS = {"ConditionExpression", "ExpressionAttributeNames", "ExpressionAttributeValues"}
COMMON = {"TableName", "ReturnValuesOnConditionCheckFailure", *EXPRESSIONS}
PARAMETERS = {
    "Put": COMMON | {"Item"},
    "Update": COMMON | {"Key", "UpdateExpression"},
    "Delete": COMMON | {"Key"},
    "ConditionCheck": COMMON | {"Key"},
}

type Make = Callable[[Item | None], Item | None]
"""The item that a write makes of the one it finds, if any."""


class Write(NamedTuple):
    """A write of one item, on a condition."""

    table: Table
    key: str
    condition: Test | None
    values: Values
    change: Make
    shows_found: bool

    def outcome(self) -> tuple[Item | None, Item | None]:
        """The item now, and what it is to be. Raises ConditionFailed or Invalid."""
        old = self.table.items.get(self.key)
        if self.condition and not self.condition(old or {}, self.values):
            raise ConditionFailed(old if self.shows_found else None)
        return old, self.change(old)


def write_of(kind: str, request: Mapping[str, Any], table: Table) -> Write:
    """The write that a request or an action of a transaction asks for. Raises Invalid."""
    check_parameters(request, PARAMETERS[kind])
    values = values_of(request)
    condition, update, checks = compiled(request, values, table.key)
    if kind == "ConditionCheck" and not condition:
        message = "A ConditionCheck needs a ConditionExpression"
        raise Invalid(message)
    for check in checks:
        check(values)
    if kind == "Put":
        item = canonical_item(request["Item"])
        key = table.key_in(item)
        change = _put(table, item)
    else:
        key = table.key_of(request["Key"])
        change = _update(table, key, update, values) if kind == "Update" else CHANGES[kind]
    shown = request.get("ReturnValuesOnConditionCheckFailure", "NONE")
    assert shown in ("NONE", "ALL_OLD"), f"not built: {shown}"
    return Write(table, key, condition, values, change, shown == "ALL_OLD")


def check_parameters(request: Mapping[str, Any], known: set[str]) -> None:
    assert request.keys() <= known, f"not built: {', '.join(request.keys() - known)}"


def _put(table: Table, item: Item) -> Make:
    table.check_index_keys(item)
    check_size(item)
    return lambda _old: item


def _update(table: Table, key: str, update: Update | None, values: Values) -> Make:
    def updated(old: Item | None) -> Item | None:
        only_key = {table.key: {"S": key}}
        new = update(old, only_key, values) if update else old or only_key
        if new is not None:
            table.check_index_keys(new)
            check_size(new)
        return new

    return updated


CHANGES: Mapping[str, Make] = {"Delete": lambda _old: None, "ConditionCheck": lambda old: old}

"""Expressions of a request, compiled once for each text, names and types of values."""

import operator
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any, NamedTuple

from tests.simulation.dynamodb import conditions, updates
from tests.simulation.dynamodb.conditions import Test, Values, ordered
from tests.simulation.dynamodb.grammar import Node, Parser, Scope
from tests.simulation.dynamodb.refusals import Invalid
from tests.simulation.dynamodb.updates import Update
from tests.simulation.dynamodb.values import canonical_item

TYPES = ("S", "N", "B", "SS", "NS", "BS", "BOOL", "NULL", "L", "M")

type Check = Callable[[Values], None]


class Expressions(NamedTuple):
    """What the expressions of one write mean."""

    condition: Test | None
    update: Update | None
    checks: tuple[Check, ...]
    """What else can be wrong with the values of a request; they raise Invalid."""


def values_of(request: Mapping[str, Any]) -> Values:
    """The values of a request, checked."""
    if "ExpressionAttributeValues" not in request:
        return {}
    return canonical_item(_not_empty(request, "ExpressionAttributeValues"))


def compiled(request: Mapping[str, Any], values: Values, key: str) -> Expressions:
    """The expressions of a write to a table whose key is `key`. Raises Invalid."""
    return _compiled(
        request.get("ConditionExpression"),
        request.get("UpdateExpression"),
        names_of(request),
        kinds_of(values),
        key,
    )


def names_of(request: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    if "ExpressionAttributeNames" not in request:
        return ()
    return tuple(_not_empty(request, "ExpressionAttributeNames").items())


def kinds_of(values: Values) -> tuple[tuple[str, str], ...]:
    """The names of values with their types."""
    return tuple([(name, kind) for name, value in values.items() for kind in value])


@cache
def _compiled(
    condition: str | None,
    update: str | None,
    names: tuple[tuple[str, str], ...],
    kinds: tuple[tuple[str, str], ...],
    key: str,
) -> Expressions:
    if (names or kinds) and condition is None and update is None:
        message = "ExpressionAttributeNames and -Values can only be specified with expressions"
        raise Invalid(message)
    scope = Scope(dict(names), dict(kinds))
    tree = None if condition is None else Parser(condition, scope).condition()
    actions = None if update is None else Parser(update, scope).update()
    scope.check_used()
    return Expressions(
        conditions.condition(tree) if tree else None,
        updates.update(actions, key) if actions else None,
        tuple(checks(tree)) if tree else (),
    )


def checks(node: Node) -> list[Check]:
    """What must hold for the values of a condition, whatever the item."""
    found = [check for each in node.operands if isinstance(each, Node) for check in checks(each)]
    _, *others = node.operands
    if node.op == "BETWEEN" and all(bound.op == "value" for bound in others):
        found.append(partial(_check_bounds, *(bound.operands[0] for bound in others)))
    if node.op == "attribute_type":
        found.append(partial(_check_type, others[0].operands[0]))
    return found


def _check_bounds(lower: str, upper: str, values: Values) -> None:
    if not ordered(values[lower], values[upper], operator.le):
        message = "The BETWEEN operator requires two bounds of one type, the lower one first"
        raise Invalid(message)


def _check_type(name: str, values: Values) -> None:
    if values[name]["S"] not in TYPES:
        message = f"Invalid attribute type name found: {values[name]['S']}"
        raise Invalid(message)


def _not_empty(request: Mapping[str, Any], parameter: str) -> Mapping[str, Any]:
    given: Mapping[str, Any] = request[parameter]
    if not given:
        message = f"{parameter} must not be empty"
        raise Invalid(message)
    return given

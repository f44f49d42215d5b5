"""Conditions: nodes to functions that say whether an item fulfills them.

What is missing equals nothing and has no order; it is unequal to everything.
"""

import operator
from collections.abc import Callable, Mapping
from typing import Any

from tests.simulation.dynamodb.grammar import Node
from tests.simulation.dynamodb.refusals import Invalid
from tests.simulation.dynamodb.values import ORDER, Item, Value, size

type Values = Mapping[str, Value]
type Test = Callable[[Item, Values], bool]
type Read = Callable[[Item, Values], Value | None]


def condition(node: Node) -> Test:
    """A function of an item, empty if there is none, and of the values of the request."""
    return BUILDERS[node.op](*node.operands)


def read(node: Node) -> Read:
    """A function that finds an operand, None if it is missing."""
    match node.op, node.operands:
        case "value", (placeholder, _):
            return lambda _item, values: values[placeholder]
        case "path", (name,):
            return lambda item, _values: item.get(name)
        case "path", names:
            return lambda item, _values: at(item, names)
        case "size", (operand,):
            return _size(read(operand))
    raise AssertionError(node)


def at(item: Item, names: tuple[str, ...]) -> Value | None:
    """What is at a path of an item."""
    found: Value | None = {"M": item}
    for name in names:
        if found is None or "M" not in found:
            return None
        found = found["M"].get(name)
    return found


def kind_of(node: Node) -> str | None:
    """The type of an operand, if the request alone says it."""
    return node.operands[1] if node.op == "value" else None


def require(function: str, node: Node, *kinds: str) -> None:
    """Raises Invalid for a value of the request that a function or operator does not take."""
    kind = kind_of(node)
    if kind and kind not in kinds:
        message = f"Incorrect operand type for operator or function: {function}, {kind}"
        raise Invalid(message)


def ordered(left: Value | None, right: Value | None, holds: Callable[[Any, Any], bool]) -> bool:
    """Whether two values are of one type that has an order, and in this one."""
    if left is None or right is None:
        return False
    ((kind, content),) = left.items()
    if kind not in right or kind not in ORDER:
        return False
    order = ORDER[kind]
    return holds(order(content), order(right[kind]))


def _distinct(op: str, operands: tuple[Node, ...]) -> None:
    if operands[0] in operands[1:]:
        message = f"The first operand must be distinct from the remaining operands: {op}"
        raise Invalid(message)


def _and(*nodes: Node) -> Test:
    tests = [condition(node) for node in nodes]

    def every(item: Item, values: Values) -> bool:
        for test in tests:  # noqa: SIM110 - a generator takes twice as long
            if not test(item, values):
                return False
        return True

    return every


def _or(*nodes: Node) -> Test:
    tests = [condition(node) for node in nodes]

    def some(item: Item, values: Values) -> bool:
        for test in tests:  # noqa: SIM110 - a generator takes twice as long
            if test(item, values):
                return True
        return False

    return some


def _not(node: Node) -> Test:
    test = condition(node)
    return lambda item, values: not test(item, values)


def _equal(left: Node, right: Node) -> Test:
    _distinct("=", (left, right))
    one, other = read(left), read(right)
    return lambda item, values: (
        (found := one(item, values)) is not None and found == other(item, values)
    )


def _unequal(left: Node, right: Node) -> Test:
    equal = _equal(left, right)
    return lambda item, values: not equal(item, values)


def _in_order(op: str, holds: Callable[[Any, Any], bool]) -> Callable[[Node, Node], Test]:
    def build(left: Node, right: Node) -> Test:
        _distinct(op, (left, right))
        for operand in (left, right):
            require(op, operand, *ORDER)
        one, other = read(left), read(right)
        return lambda item, values: ordered(one(item, values), other(item, values), holds)

    return build


def _between(operand: Node, lower: Node, upper: Node) -> Test:
    for each in (operand, lower, upper):
        require("BETWEEN", each, *ORDER)
    at_least = _in_order("BETWEEN", operator.ge)(operand, lower)
    at_most = _in_order("BETWEEN", operator.le)(operand, upper)
    return lambda item, values: at_least(item, values) and at_most(item, values)


def _in(operand: Node, *choices: Node) -> Test:
    _distinct("IN", (operand, *choices))
    one, others = read(operand), [read(choice) for choice in choices]

    def among(item: Item, values: Values) -> bool:
        found = one(item, values)
        return found is not None and any(found == other(item, values) for other in others)

    return among


def _exists(path: Node) -> Test:
    find = _path("attribute_exists", path)
    return lambda item, values: find(item, values) is not None


def _not_exists(path: Node) -> Test:
    find = _path("attribute_not_exists", path)
    return lambda item, values: find(item, values) is None


def _type(operand: Node, kind: Node) -> Test:
    require("attribute_type", kind, "S")
    find, name = read(operand), kind.operands[0]
    return lambda item, values: values[name]["S"] in (find(item, values) or ())


def _begins_with(operand: Node, prefix: Node) -> Test:
    require("begins_with", operand, "S")
    require("begins_with", prefix, "S")
    _distinct("begins_with", (operand, prefix))
    one, other = read(operand), read(prefix)

    def begins(item: Item, values: Values) -> bool:
        text, start = one(item, values), other(item, values)
        if not text or not start or "S" not in text or "S" not in start:
            return False
        return str(text["S"]).startswith(start["S"])

    return begins


def _contains(container: Node, member: Node) -> Test:
    _distinct("contains", (container, member))
    one, other = read(container), read(member)

    def contains(item: Item, values: Values) -> bool:
        whole, part = one(item, values), other(item, values)
        if whole is None or part is None:
            return False
        ((kind, content),) = part.items()
        if "L" in whole:
            return part in whole["L"]
        return kind in ("S", "N") and (
            content in whole.get(f"{kind}S", ()) or (kind == "S" and content in whole.get("S", ""))
        )

    return contains


def _size(one: Read) -> Read:
    def measure(item: Item, values: Values) -> Value | None:
        found = one(item, values)
        length = size(found) if found else None
        return None if length is None else {"N": str(length)}

    return measure


def _path(function: str, node: Node) -> Read:
    if node.op != "path":
        message = f"Operator or function requires a document path; operator or function: {function}"
        raise Invalid(message)
    return read(node)


BUILDERS: Mapping[str, Callable[..., Test]] = {
    "AND": _and,
    "OR": _or,
    "NOT": _not,
    "=": _equal,
    "<>": _unequal,
    "<": _in_order("<", operator.lt),
    "<=": _in_order("<=", operator.le),
    ">": _in_order(">", operator.gt),
    ">=": _in_order(">=", operator.ge),
    "BETWEEN": _between,
    "IN": _in,
    "attribute_exists": _exists,
    "attribute_not_exists": _not_exists,
    "attribute_type": _type,
    "begins_with": _begins_with,
    "contains": _contains,
}

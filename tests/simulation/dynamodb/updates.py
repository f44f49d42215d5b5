"""Update expressions: every operand is read from the item as it was, then all is written."""

from collections.abc import Callable, Sequence
from typing import Any

from tests.simulation.dynamodb import conditions
from tests.simulation.dynamodb.conditions import Read, Values, at, require
from tests.simulation.dynamodb.grammar import Node
from tests.simulation.dynamodb.refusals import Invalid, InvalidItem
from tests.simulation.dynamodb.values import Item, Value, add, canonical, subtract

type Action = Callable[[Item, dict[str, Value], Values], None]
"""Reads the old item and the values of the request, and writes into the new item."""

type Update = Callable[[Item | None, Item, Values], Item | None]
"""Makes the new item of the old one, or of the key alone."""

SETS = ("SS", "NS")


def update(nodes: Sequence[Node], key: str) -> Update:
    """What the actions do to an item. Raises Invalid for overlapping paths.

    An item that is not there is created, unless the actions only take away.
    """
    _check_paths([node.operands[0].operands for node in nodes], key)
    actions = [ACTIONS[node.op](*node.operands) for node in nodes]

    creates = any(node.op in ("SET", "ADD") for node in nodes)

    def updated(old: Item | None, key: Item, values: Values) -> Item | None:
        if old is None and not creates:
            return None
        old = old or key
        new = dict(old)
        for action in actions:
            action(old, new, values)
        return new

    return updated


def _check_paths(paths: Sequence[tuple[str, ...]], key: str) -> None:
    for place, path in enumerate(paths):
        if path[0] == key:
            message = f"Cannot update attribute {key}. This attribute is part of the key"
            raise Invalid(message)
        for other in paths[:place]:
            shorter = min(len(path), len(other))
            if path[:shorter] == other[:shorter]:
                message = f"Two document paths overlap with each other: {path}, {other}"
                raise Invalid(message)


def _set(path: Node, operand: Node) -> Action:
    find, names = _read(operand), path.operands
    if len(names) > 1:
        return lambda old, new, values: _put(new, names, _needed(find(old, values)))
    (name,) = names

    def act(old: Item, new: dict[str, Value], values: Values) -> None:
        new[name] = _needed(find(old, values))

    return act


def _remove(path: Node) -> Action:
    *parents, name = path.operands

    def act(_old: Item, new: dict[str, Value], _values: Values) -> None:
        _parent(new, parents).pop(name, None)

    return act


def _add(path: Node, value: Node) -> Action:
    require("ADD", value, "N", *SETS)
    names, read = path.operands, conditions.read(value)

    def act(old: Item, new: dict[str, Value], values: Values) -> None:
        found, more = at(old, names), read(old, values)
        assert more
        ((kind, content),) = more.items()
        if found is None:
            return _put(new, names, more)
        was = _content(found, kind)
        if kind == "N":
            return _put(new, names, {"N": add(was, content)})
        return _put(new, names, canonical({kind: list({*was, *content})}))

    return act


def _delete(path: Node, value: Node) -> Action:
    require("DELETE", value, *SETS)
    names, read = path.operands, conditions.read(value)

    def act(old: Item, new: dict[str, Value], values: Values) -> None:
        found, less = at(old, names), read(old, values)
        assert less
        ((kind, content),) = less.items()
        left = [each for each in _content(found, kind) if each not in content] if found else []
        if left:
            _put(new, names, {kind: left})
        else:
            _parent(new, names[:-1]).pop(names[-1], None)

    return act


ACTIONS: dict[str, Callable[..., Action]] = {
    "SET": _set,
    "REMOVE": _remove,
    "ADD": _add,
    "DELETE": _delete,
}


def _read(node: Node) -> Read:
    """A function that computes what a path is set to, None if an attribute in it is missing."""
    match node.op:
        case "if_not_exists":
            return _if_not_exists(*node.operands)
        case "list_append":
            return _computed(node, "L", lambda left, right: [*left, *right])
        case "+":
            return _computed(node, "N", add)
        case "-":
            return _computed(node, "N", subtract)
    return conditions.read(node)


def _if_not_exists(path: Node, otherwise: Node) -> Read:
    if path.op != "path":
        message = "Operator or function requires a document path: if_not_exists"
        raise Invalid(message)
    find, default = conditions.read(path), _read(otherwise)
    return lambda item, values: find(item, values) or default(item, values)


def _computed(node: Node, kind: str, operation: Callable[[Any, Any], Any]) -> Read:
    for operand in node.operands:
        require(node.op, operand, kind)
    left, right = map(_read, node.operands)

    def compute(item: Item, values: Values) -> Value:
        operands = _needed(left(item, values)), _needed(right(item, values))
        return {kind: operation(*(_content(each, kind) for each in operands))}

    return compute


def _needed(value: Value | None) -> Value:
    if value is None:
        message = "The provided expression refers to an attribute that does not exist in the item"
        raise InvalidItem(message)
    return value


def _content(value: Value, kind: str) -> Any:
    if kind not in value:
        message = "An operand in the update expression has an incorrect data type"
        raise InvalidItem(message)
    return value[kind]


def _put(new: dict[str, Value], names: Sequence[str], value: Value) -> None:
    _parent(new, names[:-1])[names[-1]] = value


def _parent(new: dict[str, Value], names: Sequence[str]) -> dict[str, Value]:
    """The map at a path of the new item, made its own. Raises InvalidItem if there is none."""
    for name in names:
        if "M" not in new.get(name, ()):
            message = "The document path provided in the update expression is invalid for update"
            raise InvalidItem(message)
        own = dict(new[name]["M"])
        new[name] = {"M": own}
        new = own
    return new

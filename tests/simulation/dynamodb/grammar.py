"""The grammar of expressions: text to nodes, with every `#name` and `:value` looked up."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from moto.dynamodb.parsing.reserved_keywords import ReservedKeywords

from tests.simulation.dynamodb.refusals import Invalid

TOKEN = re.compile(r"\s*(?:([#:]?[A-Za-z0-9_]+|<>|<=|>=|[=<>(),.+\-])|(\S))")
WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]*")

COMPARATORS = ("=", "<>", "<", "<=", ">", ">=")
CONDITIONS = {
    "attribute_exists": 1,
    "attribute_not_exists": 1,
    "attribute_type": 2,
    "begins_with": 2,
    "contains": 2,
}
"""Functions that are true or false, and how many operands they take."""

OPERANDS = {"size": 1}
DEFAULTS = {"if_not_exists": 2}
UPDATES = {**DEFAULTS, "list_append": 2}


class Node(NamedTuple):
    """An operator, function or keyword, and what it is applied to.

    `("path", names)` is an attribute, `("value", (":name", type))` a value of the request.
    """

    op: str
    operands: tuple[Any, ...]


class Scope:
    """The names and the types of the values of a request, and which of them were used."""

    def __init__(self, names: Mapping[str, str], kinds: Mapping[str, str]) -> None:
        self._names = names
        self._kinds = kinds
        self._used: set[str] = set()

    def name(self, placeholder: str) -> str:
        return self._use(placeholder, self._names, "name")

    def value(self, placeholder: str) -> Node:
        return Node("value", (placeholder, self._use(placeholder, self._kinds, "value")))

    def check_used(self) -> None:
        """Raises Invalid if the request names what no expression of it uses."""
        for what, given in [("Names", self._names), ("Values", self._kinds)]:
            if unused := given.keys() - self._used:
                message = f"Value provided in ExpressionAttribute{what} unused: {sorted(unused)}"
                raise Invalid(message)

    def _use(self, placeholder: str, given: Mapping[str, str], what: str) -> str:
        if placeholder not in given:
            message = f"An expression attribute {what} used is not defined: {placeholder}"
            raise Invalid(message)
        self._used.add(placeholder)
        return given[placeholder]


class Parser:
    """Takes one expression apart; each method takes what it is named for off the front."""

    def __init__(self, text: str, scope: Scope) -> None:
        self._tokens = tokens(text)
        self._scope = scope

    def condition(self) -> Node:
        """A whole condition expression."""
        node = self._disjunction()
        self._end()
        return node

    def update(self) -> list[Node]:
        """The actions of a whole update expression."""
        clauses: dict[str, list[Node]] = {}
        while word := self._take("SET", "REMOVE", "ADD", "DELETE"):
            if word in clauses:
                message = f'The "{word}" section can only be used once in an update expression'
                raise Invalid(message)
            clauses[word] = self._list(getattr(self, f"_{word.lower()}"))
        self._end()
        return [action for actions in clauses.values() for action in actions]

    def _disjunction(self) -> Node:
        return self._joined("OR", self._conjunction)

    def _conjunction(self) -> Node:
        return self._joined("AND", self._negation)

    def _joined(self, word: str, part: Any) -> Node:
        parts = [part()]
        while self._take(word):
            parts.append(part())
        return Node(word, tuple(parts)) if len(parts) > 1 else parts[0]

    def _negation(self) -> Node:
        return Node("NOT", (self._negation(),)) if self._take("NOT") else self._predicate()

    def _predicate(self) -> Node:
        if self._take("("):
            node = self._disjunction()
            self._expect(")")
            return node
        if self._tokens[-1] in CONDITIONS and (function := self._function(CONDITIONS)):
            return function
        return self._comparison(self._operand(OPERANDS))

    def _comparison(self, left: Node) -> Node:
        if self._take("BETWEEN"):
            lower = self._operand(OPERANDS)
            self._expect("AND")
            return Node("BETWEEN", (left, lower, self._operand(OPERANDS)))
        if self._take("IN"):
            self._expect("(")
            choices = self._list(lambda: self._operand(OPERANDS))
            self._expect(")")
            return Node("IN", (left, *choices))
        if comparator := self._take(*COMPARATORS):
            return Node(comparator, (left, self._operand(OPERANDS)))
        raise self._surprise()

    def _set(self) -> Node:
        path = self._path()
        self._expect("=")
        left = self._operand(UPDATES)
        if sign := self._take("+", "-"):
            return Node("SET", (path, Node(sign, (left, self._operand(UPDATES)))))
        return Node("SET", (path, left))

    def _remove(self) -> Node:
        return Node("REMOVE", (self._path(),))

    def _add(self) -> Node:
        return Node("ADD", (self._path(), self._value()))

    def _delete(self) -> Node:
        return Node("DELETE", (self._path(), self._value()))

    def _operand(self, functions: Mapping[str, int]) -> Node:
        if self._tokens[-1].startswith(":"):
            return self._value()
        return self._function(functions) or self._path()

    def _function(self, functions: Mapping[str, int]) -> Node | None:
        name = self._tokens[-1]
        if self._tokens[-2:-1] != ["("] or not WORD.fullmatch(name):
            return None
        if name not in functions:
            message = f"Invalid function name; function: {name}"
            raise Invalid(message)
        del self._tokens[-2:]
        inner = DEFAULTS if name in UPDATES else OPERANDS
        operands = self._list(lambda: self._operand(inner))
        self._expect(")")
        if name == "attribute_type" and operands[-1].op != "value":
            raise self._surprise()
        if len(operands) != functions[name]:
            message = f"Incorrect number of operands for operator or function: {name}"
            raise Invalid(message)
        return Node(name, tuple(operands))

    def _value(self) -> Node:
        if not self._tokens[-1].startswith(":"):
            raise self._surprise()
        return self._scope.value(self._tokens.pop())

    def _path(self) -> Node:
        names = [self._name()]
        while self._take("."):
            names.append(self._name())
        return Node("path", tuple(names))

    def _name(self) -> str:
        if self._tokens[-1].startswith("#"):
            return self._scope.name(self._tokens.pop())
        if not WORD.fullmatch(self._tokens[-1]):
            raise self._surprise()
        if self._tokens[-1].upper() in reserved_words():
            message = f"Attribute name is a reserved keyword; reserved keyword: {self._tokens[-1]}"
            raise Invalid(message)
        return self._tokens.pop()

    def _list(self, part: Any) -> list[Node]:
        parts = [part()]
        while self._take(","):
            parts.append(part())
        return parts

    def _take(self, *words: str) -> str | None:
        return self._tokens.pop().upper() if self._tokens[-1].upper() in words else None

    def _expect(self, word: str) -> None:
        if not self._take(word):
            raise self._surprise()

    def _end(self) -> None:
        if len(self._tokens) > 1:
            raise self._surprise()

    def _surprise(self) -> Invalid:
        return Invalid(f'Syntax error; token: "{self._tokens[-1] or "<EOF>"}"')


def tokens(text: str) -> list[str]:
    """The last one first; the end is empty."""
    found = TOKEN.findall(text.rstrip())
    if not found:
        message = "The expression can not be empty"
        raise Invalid(message)
    for _, stranger in found:
        assert stranger not in ("[", "]"), f"elements of lists are not built: {text}"
        if stranger:
            message = f'Syntax error; token: "{stranger}"'
            raise Invalid(message)
    return ["", *reversed([token for token, _ in found])]


@cache
def reserved_words() -> frozenset[str]:
    return frozenset(ReservedKeywords.get_reserved_keywords())

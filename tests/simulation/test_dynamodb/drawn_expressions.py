"""Expressions by the dice: every operator and function, on attributes that may be missing.

None is refused before its item is read, and none asks for what the emulator gets wrong: to it, two
missing attributes are equal, an update that only takes away creates an item, `begins_with` refuses
what is no text, and a number has the size 0; but it adds to texts, appends to what is no list and
changes what is inside no map.
"""

import re
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

TEXTS = st.sampled_from(["", "a", "ab", "b", "é"])
NUMBERS = st.sampled_from(["-1", "0", "1", "2", "2.5", "10"])
TEXT = TEXTS.map(lambda text: {"S": text})
NUMBER = NUMBERS.map(lambda number: {"N": number})
SET = st.one_of(
    st.lists(TEXTS, min_size=1, max_size=3, unique=True).map(lambda texts: {"SS": texts}),
    st.lists(NUMBERS, min_size=1, max_size=3, unique=True).map(lambda numbers: {"NS": numbers}),
)
BOOLEAN = st.booleans().map(lambda flag: {"BOOL": flag})
LEAF = st.one_of(TEXT, NUMBER, SET, BOOLEAN, st.just({"NULL": True}))
LIST = st.lists(LEAF, min_size=1, max_size=2).map(lambda each: {"L": each})
VALUE = st.recursive(
    LEAF,
    lambda inner: st.one_of(
        st.lists(inner, max_size=2).map(lambda each: {"L": each}),
        st.dictionaries(st.sampled_from("xy"), inner, max_size=2).map(lambda each: {"M": each}),
    ),
    max_leaves=3,
)
MAP = st.fixed_dictionaries(
    {},
    optional={
        "x": st.dictionaries(st.sampled_from("xy"), LEAF).map(lambda each: {"M": each}),
        "y": VALUE,
    },
).map(lambda each: {"M": each})
INDEX_KEY = st.sampled_from("12").map(lambda text: {"S": text})

ATTRIBUTES: dict[str, SearchStrategy[Any]] = {
    "a": VALUE,
    "b": VALUE,
    "list": LIST,
    "map": MAP,
    "number": NUMBER,
    "part": INDEX_KEY,
    "sort": INDEX_KEY,
}
"""Of an item, beside its primary key."""

VALUES: dict[str, SearchStrategy[Any]] = {
    "value": VALUE,
    "leaf": LEAF,
    "ordered": st.one_of(TEXT, NUMBER),
    "text": TEXT,
    "lower": st.sampled_from(["", "a"]).map(lambda text: {"S": text}),
    "upper": st.sampled_from(["a", "b", "é"]).map(lambda text: {"S": text}),
    "number": NUMBER,
    "list": LIST,
    "map": MAP,
    "set": SET,
    "addend": st.one_of(NUMBER, SET),
    "index_key": INDEX_KEY,
    "type": st.sampled_from(["S", "N", "B", "SS", "NS", "BOOL", "NULL", "L", "M"]).map(
        lambda kind: {"S": kind}
    ),
}

GRAMMAR: dict[str, list[str]] = {
    "condition": ["{clause}", "({clause}) AND {clause}", "{clause} OR {clause}", "NOT ({clause})"],
    "clause": [
        "{predicate}",
        "{predicate} AND {predicate}",
        "({predicate}) OR {predicate}",
        "NOT {predicate}",
    ],
    "predicate": [
        *(f"{{operand}} {sign} {{value}}" for sign in ("=", "<>")),
        *(f"{{operand}} {sign} {{ordered}}" for sign in ("<", "<=", ">", ">=")),
        "{operand} BETWEEN {lower} AND {upper}",
        "{operand} IN ({value})",
        "{operand} IN ({value}, {value}, {value})",
        "attribute_exists({path})",
        "attribute_not_exists({path})",
        "attribute_type({path}, {type})",
        "begins_with({key}, {text})",
        "contains({path}, {leaf})",
    ],
    "operand": ["{path}", "{path}", "size({sized})"],
    "sized": ["#pk", "#list", "#map", "#map.#x", "#part"],
    "path": [
        *("#pk", *(f"#{name}" for name in ATTRIBUTES)),
        *("#map.#x", "#map.#x.#y", "#map.#y", "#b.#x", "#b.#x.#y"),
    ],
    "key": ["#pk", "#part", "#sort"],
    "update": [
        "SET {assignments}",
        "SET {assignments} REMOVE #b, #sort",
        "REMOVE #list SET #part = {index_key} ADD #b {addend}, #number {number}",
        "ADD #b {addend} SET {assignments}",
        "DELETE #b {set} REMOVE #sort SET {assignments}",
        "SET #b = {value}, #sort = {index_key} REMOVE #part ADD #a {addend}",
    ],
    "assignments": ["{assignment}", "{assign_a}, {assign_list}, {assign_part}, {assign_map}"],
    "assignment": [
        "{assign_a}",
        "{assign_list}",
        "{assign_map}",
        "{assign_number}",
        "{assign_part}",
    ],
    "assign_a": [
        "#a = {value}",
        "#a = {path}",
        "#a = if_not_exists({path}, {value})",
    ],
    "assign_map": [
        "#map = {map}",
        "#map.#y = {value}",
        "#map.#x.#y = {leaf}",
        "#map.#x.#x = if_not_exists(#a, {leaf}), #map.#y = {value}",
    ],
    "assign_list": ["#list = list_append(#list, {list})", "#list = list_append({list}, {list})"],
    "assign_number": ["#number = #number + {number}", "#number = {number} - #number"],
    "assign_part": ["#part = {index_key}", "#part = if_not_exists(#part, {index_key})"],
}


class DrawnExpressions:
    """Expressions of one request, and the names and values they use."""

    def __init__(self, draw: DrawFn) -> None:
        self._draw = draw
        self._names: dict[str, str] = {}
        self._values: dict[str, Any] = {}

    def one(self, symbol: str) -> str:
        """A text that the grammar makes of a symbol."""
        if symbol in VALUES:
            placeholder = f":v{len(self._values)}"
            self._values[placeholder] = self._draw(VALUES[symbol])
            return placeholder
        text = self._draw(st.sampled_from(GRAMMAR[symbol]))
        self._names |= {f"#{name}": name for name in re.findall(r"#(\w+)", text)}
        return re.sub(r"{(\w+)}", lambda found: self.one(found[1]), text)

    def parameters(self) -> dict[str, Any]:
        parameters = {
            "ExpressionAttributeNames": self._names,
            "ExpressionAttributeValues": self._values,
        }
        return {name: given for name, given in parameters.items() if given}

"""Writes as values: what each changes, on what condition, and what a failed condition means."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, cast

from ticketing.attributes import Item, to_attribute, to_attributes

NAME = re.compile(r"#(\w+)")

type MakeRefusal = Callable[[Item | None], Exception]
"""What a failed condition means, told from the item found, or None when there was none."""


class Put(NamedTuple):
    """Writes a whole item in place of any other with primary key `key`, on a condition.

    In `condition`, `#name` is the attribute `name` and `:value` is from `values`.
    """

    key: str
    item: Mapping[str, object]
    condition: str
    refusal: MakeRefusal
    values: Mapping[str, object] = {}


class Update(NamedTuple):
    """Sets attributes, sets those still missing, adds to counters and removes attributes.

    `key`, `condition` and `values` are as in `Put`.
    """

    key: str
    condition: str
    refusal: MakeRefusal
    values: Mapping[str, object] = {}
    set: Mapping[str, object] = {}
    set_once: Mapping[str, object] = {}
    add: Mapping[str, int] = {}
    remove: Sequence[str] = ()

    def expression(self) -> str:
        sets = [f"#{name} = :set_{name}" for name in self.set]
        sets += [f"#{name} = if_not_exists(#{name}, :set_{name})" for name in self.set_once]
        clauses = {
            "SET": sets,
            "ADD": [f"#{name} :add_{name}" for name in self.add],
            "REMOVE": [f"#{name}" for name in self.remove],
        }
        return " ".join(f"{word} {', '.join(parts)}" for word, parts in clauses.items() if parts)

    def operands(self) -> dict[str, object]:
        """What the expression names with a colon."""
        sets = {f"set_{name}": value for name, value in {**self.set, **self.set_once}.items()}
        return sets | {f"add_{name}": by for name, by in self.add.items()}


class Delete(NamedTuple):
    """Removes the item with primary key `key`; without a condition also one that is not there.

    `condition` and `values` are as in `Put`.
    """

    key: str
    condition: str = ""
    refusal: MakeRefusal = AssertionError
    values: Mapping[str, object] = {}


type Write = Put | Update | Delete


def request_of(write: Write, table: str) -> dict[str, Any]:
    """The parameters of PutItem, UpdateItem or DeleteItem, and of their transactional forms."""
    request: dict[str, Any] = {"TableName": table}
    expressions, values = write.condition, dict(write.values)
    if write.condition:
        request["ConditionExpression"] = write.condition
        request["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
    if isinstance(write, Put):
        request["Item"] = to_attributes({**write.item, "pk": write.key})
    else:
        request["Key"] = {"pk": {"S": write.key}}
    if isinstance(write, Update):
        request["UpdateExpression"] = expression = write.expression()
        expressions, values = f"{expressions} {expression}", values | write.operands()
    if names := NAME.findall(expressions):
        request["ExpressionAttributeNames"] = {f"#{name}": name for name in names}
    if values:
        request["ExpressionAttributeValues"] = {
            f":{name}": to_attribute(value) for name, value in values.items()
        }
    return request


def is_own(write: Write, found: Item) -> bool:
    """Whether the item found carries the stamp of this very write."""
    if isinstance(write, Delete):
        return False
    attributes = write.item if isinstance(write, Put) else write.set
    stamp = cast("Any", attributes.get("outbox"))
    return bool(stamp) and found.get("outbox", {}).get("id") == stamp["id"]

"""Attribute values as on the wire, `{"S": "text"}`, in the one form in which equal ones are `==`.

Numbers are written without needless zeros, sets are sorted.
"""

import marshal
import re
from collections.abc import Callable, Mapping
from decimal import Context, Decimal, Inexact, InvalidOperation
from typing import Any

from tests.simulation.dynamodb.refusals import Invalid, InvalidItem

type Value = dict[str, Any]
"""One attribute; never changed once it is stored."""

type Item = Mapping[str, Value]
"""By name; never changed once it is stored."""

INTEGER = re.compile(r"-?[1-9][0-9]{0,37}|0")
NUMBERS = Context(prec=38, traps=[Inexact, InvalidOperation])
MIN_EXPONENT, MAX_EXPONENT = -130, 125
MAX_ITEM = 400 * 1024

ORDER: Mapping[str, Callable[[str], Any]] = {"S": str, "N": Decimal}
"""The types that have an order. Python's order of strings is that of their bytes in UTF-8."""


def copied(value: Any) -> Any:
    """The same in fresh containers, quicker than `deepcopy`."""
    return marshal.loads(marshal.dumps(value))  # noqa: S302 - our own data


def encoded(value: Any) -> bytes:
    """For `decoded`, and never shorter than what DynamoDB counts."""
    return marshal.dumps(value, 0)


def decoded(value: bytes) -> Any:
    return marshal.loads(value)  # noqa: S302 - our own data


def canonical(value: Value) -> Value:
    """A value in its one form. Raises Invalid for one that DynamoDB does not store."""
    if len(value) != 1:
        message = "Supplied AttributeValue must contain exactly one of the supported datatypes"
        raise Invalid(message)
    ((kind, content),) = value.items()
    assert kind in FORMS, f"values of type {kind} are not built"
    return {kind: FORMS[kind](content)}


def canonical_item(item: Item) -> dict[str, Value]:
    fresh = {}
    for name, value in item.items():
        is_simple = len(value) == 1 and ("S" in value or INTEGER.fullmatch(value.get("N", "")))
        fresh[name] = value if is_simple else canonical(value)  # Simple ones have no other form.
    return fresh


def number(text: str) -> str:
    """A number's one form. Raises Invalid beyond 38 digits."""
    if INTEGER.fullmatch(text):
        return text
    try:
        return of_decimal(NUMBERS.create_decimal(text))
    except Inexact as error:
        message = "Attempting to store more than 38 significant digits in a Number"
        raise Invalid(message) from error
    except InvalidOperation as error:
        message = f"The parameter cannot be converted to a numeric value: {text}"
        raise Invalid(message) from error


def of_decimal(value: Decimal) -> str:
    """A number's one form. Raises Invalid for one that is too large or too small."""
    if not value.is_finite():
        message = "The parameter cannot be converted to a numeric value"
        raise Invalid(message)
    if not value:
        return "0"
    if not MIN_EXPONENT <= value.adjusted() <= MAX_EXPONENT:
        message = "Number overflow or underflow"
        raise Invalid(message)
    return format(value.normalize(NUMBERS), "f")


def add(left: str, right: str) -> str:
    return _result(NUMBERS.add, left, right)


def subtract(left: str, right: str) -> str:
    return _result(NUMBERS.subtract, left, right)


def size(value: Value) -> int | None:
    """What the function `size` gives for a value; numbers, booleans and null have none."""
    ((kind, content),) = value.items()
    if kind in ("N", "BOOL", "NULL"):
        return None
    return len(content.encode() if kind == "S" else content)


def check_size(item: Item) -> None:
    """Raises InvalidItem for an item above 400 KB."""
    if len(encoded(item)) > MAX_ITEM and _bytes_of(item) > MAX_ITEM:
        message = "Item size has exceeded the maximum allowed size"
        raise InvalidItem(message)


def _result(operation: Callable[[Decimal, Decimal], Decimal], left: str, right: str) -> str:
    try:
        return of_decimal(operation(Decimal(left), Decimal(right)))
    except Inexact as error:
        message = "Number overflow. Attempting to store more than 38 significant digits in a Number"
        raise InvalidItem(message) from error


def _bytes_of(item: Item) -> int:
    return sum(len(name.encode()) + _bytes(value) for name, value in item.items())


def _bytes(value: Value) -> int:
    """As DynamoDB counts the size of an item."""
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "N":
            return len(content.strip("-").replace(".", "").strip("0")) // 2 + 2
        case "SS" | "NS":
            return sum(_bytes({kind[0]: each}) for each in content)
        case "M":
            return 3 + len(content) + _bytes_of(content)
        case "L":
            return 3 + sum(1 + _bytes(each) for each in content)
    return 1


def _null(content: bool) -> bool:  # noqa: FBT001 - one of the forms
    if not content:
        message = "Null attribute value types must have the value of true"
        raise Invalid(message)
    return True


def _set(content: list[str], form: Callable[[str], str], order: Callable[[str], Any]) -> list[str]:
    members = {form(each) for each in content}
    if not members or len(members) < len(content):
        message = "One or more parameter values were invalid: a set is empty or has duplicates"
        raise Invalid(message)
    return sorted(members, key=order)


FORMS: Mapping[str, Callable[[Any], Any]] = {
    "S": str,
    "N": number,
    "BOOL": bool,
    "NULL": _null,
    "M": canonical_item,
    "L": lambda content: [canonical(each) for each in content],
    "SS": lambda content: _set(content, str, str),
    "NS": lambda content: _set(content, number, Decimal),
}

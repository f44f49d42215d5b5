"""DynamoDB's attribute values: plain Python values in, plain Python values out."""

from collections.abc import Mapping
from typing import Any

type Item = dict[str, Any]
"""By name: str, int, bool, None, list, dict or set of str. Money and versions are ints."""


def to_attribute(value: object) -> dict[str, Any]:  # noqa: PLR0911 - one for each kind
    """One attribute value. Raises TypeError for what no table of ours holds, such as a float."""
    match value:
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": str(value)}
        case int():
            return {"N": str(value)}
        case None:
            return {"NULL": True}
        case set() | frozenset():
            return {"SS": sorted(value)}
        case Mapping():
            return {"M": to_attributes(value)}
        case list() | tuple():
            return {"L": [to_attribute(each) for each in value]}
    msg = f"{type(value).__name__} is not stored in a table"
    raise TypeError(msg)


def to_attributes(item: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """A whole item, as DynamoDB's API takes it."""
    return {name: to_attribute(value) for name, value in item.items()}


def from_attribute(attribute: Mapping[str, Any]) -> Any:
    """The value of one attribute. Raises TypeError for a type that no table of ours holds."""
    ((kind, value),) = attribute.items()
    match kind:
        case "S" | "BOOL":
            return value
        case "N":
            return int(value)
        case "NULL":
            return None
        case "SS":
            return set(value)
        case "M":
            return from_attributes(value)
        case "L":
            return [from_attribute(each) for each in value]
    msg = f"attribute type {kind} is not stored in a table"
    raise TypeError(msg)


def from_attributes(item: Mapping[str, Mapping[str, Any]]) -> Item:
    """A whole item, as DynamoDB's API and streams give it."""
    return {name: from_attribute(value) for name, value in item.items()}

"""The shapes of bodies as named schemas: what the API takes and gives, from its pydantic models."""

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from cdk.contracts.schemas import Schema
from ticketing.schema import Input

PREFIX = "#/components/schemas/"


class AmbiguousName(Exception):
    """Two models would have one name in the document."""


def reference(model: type[BaseModel]) -> dict[str, Any]:
    return {"$ref": f"{PREFIX}{_plain(model.__name__)}"}


def component_schemas(models: Iterable[type[BaseModel]]) -> dict[str, Any]:
    """The schemas of these models and of all they contain, by name.

    Raises AmbiguousName.
    """
    wanted = [(model, _mode(model)) for model in dict.fromkeys(models)]
    _, generated = models_json_schema(
        wanted, ref_template=f"{PREFIX}{{model}}", schema_generator=Schema
    )
    definitions: dict[str, Any] = generated["$defs"]
    names = {f"{PREFIX}{name}": _plain(name) for name in definitions}
    if len(set(names.values())) != len(names):
        raise AmbiguousName(sorted(names.values()))
    enums = {f"{PREFIX}{name}": one for name, one in definitions.items() if "enum" in one}
    return {
        _plain(name): _resolved(schema, names, enums)
        for name, schema in sorted(definitions.items())
        if "enum" not in schema
    }


def _mode(model: type[BaseModel]) -> JsonSchemaMode:
    return "validation" if issubclass(model, Input) else "serialization"


def _plain(name: str) -> str:
    """`OrderView` is an order to whoever reads the document.

    Pydantic puts the module's name before it when two classes share one.
    """
    return name.rsplit("__", maxsplit=1)[-1].removesuffix("View")


def _resolved(schema: Any, names: dict[str, str], enums: dict[str, Any]) -> Any:
    """The schema with references by plain name, and with enumerations in their places."""
    if isinstance(schema, list):
        return [_resolved(each, names, enums) for each in schema]
    if not isinstance(schema, dict):
        return schema
    target = schema.get("$ref")
    if target in enums:
        beside = {key: value for key, value in schema.items() if key != "$ref"}
        return {key: value for key, value in enums[target].items() if key != "title"} | beside
    if target in names:
        return schema | {"$ref": f"{PREFIX}{names[target]}"}
    return {key: _resolved(value, names, enums) for key, value in schema.items()}

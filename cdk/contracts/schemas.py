"""JSON Schema (draft 2020-12) from the pydantic classes, in the words of their docstrings."""

import ast
import inspect
import textwrap
from itertools import pairwise
from typing import Any, cast

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import core_schema

from ticketing.events import AnyEvent


class Schema(GenerateJsonSchema):
    """Without titles that only repeat a name; an attribute's docstring is its description."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - overridden
        return False

    def model_schema(self, schema: core_schema.ModelSchema) -> dict[str, Any]:
        described = super().model_schema(schema)
        described.pop("title", None)
        model: type[BaseModel] = schema["cls"]
        for name, description in attribute_docstrings(model).items():
            alias = model.model_fields[name].alias or name
            described["properties"][alias].setdefault("description", description)
        return described


def attribute_docstrings(model: type[BaseModel]) -> dict[str, str]:
    """The text below each field in the model's source, by the field's name."""
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(model))).body
    found = {}
    for statement, below in pairwise(cast("ast.ClassDef", definition).body):
        match statement, below:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                found[name] = " ".join(text.split())
    return found


def file_name(event: type[AnyEvent]) -> str:
    """`order:created` as a file name."""
    return event.detail_type.value.replace(":", "-")


def event_schema(event: type[AnyEvent]) -> dict[str, Any]:
    """What consumers of the event rely on: what they need is required, what is added may come."""
    schema = event.model_json_schema(schema_generator=Schema)
    definitions = schema.pop("$defs")
    return {
        "$schema": GenerateJsonSchema.schema_dialect,
        "$id": f"{file_name(event)}.schema.json",
        "title": event.detail_type.value,
        **schema,
        "$defs": definitions,
    }

"""Every name that something has: in the tables, in events, in answers, and in the models' code."""

import sys
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel
from pydantic.alias_generators import to_camel, to_snake

from tests.in_memory import State
from tests.security.routes import DOCUMENT
from tests.security.scene import Scene
from ticketing.attributes import from_attributes

SERVICES = ("auth", "tickets", "orders", "payments", "ticketing")
TEMPTING = ("isAdmin", "role", "sk", "Title", " title", "title ", "title\0", "$set", "")
OF_LANGUAGES = ("__proto__", "constructor", "__class__", "model_config")


def keys(value: Any) -> Iterator[str]:
    """Of an object, however deep."""
    if isinstance(value, dict):
        yield from value
        for each in value.values():
            yield from keys(each)
    if isinstance(value, list):
        for each in value:
            yield from keys(each)


def stored_names(scene: Scene) -> set[str]:
    """The attributes of every item, and what those hold."""
    tables = State.of(scene.service).tables.values()
    return {
        name for table in tables for item in table.values() for name in keys(from_attributes(item))
    }


def documented_names() -> set[str]:
    """What answers and bodies have."""
    schemas = DOCUMENT["components"]["schemas"].values()
    return {name for schema in schemas for name in schema.get("properties", ())}


def modeled_names() -> set[str]:
    """The fields of every class of ours."""
    modules = [module for name, module in [*sys.modules.items()] if name.split(".")[0] in SERVICES]
    classes = {
        each for module in modules for each in vars(module).values() if isinstance(each, type)
    }
    return {name for each in classes for name in fields(each)}


def fields(kind: Any) -> Iterator[str]:
    if issubclass(kind, BaseModel):
        yield from kind.model_fields
    elif kind.__module__.split(".")[0] in SERVICES:
        yield from getattr(kind, "_fields", ())
        yield from getattr(kind, "__dataclass_fields__", ())


def every_name(scene: Scene) -> list[str]:
    """In both spellings."""
    names = stored_names(scene) | documented_names() | modeled_names()
    spelled = {spell(name) for name in names for spell in (to_camel, to_snake)}
    return sorted(names | spelled | {*TEMPTING, *OF_LANGUAGES})

"""Copies of the synthesized templates with something changed: another deployment."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

type Resources = dict[str, Any]


def edited(templates: Path, copy: Path, stack: str, edit: Callable[[Resources], None]) -> Path:
    """The folder of the copy; `edit` changes the resources of one stack in place."""
    shutil.copytree(templates, copy)
    path = copy / f"{stack}.template.json"
    template = json.loads(path.read_text())
    edit(template["Resources"])
    path.write_text(json.dumps(template))
    return copy


def without_event(detail_type: str) -> Callable[[Resources], None]:
    """Lets no rule pass on this event; a rule that was for it alone is gone."""

    def edit(resources: Resources) -> None:
        for key, resource in [*resources.items()]:
            if resource["Type"] == "AWS::Events::Rule":
                types = resource["Properties"]["EventPattern"]["detail-type"]
                if types == [detail_type]:
                    del resources[key]
                elif detail_type in types:
                    types.remove(detail_type)

    return edit


def with_properties(kind: str, **changes: Any) -> Callable[[Resources], None]:
    """Changes properties of each resource of a type; None leaves one out."""

    def edit(resources: Resources) -> None:
        for resource in resources.values():
            if resource["Type"] == kind:
                properties = resource["Properties"] | changes
                resource["Properties"] = {
                    name: value for name, value in properties.items() if value is not None
                }

    return edit

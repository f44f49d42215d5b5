"""Reads synthesized templates: what they contain, and what refers to what."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

STACKS = (
    *("Platform", "Auth", "Tickets", "Orders", "Payments", "Expiration", "Web"),
    *("Reference", "Gateway", "Firewall"),
)


@dataclass(frozen=True)
class Resource:
    """A resource of a template."""

    stack: str
    id: str
    type: str
    properties: dict[str, Any]
    document: dict[str, Any]

    @property
    def path(self) -> str:
        return f"{self.stack}/{self.id}"

    def __str__(self) -> str:
        return self.path


@dataclass(frozen=True)
class Templates:
    """A cloud assembly: one template for each stack that the stage has."""

    folder: Path

    @property
    def stacks(self) -> list[str]:
        return [one for one in STACKS if (self.folder / f"{one}.template.json").exists()]

    def template(self, stack: str) -> dict[str, Any]:
        return dict(json.loads((self.folder / f"{stack}.template.json").read_text()))

    def manifest(self) -> dict[str, Any]:
        return dict(json.loads((self.folder / "manifest.json").read_text())["artifacts"])

    def before(self, stack: str) -> set[str]:
        """The stacks that a first deployment makes before this one."""
        direct = {*self.manifest()[stack].get("dependencies", ())} & {*STACKS}
        return direct.union(*(self.before(one) for one in direct))

    def resources(self, *types: str) -> list[Resource]:
        """All resources of these types, of every stack."""
        return [
            Resource(stack, key, found["Type"], found.get("Properties", {}), found)
            for stack in self.stacks
            for key, found in self.template(stack)["Resources"].items()
            if not types or found["Type"] in types
        ]

    def of(self, stack: str, logical_id: str) -> Resource:
        found = self.template(stack)["Resources"][logical_id]
        return Resource(stack, logical_id, found["Type"], found.get("Properties", {}), found)

    def functions(self) -> dict[str, Resource]:
        """Every function by its name without the prefix: `orders-api`."""
        prefix = self.manifest()["Platform"]["properties"]["stackName"].removesuffix("platform")
        return {
            one.properties["FunctionName"].removeprefix(prefix): one
            for one in self.resources("AWS::Lambda::Function")
        }

    def asset(self, function: Resource) -> Path:
        """The staged folder of a function's code."""
        key: str = function.properties["Code"]["S3Key"]
        return self.folder / f"asset.{key.removesuffix('.zip')}"


def target(value: Any) -> str:
    """The logical id that `{"Ref": id}` or `{"Fn::GetAtt": [id, ...]}` refers to."""
    return str(value["Ref"] if "Ref" in value else value["Fn::GetAtt"][0])


def outputs_read(value: Any) -> Iterator[tuple[str, str]]:
    """(stack name, output) of each weak reference in a JSON value."""
    if isinstance(value, dict):
        if "Fn::GetStackOutput" in value:
            spec = value["Fn::GetStackOutput"]
            yield spec["StackName"], spec["OutputName"]
        for inner in value.values():
            yield from outputs_read(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from outputs_read(inner)


def strings(value: Any) -> Iterator[str]:
    """Every text in a JSON value, keys included."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)
    elif isinstance(value, str):
        yield value


def written(value: Any) -> str:
    """A resource name as text: `<id>` stands for what a reference resolves to."""
    if isinstance(value, str):
        return value
    if "Fn::Join" in value:
        separator, parts = value["Fn::Join"]
        return str(separator).join(written(part) for part in parts)
    if "Fn::GetStackOutput" in value:
        return f"<{value['Fn::GetStackOutput']['OutputName']}>"
    return f"<{target(value)}>"

"""A state machine's definition as Step Functions reads it: substitutions, then JSONata."""

import json
from collections.abc import Mapping
from typing import Any

from jsonata import Jsonata


def definition(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The definition of a deployed machine, with its substitutions made."""
    text: str = properties["DefinitionString"]
    for name, value in properties["DefinitionSubstitutions"].items():
        text = text.replace(f"${{{name}}}", value)
    return dict(json.loads(text))


def evaluate(value: Any, execution_input: dict[str, Any]) -> Any:
    """A part of a definition as Step Functions computes it: `{% ... %}` is JSONata."""
    if isinstance(value, dict):
        return {key: evaluate(inner, execution_input) for key, inner in value.items()}
    if isinstance(value, list):
        return [evaluate(inner, execution_input) for inner in value]
    if isinstance(value, str) and value.startswith("{%"):
        expression = Jsonata(value.removeprefix("{%").removesuffix("%}"))
        expression.assign("states", {"input": execution_input})
        return expression.evaluate(None)
    return value

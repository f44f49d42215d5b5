"""EventBridge's patterns, as rules and event source mappings use them: the part in use here.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
"""

from collections.abc import Mapping
from typing import Any


def matches(pattern: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    """Whether the event has, for every field of the pattern, one of the values it lists."""
    for name, wanted in pattern.items():
        found = event.get(name)
        if isinstance(wanted, Mapping):
            if not isinstance(found, Mapping) or not matches(wanted, found):
                return False
        elif not any(_is(each, found) for each in wanted):
            return False
    return True


def _is(wanted: Any, found: Any) -> bool:
    if not isinstance(wanted, Mapping):
        return bool(wanted == found)
    ((kind, value),) = wanted.items()
    assert kind == "exists", f"a pattern with {kind} is not built"
    return (found is not None) == value

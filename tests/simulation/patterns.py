"""EventBridge's patterns, as rules and event source mappings use them: the part in use here.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
"""

from collections.abc import Mapping
from typing import Any

ABSENT = object()
"""Another thing than null."""


def matches(pattern: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    """Whether the event has, for every field of the pattern, one of the values it lists."""
    for name, wanted in pattern.items():
        found = event.get(name, ABSENT)
        if isinstance(wanted, Mapping):
            if not matches(wanted, found if isinstance(found, Mapping) else {}):
                return False
        elif not any(_is(each, found) for each in wanted):
            return False
    return True


def _is(wanted: Any, found: Any) -> bool:
    """Of a list in the event one value is enough; what has fields of its own does not exist."""
    if isinstance(wanted, Mapping):
        ((kind, value),) = wanted.items()
        assert kind == "exists", f"a pattern with {kind} is not built"
        return (found is not ABSENT and not isinstance(found, Mapping)) == value
    return wanted in found if isinstance(found, list) else bool(wanted == found)

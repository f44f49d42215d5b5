"""What the runtime's log says of functions that failed, beside those whose process was killed."""

import re
from collections.abc import Iterator

FAILURE = re.compile(
    r"^\S+ (?P<function>\S+) +ERROR +(?P<error>[A-Z][\w.]*): (?P<text>.*)$", re.MULTILINE
)

KILLED = frozenset({"Runtime.ExitError", "Sandbox.Timedout", "TooManyRequestsException"})
"""A process was gone, took too long as others had the processor, or was not free."""

SCHEDULED = frozenset({"orders/sweeper", "payments/reconciler"})
"""They may fail while Stripe does: they are called again."""


def failures_in(log: str) -> Iterator[str]:
    """The functions that raised, which none may, whatever it is called with."""
    for found in FAILURE.finditer(log):
        if found["error"] not in KILLED and found["function"] not in SCHEDULED:
            yield f"{found['function']} raised {found['error']}: {found['text']}"

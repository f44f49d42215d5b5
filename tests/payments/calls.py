"""Every call that leaves the service, to AWS and to Stripe: listed, and crashed at."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from payments.stripe_gateway import gateway
from ticketing import aws

type When = Literal["before", "after"]
"""Whether the call takes effect before the process dies."""


class Crash(BaseException):
    """The process is gone; no handler sees it."""


class Calls(list[str]):
    """The calls made so far, by name."""

    def __init__(self, crash_at: int | None = None, when: When = "before") -> None:
        super().__init__()
        self._crash_at, self._when = crash_at, when

    def begin(self, name: str) -> None:
        self.append(name)
        self._die("before")

    def end(self) -> None:
        self._die("after")

    def _die(self, when: When) -> None:
        if len(self) - 1 == self._crash_at and when == self._when:
            raise Crash


@contextmanager
def watched(crash_at: int | None = None, when: When = "before") -> Iterator[Calls]:
    """Lists the calls made inside; dies at one of them."""
    calls = Calls(crash_at, when)
    events = aws.client("dynamodb").meta.events
    connection = gateway()._connection
    request = connection.request

    def before(model: Any, **_context: Any) -> None:
        calls.begin(model.name)

    def after(**_context: Any) -> None:
        calls.end()

    def stripe(method: str, url: str, *rest: Any) -> Any:
        calls.begin(f"stripe {name_of(method, url)}")
        answer = request(method, url, *rest)
        calls.end()
        return answer

    events.register("before-call.dynamodb", before)
    events.register("after-call.dynamodb", after)
    connection.request = stripe  # type: ignore[method-assign]
    try:
        yield calls
    except Crash:
        pass
    finally:
        events.unregister("before-call.dynamodb", before)
        events.unregister("after-call.dynamodb", after)
        connection.request = request  # type: ignore[method-assign]


def name_of(method: str, url: str) -> str:
    """`capture` of an intent, `retrieve`, `list` or `create`, or `create refund`."""
    path = re.sub(r"^.*/v1/|\?.*$", "", url)
    thing, *rest = path.split("/")
    verb = (
        rest[-1]
        if len(rest) > 1
        else {"POST": "create"}.get(method, "retrieve" if rest else "list")
    )
    return verb if thing == "payment_intents" else f"{verb} {thing}"

"""Invocations: a function at work for one event, in a process, for no longer than its timeout."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from types import SimpleNamespace
from typing import Any

import aws_lambda_powertools.utilities.batch.base
from aws_lambda_powertools.utilities.batch import BatchProcessor
from aws_lambda_powertools.utilities.batch import EventType as Source
from greenlet import getcurrent

from tests.simulation.deployment import Function
from tests.simulation.faults import Crash
from tests.simulation.invariants import Violation
from ticketing import secrets
from ticketing.subscriber import Subscriber

STARTING = 0.1
"""How often a function starts anew."""

SKEWS = (0.0, 0.4, -0.4, 0.9, -0.9)
"""Seconds by which the clock of a function can be wrong, within what orders forgives."""


@dataclass(slots=True, eq=False)
class Invocation:
    """One call of a function, and what its container would keep for it alone."""

    function: Function
    id: str
    deadline: float
    skew: float
    now: Callable[[], float]
    kept: dict[str, Any] = field(default_factory=dict)

    def context(self) -> "Context":
        return Context(self)


class Context:
    """What Lambda passes beside the event."""

    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:eu-west-1:123456789012:function:function"

    def __init__(self, invocation: Invocation) -> None:
        self._invocation = invocation
        self.function_name = invocation.function.label
        self.aws_request_id = invocation.id

    def get_remaining_time_in_millis(self) -> int:
        return int((self._invocation.deadline - self._invocation.now()) * 1000)


class _OwnProcessor:
    """Powertools' batch processor, which holds the batch it is at: one for each invocation."""

    def __init__(self) -> None:
        self.free: list[BatchProcessor] = []

    def __get__(self, _owner: object, _kind: type | None = None) -> BatchProcessor:
        kept = getcurrent().invocation.kept
        if "processor" not in kept:
            kept["processor"] = self.free.pop() if self.free else new_processor()
        processor: BatchProcessor = kept["processor"]
        return processor

    def __set__(self, _owner: object, _value: object) -> None:
        """What the module made for its one container is not used."""


def new_processor() -> BatchProcessor:
    """As the product makes it; it begins anew with each batch."""
    return BatchProcessor(Source.SQS, raise_on_entire_batch_failure=False)


processors = _OwnProcessor()


def install() -> None:
    """Keep apart what invocations would share only if they shared a container."""
    subscriber: Any = Subscriber
    subscriber._processor = processors
    powertools: Any = aws_lambda_powertools.utilities.batch.base
    powertools.inspect = SimpleNamespace(signature=cache(inspect.signature))  # For each batch anew.


def begin(function: Function, pick: Callable[[int, float], int]) -> None:
    """A function may start anew: then it knows no secret."""
    if "STRIPE_SECRET" in function.environment and pick(2, STARTING):
        secrets.forget()


def end(invocation: Invocation) -> None:
    """Give back what another invocation can use."""
    processor = invocation.kept.get("processor")
    if processor:
        processors.free.append(processor)


def run_scheduled(world: Any, label: str) -> None:
    """What a schedule does: call a function, and not care whether it dies or fails.

    Without a fault, and as long as time goes by as it does, it does neither.
    """
    mark = world.mark()
    try:
        world.invoke(label, {})
    except Crash:
        return
    except Violation as failed:
        if not (world.was_struck(mark) and isinstance(failed.__cause__, Exception)):
            raise

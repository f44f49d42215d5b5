"""A warm request's own CPU: reserve, against nothing but the two AWS calls that it makes.

Both sides get the same recorded answers from botocore's before-send event, so neither touches a
network. The unit is a boto3 client with its defaults, given the parameters that reserve had sent.
"""

import statistics
from collections.abc import Callable, Iterator
from functools import partial
from http.client import CREATED
from io import BytesIO
from time import process_time_ns
from typing import Any

import boto3
from botocore import xform_name
from botocore.awsrequest import AWSPreparedRequest, AWSResponse

from orders.store import store
from tests.benchmarks.account import account, forget, handler
from tests.benchmarks.report import Row
from tests.gateway import LambdaContext, http_event
from tests.orders.builders import a_listed_ticket
from ticketing import aws

BUDGET = 1.3
BLOCKS, REPEATS = 30, 20
"""Blocks of requests, by turns with blocks of bare calls."""

EVENT = http_event("POST", "/api/orders", '{"ticketId": "ticket-1", "price": 50.5}', user="buyer")


class Body(BytesIO):
    """An answer's body as urllib3 hands it to botocore."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.read()


class Recording:
    """The calls that one request made: parameters, and answers to play back by operation."""

    def __init__(self, client: Any) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self._answers: dict[str, bytes] = {}
        client.meta.events.register("provide-client-params", self._ask)
        client.meta.events.register("response-received", self._answer)

    def _ask(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        self.calls.append((model.name, params))

    def _answer(self, response_dict: dict[str, Any], **_: Any) -> None:
        self._answers[self.calls[-1][0]] = response_dict["body"]

    def play(self, client: Any) -> None:
        """From now on the client gets the recorded answers."""
        client.meta.events.register_first("before-send", self._respond)

    def _respond(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        operation = str(request.headers["X-Amz-Target"], "ascii").rpartition(".")[2]
        headers = {"content-type": "application/x-amz-json-1.0"}
        return AWSResponse(request.url, 200, headers, Body(self._answers[operation]))


def measure() -> Iterator[Row]:
    """One row: the median of the blocks' ratios."""
    with account("orders"):
        a_listed_ticket(store())
        recording = Recording(aws.client("dynamodb"))
        reserve = partial(handler("orders.api"), EVENT, LambdaContext())
        assert reserve()["statusCode"] == CREATED
        forget("orders")
        bare = boto3.client("dynamodb")
        for client in (aws.client("dynamodb"), bare):
            recording.play(client)
        calls = [(getattr(bare, xform_name(name)), sent) for name, sent in recording.calls]
        ratio = compare(reserve, lambda: [call(**sent) for call, sent in calls])
    names = " ".join(name for name, _ in recording.calls)
    yield Row("warm request (CPU time)", "reserve", ratio, BUDGET, "x bare calls", names)


def compare(ours: Callable[[], object], bare: Callable[[], object]) -> float:
    ratios = [cpu_time(ours) / cpu_time(bare) for _ in range(BLOCKS)]
    return statistics.median(ratios)


def cpu_time(call: Callable[[], object]) -> int:
    """Nanoseconds of this process for REPEATS calls."""
    began = process_time_ns()
    for _ in range(REPEATS):
        call()
    return process_time_ns() - began

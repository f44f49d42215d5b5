"""Where the emulator sends invocations: an ASGI app in front of the warm host.

Here its answers are made what AWS's would be, where the emulator differs:
- it takes a stream batch with `batchItemFailures` for done: that becomes an error, to be retried;
- it answers 502 and internals when an HTTP function fails; AWS answers 500 and a message;
- it leaves a failed message invisible for the queue's visibility timeout, as AWS does: minutes, for
  which nobody wants to wait here. It is made visible again after a few seconds.
"""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from starlette.types import Receive, Scope, Send

from cdk.local.asgi import read_body, reply
from cdk.local.redelivery import REDELIVERY
from cdk.local.warm_host import InvocationFailedError, WarmFunction, WarmHost

JSON_ERROR = json.dumps({"message": "Internal Server Error"})

GATEWAY_ERROR = {
    "statusCode": 500,
    "headers": {"content-type": "application/json"},
    "body": JSON_ERROR,
}


class Invocations:
    """`POST /` runs a function; `GET /` says which processes run which."""

    def __init__(self, host: WarmHost) -> None:
        self._host = host
        self._tasks: set[asyncio.Task[Any]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "GET":
            await _json(send, 200, self._host.processes())
            return
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        warm = self._host.function(headers["x-amzn-lambda-function-name"])
        event = json.loads(await read_body(receive))
        if warm is None:
            await _json(send, 404, {"errorMessage": "Function not found"})
            return
        status, answer = await self._run(warm, event, headers)
        await _json(send, status, answer)

    async def _run(
        self, warm: WarmFunction, event: Any, headers: Mapping[str, str]
    ) -> tuple[int, Any]:
        try:
            result = await warm.invoke(event, headers["x-amzn-lambda-request-id"])
        except InvocationFailedError as error:
            self._redeliver(event, None)
            return (200, GATEWAY_ERROR) if is_http(event) else (500, error.payload)
        failures = failed_items(result)
        if failures and source_of(event) == "aws:dynamodb":
            return 500, {"errorType": "BatchItemFailures", "errorMessage": json.dumps(failures)}
        self._redeliver(event, failures)
        return 200, result

    def _redeliver(self, event: Any, failures: list[str] | None) -> None:
        """Bring a queue's failed messages back soon: those named, or the whole batch for None."""
        redelivery = self._host.function(REDELIVERY.name)
        if failures == [] or source_of(event) != "aws:sqs" or redelivery is None:
            return
        failed = [
            record
            for record in event["Records"]
            if failures is None or record["messageId"] in failures
        ]
        call = redelivery.invoke({"Records": failed}, "redelivery")
        task = asyncio.create_task(call)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def is_http(event: Any) -> bool:
    """Whether API Gateway waits for an answer to pass on; an authorizer's is not one."""
    return (
        isinstance(event, dict)
        and "http" in event.get("requestContext", {})
        and (event.get("type") != "REQUEST")
    )


def source_of(event: Any) -> str | None:
    """Where a batch comes from, as `aws:sqs`; None for anything else."""
    records = event.get("Records") if isinstance(event, dict) else None
    return records[0].get("eventSource") if records else None


def failed_items(result: Any) -> list[str]:
    """The identifiers that a batch's consumer could not process."""
    failures = result.get("batchItemFailures") if isinstance(result, dict) else None
    return [failure["itemIdentifier"] for failure in failures or []]


async def _json(send: Send, status: int, body: Any) -> None:
    await reply(send, status, [(b"content-type", b"application/json")], json.dumps(body).encode())

"""One function in one process, one invocation at a time: what Lambda does around a handler.

It speaks JSON lines with the warm host: it is told its function, and says its process id; then it
answers `ready`, or an error when the code cannot be loaded; then it gets invocations.
"""

import gc
import importlib
import json
import os
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cdk.local import leash
from cdk.local.functions import LATEST, Code, Function
from cdk.local.settings import REGION

KEPT = ("HOME", "LANG", "PATH", "TMPDIR")
"""All that a function sees of the machine's own environment."""

type Handler = Callable[[Any, "Context"], Any]


@dataclass(frozen=True, slots=True)
class Context:
    """The second argument of a handler, as Lambda gives it."""

    aws_request_id: str
    function_name: str
    memory_limit_in_mb: int
    invoked_function_arn: str
    deadline: float
    function_version: str = LATEST
    log_group_name: str = ""
    log_stream_name: str = ""
    identity: None = None
    client_context: None = None

    def get_remaining_time_in_millis(self) -> int:
        """Until the process is killed."""
        return max(0, int((self.deadline - time.time()) * 1000))


def run(channel: socket.socket, output: int, lifeline: int) -> None:
    """Serve the function that the channel names until the channel is closed."""
    leash.hold(lifeline)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _write_to(output)
    with channel, channel.makefile("rwb", buffering=1 << 16) as stream:
        order = json.loads(stream.readline())
        function = Function(**order["function"])
        _tell(stream, {"pid": os.getpid()})
        _become(function, Code(*map(Path, order["code"])), order["endpoint"])
        try:
            handler = _load(function.handler)
        except BaseException as error:  # a broken module may raise anything
            _tell(stream, {"error": _failure(error)})
            return
        _tell(stream, {"ready": True})
        for line in stream:
            _tell(stream, _invoke(handler, function, json.loads(line)))


def _write_to(output: int) -> None:
    """Let everything the function prints go to the warm host, line by line."""
    for descriptor in (1, 2):
        os.dup2(output, descriptor)
    os.close(output)
    sys.stdout = os.fdopen(1, "w", buffering=1, encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", buffering=1, encoding="utf-8", closefd=False)


def _become(function: Function, code: Code, endpoint: str) -> None:
    """Take on the function's environment and no other, and find its code before any other."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    os.environ.clear()
    os.environ.update(kept | environment_of(function, endpoint))
    time.tzset()
    sys.path[:0] = [str(code.task), str(code.layer)]
    # A compiled file that is as old as its source to the second may be of an earlier edit.
    sys.dont_write_bytecode = True
    if sys.platform == "linux":
        Path("/proc/self/comm").write_text(function.label[:15])


def environment_of(function: Function, endpoint: str) -> dict[str, str]:
    """What Lambda sets for a function, and where its AWS is."""
    return {
        **function.environment,
        **function.credentials,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_VERSION": LATEST,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "_HANDLER": function.handler,
        "TZ": ":UTC",
        # Also keeps macOS from asking the system for proxies, which a forked process must not.
        "NO_PROXY": "127.0.0.1,localhost",
    }


def _load(handler: str) -> Handler:
    module, _, name = handler.rpartition(".")
    loaded: Handler = getattr(importlib.import_module(module), name)
    gc.freeze()
    return loaded


def _invoke(handler: Handler, function: Function, order: dict[str, Any]) -> dict[str, Any]:
    context = Context(
        aws_request_id=order["requestId"],
        function_name=function.name,
        memory_limit_in_mb=function.memory_mb,
        invoked_function_arn=function.arn,
        deadline=order["deadline"],
    )
    try:
        result = handler(order["event"], context)
        json.dumps(result)
    except Exception as error:
        return {"error": _failure(error)}
    return {"result": result}


def _failure(error: BaseException) -> dict[str, Any]:
    """An error as Lambda reports it."""
    return {
        "errorMessage": str(error),
        "errorType": type(error).__name__,
        "stackTrace": traceback.format_exception(error),
    }


def _tell(stream: Any, message: dict[str, Any]) -> None:
    stream.write(json.dumps(message).encode() + b"\n")
    stream.flush()

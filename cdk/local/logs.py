"""One readable stream of what all functions do; the lines as they were written are kept in files.

A function logs JSON: shown are time, function, level, message, what else it says, and the
correlation id that ties together everything one request has caused. Metrics are only kept.
"""

import asyncio
import json
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cdk.local.functions import Function

HIDDEN = frozenset(
    {
        "cold_start",
        "correlation_id",
        "exception",
        "exception_name",
        "function_arn",
        "function_memory_size",
        "function_name",
        "function_request_id",
        "level",
        "location",
        "message",
        "sampling_rate",
        "service",
        "stack_trace",
        "timestamp",
        "xray_trace_id",
    }
)
"""What a line says elsewhere, or what interests nobody on this machine."""

COLORS = {"WARNING": "\033[33m", "ERROR": "\033[31m", "CRITICAL": "\033[31m"}
DIM, PLAIN = "\033[2m", "\033[0m"


def render(label: str, line: str, *, color: bool = False) -> str | None:
    """A line that a function printed, for people; None if it is none of their business."""
    try:
        record = json.loads(line)
    except ValueError:
        record = None
    if not isinstance(record, dict):
        return entry(label, "", line, color=color) if line.strip() else None
    if "_aws" in record:
        return None
    extras = [f"{key}={_value(record[key])}" for key in record if key not in HIDDEN]
    text = " ".join([str(record.get("message", "")), *extras])
    cause = str(record.get("correlation_id") or "")
    level = str(record.get("level", ""))
    trace = record.get("exception")
    return entry(label, level, text, cause, color=color) + (_indented(trace) if trace else "")


def entry(label: str, level: str, text: str, cause: str = "", *, color: bool = False) -> str:
    """One line of the stream. `cause` is a correlation id."""
    time = datetime.now(UTC).astimezone().strftime("%H:%M:%S.%f")[:-3]
    on, off, dim = (COLORS.get(level, ""), PLAIN, DIM) if color else ("", "", "")
    tail = f"  {dim}[{cause}]{off}" if cause else ""
    return f"{dim}{time}{off} {label:<19} {on}{level:<7}{off if on else ''} {text}{tail}"


def _value(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _indented(trace: object) -> str:
    return "".join(f"\n    {line}" for line in str(trace).splitlines())


class Journal:
    """Where the output of functions goes: the stream, and a file for each function."""

    def __init__(self, folder: Path, show: Callable[[str], None] | None = None) -> None:
        self._folder = folder
        self._show = show or _print
        self._color = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        self._readers: set[asyncio.Task[None]] = set()

    async def follow(self, function: Function, output: int) -> None:
        """Show and keep what is written into the pipe until its last writer is gone."""
        reader = asyncio.StreamReader(limit=1 << 20)
        protocol = asyncio.StreamReaderProtocol(reader)
        pipe = os.fdopen(output, "rb", buffering=0)
        await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, pipe)
        task = asyncio.create_task(self._drain(function, reader))
        self._readers.add(task)
        task.add_done_callback(self._readers.discard)

    async def _drain(self, function: Function, reader: asyncio.StreamReader) -> None:
        path = self._folder / f"{function.label.replace('/', '-')}.jsonl"
        with path.open("ab", buffering=0) as file:
            while line := await _line(reader):
                file.write(line)
                shown = render(function.label, line.decode(errors="replace").rstrip("\n"))
                if shown is not None:
                    self._show(shown)

    def started(self, function: Function, pid: int) -> None:
        self._say(function, "", f"started as process {pid}")

    def failed(self, function: Function, message: str) -> None:
        self._say(function, "ERROR", message)

    def broken(self, function: Function, error: Mapping[str, Any]) -> None:
        """Say why a function's code cannot be loaded, and where."""
        trace = [line for text in error.get("stackTrace", ()) for line in text.splitlines()]
        places = [line.strip() for line in trace if line.lstrip().startswith("File ")]
        where = places[-1] if places else ""
        reason = f"{error.get('errorType')}: {error.get('errorMessage')}"
        self._say(function, "ERROR", f"cannot be loaded: {reason}  ({where})")

    def _say(self, function: Function, level: str, text: str) -> None:
        self._show(entry(function.label, level, text, color=self._color))


async def _line(reader: asyncio.StreamReader) -> bytes:
    """The next line, or nothing at the end; a line too long for the limit comes in parts."""
    try:
        return await reader.readline()
    except ValueError:
        return await reader.read(1 << 20)


def _print(text: str) -> None:
    with suppress(BrokenPipeError):
        print(text, flush=True)

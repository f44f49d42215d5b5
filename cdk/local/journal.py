"""One readable stream of what all functions do; what each of them wrote is kept in its own file."""

import asyncio
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from cdk.local.functions import Function
from cdk.local.rendering import Line, render

LIMIT = 1 << 20
"""Bytes of a line; a longer one is shown in parts."""


class Journal:
    """Where the output of functions goes."""

    def __init__(self, folder: Path, show: Callable[[str], None] | None = None) -> None:
        self._folder = folder
        self._show = show or _print
        self._color = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        self._readers: set[asyncio.Task[None]] = set()
        self.quiet = False
        """Show only what may not be missed."""

    async def follow(self, function: Function, output: int) -> None:
        """Show and keep what is written into a pipe until its last writer is gone."""
        reader = asyncio.StreamReader(limit=LIMIT)
        pipe = os.fdopen(output, "rb", buffering=0)
        transport, _protocol = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), pipe
        )
        task = asyncio.create_task(self._drain(function, reader))
        task.add_done_callback(lambda _done: transport.close())
        self._readers.add(task)
        task.add_done_callback(self._readers.discard)

    async def _drain(self, function: Function, reader: asyncio.StreamReader) -> None:
        path = self._folder / f"{function.label.replace('/', '-')}.jsonl"
        with path.open("ab", buffering=0) as file:
            while printed := await _line(reader):
                file.write(printed)
                line = render(function.label, printed.decode(errors="replace").rstrip("\n"))
                if line:
                    self._tell(line)

    async def close(self) -> None:
        """Write what is still to be read of processes that have ended."""
        if self._readers:
            _done, unfinished = await asyncio.wait(self._readers, timeout=1)
            for reader in unfinished:
                reader.cancel()

    def started(self, function: Function, pid: int) -> None:
        """A process of the function is ready."""
        self._tell(Line(function.label, "", f"started as process {pid}"))

    def failed(self, function: Function, error: Mapping[str, Any]) -> None:
        """A call ended in an error, which is told as Lambda tells it."""
        trace = "".join(error.get("stackTrace", ()))
        self._tell(Line(function.label, "ERROR", _reason(error), trace=trace))

    def broken(self, function: Function, error: Mapping[str, Any]) -> None:
        """Its code cannot be loaded: why, and where in the function's own code."""
        trace = [line.strip() for text in error["stackTrace"] for line in text.splitlines()]
        places = [line for line in trace if line.startswith("File ")]
        own = [place for place in places if f"/{function.package}/" in place]
        where = (own or places or [""])[-1]
        text = f"cannot be loaded: {_reason(error)}  ({where})"
        self._tell(Line(function.label, "ERROR", text))

    def _tell(self, line: Line) -> None:
        if line.urgent or not self.quiet:
            self._show(line.shown(color=self._color))


def _reason(error: Mapping[str, Any]) -> str:
    return f"{error['errorType']}: {error['errorMessage']}"


async def _line(reader: asyncio.StreamReader) -> bytes:
    """The next line or part of one; nothing at the end."""
    try:
        return await reader.readline()
    except ValueError:
        return await reader.read(LIMIT)


def _print(text: str) -> None:
    with suppress(BrokenPipeError):
        print(text, flush=True)

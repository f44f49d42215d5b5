"""Worker processes as the warm host sees them: how one is made, asked and ended."""

import asyncio
import json
import os
import signal
import socket
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

from cdk.local.children import Child, Lifeline
from cdk.local.functions import Code, Function
from cdk.local.journal import Journal

LIMIT = 16 * 1024 * 1024
"""Bytes of an invocation or an answer, well above Lambda's 6 MB."""


class WorkerDiedError(Exception):
    """The process was gone before it answered."""


class Worker:
    """One process of one function."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, stamp: int
    ) -> None:
        self._reader = reader
        self._writer = writer
        self.stamp = stamp
        """Of the code it has loaded."""
        self.pid = 0
        self.used_at = time.monotonic()

    @property
    def alive(self) -> bool:
        return not self._reader.at_eof()

    async def ask(self, message: dict[str, Any]) -> dict[str, Any]:
        """Send a message and wait for the answer. Raises WorkerDiedError."""
        try:
            self._writer.write(json.dumps(message).encode() + b"\n")
            await self._writer.drain()
            return await self._hear()
        except (ConnectionError, asyncio.IncompleteReadError) as error:
            msg = "Error: Runtime exited"
            raise WorkerDiedError(msg) from error
        finally:
            self.used_at = time.monotonic()

    async def started(self) -> dict[str, Any] | None:
        """Wait until it is ready; the error if its code cannot be loaded."""
        try:
            return cast("dict[str, Any] | None", (await self._hear()).get("error"))
        except (ConnectionError, asyncio.IncompleteReadError) as error:
            msg = "Error: Runtime exited while loading"
            raise WorkerDiedError(msg) from error

    async def introduce(self, function: Function, code: Code, endpoint: str) -> None:
        """Tell it what it is, and learn its process id."""
        roots = [str(code.task), str(code.layer)]
        order = {"function": asdict(function), "code": roots, "endpoint": endpoint}
        self.pid = (await self.ask(order))["pid"]

    async def _hear(self) -> dict[str, Any]:
        line = await self._reader.readuntil(b"\n")
        return cast("dict[str, Any]", json.loads(line))

    def kill(self) -> None:
        """End it, whatever it is doing."""
        if self.pid and self.alive:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
        self._writer.close()


class Spawner:
    """Makes workers by asking the zygote, which is started when it is needed."""

    def __init__(self, lifeline: Lifeline, logs: Path, endpoint: str) -> None:
        self._lifeline = lifeline
        self._logs = logs
        self._endpoint = endpoint
        self.zygote: Child | None = None
        self._control: socket.socket | None = None
        self._starting = asyncio.Lock()

    async def spawn(self, function: Function, code: Code, stamp: int, journal: Journal) -> Worker:
        """A new process that has begun to load the function's code."""
        ours, theirs = socket.socketpair()
        readable, writable = os.pipe()
        try:
            await self._ask_zygote([theirs.fileno(), writable])
        finally:
            theirs.close()
            os.close(writable)
        await journal.follow(function, readable)
        worker = Worker(*await asyncio.open_connection(sock=ours, limit=LIMIT), stamp)
        try:
            await worker.introduce(function, code, self._endpoint)
        except BaseException:
            worker.kill()
            raise
        return worker

    async def _ask_zygote(self, descriptors: list[int]) -> None:
        """Let a worker be forked with these; by a new zygote if the one we had is dying."""
        try:
            socket.send_fds(await self._ready_control(), [b"w"], descriptors)
        except OSError:
            socket.send_fds(await self.start(), [b"w"], descriptors)

    async def _ready_control(self) -> socket.socket:
        """The line to the zygote; a dead one is replaced."""
        async with self._starting:
            if self.zygote and self.zygote.process.returncode is None and self._control:
                return self._control
            return await self.start()

    async def start(self) -> socket.socket:
        """Start the zygote; returns at once, the first worker waits for it."""
        if self._control:
            self._control.close()
        self._control, theirs = socket.socketpair()
        with theirs:
            numbers = (str(theirs.fileno()), str(self._lifeline.reader))
            self.zygote = await Child.start(
                "The zygote",
                ("cdk.local.zygote", *numbers),
                self._lifeline,
                self._logs / "zygote.log",
                # macOS would end a fork of a process that has touched its frameworks.
                environment={"OBJC_DISABLE_INITIALIZE_FORK_SAFETY": "YES"},
                inherit=[theirs.fileno()],
            )
        return self._control

    async def stop(self) -> None:
        if self._control:
            self._control.close()
        if self.zygote:
            await self.zygote.stop()

"""Runs the functions: for each one a few warm processes, each with one invocation at a time.

The emulator's own executor starts a process for every call at once and stalls; so it sends each
invocation here. As on Lambda a call that takes too long is killed and a process that dies takes its
call with it: the caller hears of an error, and the next call gets a new process.
"""

import asyncio
import time
from collections.abc import Mapping
from typing import Any

from cdk.local.assembly import QUEUE_SECONDS
from cdk.local.functions import Code, Function
from cdk.local.journal import Journal
from cdk.local.processes import Spawner, Worker, WorkerDiedError

WIDTH = 2
"""Processes of one function: enough for real races, few enough for a small machine."""

IDLE_SECONDS = 60.0
"""After which a process that nobody needs is let go."""


class InvocationFailedError(Exception):
    """The function raised, died or took too long; `payload` is Lambda's description of that."""

    def __init__(self, payload: Mapping[str, Any]) -> None:
        super().__init__(payload.get("errorMessage", ""))
        self.payload = payload


class WarmFunction:
    """One function and its processes."""

    def __init__(self, function: Function, code: Code, spawner: Spawner, journal: Journal) -> None:
        self.function = function
        self._code = code
        self._spawner = spawner
        self._journal = journal
        self._turns = asyncio.Semaphore(WIDTH)
        self._idle: list[Worker] = []
        self.workers: set[Worker] = set()

    async def invoke(self, event: Any, request_id: str) -> Any:
        """What the handler returns. Raises InvocationFailedError."""
        try:
            await asyncio.wait_for(self._turns.acquire(), QUEUE_SECONDS)
        except TimeoutError:
            message = f"{request_id} No process was free for {QUEUE_SECONDS} seconds"
            raise self._failed(None, "TooManyRequestsException", message) from None
        try:
            return await self._run(event, request_id)
        finally:
            self._turns.release()

    async def _run(self, event: Any, request_id: str) -> Any:
        worker: Worker | None = None
        deadline = time.time() + self.function.timeout
        try:
            async with asyncio.timeout(self.function.timeout):
                worker = await self._take()
                answer = await worker.ask(
                    {"event": event, "requestId": request_id, "deadline": deadline}
                )
        except TimeoutError:
            message = f"{request_id} Task timed out after {self.function.timeout:.2f} seconds"
            raise self._failed(worker, "Sandbox.Timedout", message) from None
        except WorkerDiedError as death:
            raise self._failed(worker, "Runtime.ExitError", f"{request_id} {death}") from None
        self._idle.append(worker)
        if "error" in answer:
            self._journal.failed(self.function, answer["error"])
            raise InvocationFailedError(answer["error"])
        return answer["result"]

    async def _take(self) -> Worker:
        """A process with the latest code that is free now."""
        stamp = self._code.stamp(self.function.package)
        while self._idle:
            worker = self._idle.pop()
            if worker.stamp == stamp and worker.alive:
                return worker
            self._discard(worker)
        worker = await self._spawner.spawn(self.function, self._code, stamp, self._journal)
        self.workers.add(worker)
        try:
            error = await worker.started()
            if error:
                self._journal.broken(self.function, error)
                raise InvocationFailedError(error)
        except BaseException:
            self._discard(worker)
            raise
        self._journal.started(self.function, worker.pid)
        return worker

    def _failed(self, worker: Worker | None, kind: str, message: str) -> InvocationFailedError:
        if worker:
            self._discard(worker)
        error = {"errorType": kind, "errorMessage": message}
        self._journal.failed(self.function, error)
        return InvocationFailedError(error)

    def _discard(self, worker: Worker) -> None:
        self.workers.discard(worker)
        worker.kill()

    def release(self, unused_since: float) -> None:
        """Let go of the processes that have had nothing to do since a moment, and of dead ones."""
        for worker in [*self._idle]:
            if worker.used_at < unused_since or not worker.alive:
                self._idle.remove(worker)
                self._discard(worker)

    def stop(self) -> None:
        for worker in [*self.workers]:
            self._discard(worker)


class WarmHost:
    """All functions, by name."""

    def __init__(self, spawner: Spawner, journal: Journal, code: Code | None = None) -> None:
        self._spawner = spawner
        self._journal = journal
        self._code = code or Code()
        self._functions: dict[str, WarmFunction] = {}

    def add(self, function: Function) -> None:
        """Make a function known; its first call starts its first process."""
        warm = WarmFunction(function, self._code, self._spawner, self._journal)
        self._functions[function.name] = warm

    def function(self, name: str) -> WarmFunction | None:
        return self._functions.get(name)

    def processes(self) -> list[dict[str, str | int]]:
        """Which processes run which functions now."""
        return [
            {"function": warm.function.label, "pid": worker.pid}
            for warm in self._functions.values()
            for worker in warm.workers
            if worker.alive
        ]

    async def tidy(self) -> None:
        """Let idle processes go, for ever."""
        while True:
            await asyncio.sleep(IDLE_SECONDS / 6)
            for warm in self._functions.values():
                warm.release(time.monotonic() - IDLE_SECONDS)

    def stop(self) -> None:
        """End every process of every function."""
        for warm in self._functions.values():
            warm.stop()

"""The processes of the runtime: each in a session of its own, so that Ctrl-C reaches only us.

Each is asked to end, and made to end when it takes longer than a moment.
"""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

GRACE_SECONDS = 3.0


class ChildEndedError(Exception):
    """A process that the runtime cannot do without is gone; the message says which and why."""


class Lifeline:
    """A pipe that nobody writes to: its reading end tells a child when the runtime is gone."""

    def __init__(self) -> None:
        self.reader, self._writer = os.pipe()

    def leash(self, *arguments: str) -> tuple[str, ...]:
        """The arguments that start a module which does not look after that by itself."""
        return "cdk.local.leash", str(self.reader), *arguments

    def close(self) -> None:
        os.close(self.reader)
        os.close(self._writer)


class Child:
    """One process, and where its output goes."""

    def __init__(self, name: str, process: asyncio.subprocess.Process, log: Path) -> None:
        self.name = name
        self.process = process
        self._log = log

    @classmethod
    async def start(  # noqa: PLR0913 - a process needs that much
        cls,
        name: str,
        arguments: Sequence[str],
        lifeline: Lifeline,
        log: Path,
        *,
        environment: Mapping[str, str] | None = None,
        inherit: Sequence[int] = (),
    ) -> Self:
        """Run `python -m` with `arguments`; its output goes to the file `log`."""
        with log.open("wb") as output:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", *arguments),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=asyncio.subprocess.STDOUT,
                env={**own_environment(), **(environment or {})},
                pass_fds=[lifeline.reader, *inherit],
                start_new_session=True,
            )
        return cls(name, process, log)

    async def finish(self) -> None:
        """Wait until its work is done. Raises ChildEndedError with its last lines if it failed."""
        if await self.process.wait():
            raise ChildEndedError(self.obituary())

    async def watch(self) -> None:
        """Raises ChildEndedError when it ends, which it should not."""
        await self.process.wait()
        raise ChildEndedError(self.obituary())

    def obituary(self) -> str:
        """Which process ended, and the last it had to say."""
        last = self._log.read_text(errors="replace").strip().splitlines()[-8:]
        lines = "".join(f"\n  {line}" for line in last)
        return f"{self.name} ended with status {self.process.returncode} ({self._log}){lines}"

    async def stop(self) -> None:
        """End the process and those it has started."""
        self._signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self.process.wait(), GRACE_SECONDS)
        except TimeoutError:
            self._signal(signal.SIGKILL)
            await self.process.wait()

    def _signal(self, number: int) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, number)


def own_environment() -> dict[str, str]:
    """That of this process, without its AWS account, and with no proxy between two of ours."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("AWS_")}
    excepted = ",".join(filter(None, [kept.get("no_proxy") or kept.get("NO_PROXY"), "127.0.0.1"]))
    return {**kept, "no_proxy": excepted, "NO_PROXY": excepted}


def listen(port: int) -> socket.socket:
    """A port of this machine, taken: nobody else can, and who connects waits until it is served.

    Raises OSError if it is in use.
    """
    # asyncio sends small packets at once only for sockets that say they are TCP: 40 ms an answer.
    bound = socket.socket(proto=socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind(("127.0.0.1", port))
        bound.listen(1024)
    except OSError:
        bound.close()
        raise
    return bound


def free_port() -> int:
    """A port that nobody uses right now."""
    with listen(0) as bound:
        return port_of(bound)


def port_of(bound: socket.socket) -> int:
    """The port that a socket is bound to."""
    return int(bound.getsockname()[1])

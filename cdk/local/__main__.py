"""`python -m cdk.local`: everything on this machine until Ctrl-C; exit status 1 if it cannot be."""

import asyncio
import fcntl
import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import socket

from cdk.local.children import ChildEndedError, listen
from cdk.local.runtime import Runtime
from cdk.local.settings import InvalidSettingError, Settings

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

OPEN_FILES = 10_240
"""What a rush of visitors needs; a shell on macOS gives 256."""


class InUseError(Exception):
    """Another run has the folder."""


def main() -> int:
    """Exit status 0 after a signal, 1 with a line of why otherwise."""
    try:
        settings = Settings.read()
        with alone_in(settings.state):
            return serve(settings)
    except InvalidSettingError as error:
        return failure(str(error))
    except InUseError as error:
        return failure(f"{error} is in use by another run: set STATE_DIR and PORT to others")


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Keep other runs out of a folder. Raises InUseError."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise InUseError(folder) from error
        yield


def serve(settings: Settings) -> int:
    try:
        bound = listen(settings.port)
    except OSError as error:
        return failure(
            f"port {settings.port} cannot be used ({error.strerror}): set PORT to another"
        )
    allow_open_files()
    return asyncio.run(until_signalled(settings, bound))


def allow_open_files() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, most), hard))


async def until_signalled(settings: Settings, bound: socket) -> int:
    """Run until a signal; a second one does not wait for processes to end."""
    loop = asyncio.get_running_loop()
    running = asyncio.create_task(Runtime(settings, bound).run())
    for number in SIGNALS:
        loop.add_signal_handler(number, running.cancel)
    try:
        await running
    except asyncio.CancelledError:
        return 0
    except ExceptionGroup as group:
        ended, other = group.split(ChildEndedError)
        if other or not ended:
            raise
        return failure(str(ended.exceptions[0]))
    return 0


def failure(reason: str) -> int:
    """Say why it ends."""
    print(f"error: {reason}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())

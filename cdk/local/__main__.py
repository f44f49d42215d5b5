"""`python -m cdk.local`: everything on this machine until Ctrl-C; exit status 1 if it cannot be."""

import asyncio
import signal
import sys
from socket import socket

from cdk.local.children import ChildEndedError, listen
from cdk.local.runtime import Runtime
from cdk.local.settings import InvalidSettingError, Settings

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main() -> int:
    """Exit status 0 after a signal, 1 with a line of why otherwise."""
    try:
        settings = Settings.read()
        bound = listen(settings.port)
    except InvalidSettingError as error:
        return failure(str(error))
    except OSError as error:
        return failure(
            f"port {settings.port} cannot be used ({error.strerror}): set PORT to another"
        )
    return asyncio.run(until_signalled(settings, bound))


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

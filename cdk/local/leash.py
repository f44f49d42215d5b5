"""Nothing outlives the runtime: a process on the leash ends when the runtime does, even by kill -9.

`python -m cdk.local.leash FD MODULE ARGUMENTS...` runs a module; FD is the reading end of a pipe
that only the runtime holds the other end of, so its end of file is the runtime's end.
"""

import os
import runpy
import sys
import threading
from contextlib import suppress


def hold(lifeline: int) -> None:
    """End this process as soon as the other end of the pipe is closed."""
    threading.Thread(target=_wait, args=(lifeline,), daemon=True, name="leash").start()


def _wait(lifeline: int) -> None:
    with suppress(OSError):
        os.read(lifeline, 1)
    os._exit(1)


def main() -> None:
    """Become `python -m MODULE ARGUMENTS...`."""
    lifeline, module = int(sys.argv[1]), sys.argv[2]
    hold(lifeline)
    sys.argv[:3] = [module]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()

"""The process that workers are forked from: it has loaded the third-party libraries and no more.

So a worker starts in a tenth of a second and shares most of its memory with the others. No module
of the functions or the layer may be loaded here: a worker must see the latest edit.
"""

import compileall
import gc
import importlib
import os
import py_compile
import signal
import socket
import sys
import traceback
from contextlib import suppress
from functools import cache
from typing import Any

from botocore.loaders import JSONFileLoader
from botocore.session import Session

from cdk.local import worker
from cdk.local.functions import CREDENTIALS, Code
from cdk.local.settings import REGION

LIBRARIES = (
    "argon2",
    "aws_lambda_powertools.event_handler",
    "aws_lambda_powertools.metrics",
    "aws_lambda_powertools.utilities.batch",
    "botocore.httpsession",
    "jinja2",
    "jwt",
    "pydantic.main",
    "stripe",
)
"""What functions import; one that is not installed is not needed."""

APIS = ("dynamodb", "events", "secretsmanager", "sqs")


def main() -> None:
    """Fork a worker for each message: a byte with its channel and its output."""
    control, lifeline = socket.socket(fileno=int(sys.argv[1])), int(sys.argv[2])
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for workers
    _preload()
    while True:
        message, descriptors, _flags, _address = socket.recv_fds(control, 1, 2)
        if not message:
            return
        channel, output = descriptors
        if os.fork() == 0:
            control.close()
            _be_worker(channel, output, lifeline)
        os.close(channel)
        os.close(output)


def _be_worker(channel: int, output: int, lifeline: int) -> None:
    status = 1
    try:
        worker.run(socket.socket(fileno=channel), output, lifeline)
        status = 0
    except BrokenPipeError:
        pass  # the warm host has let go of this worker
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(status)


def _preload() -> None:
    for name in LIBRARIES:
        with suppress(ImportError):
            importlib.import_module(name)
    _compile(Code())
    _share_service_models()
    gc.collect()
    gc.freeze()


def _compile(code: Code) -> None:
    """Compile the project's code, each file tied to its source by a hash and not by its age."""
    for folder in (code.task, code.layer):
        mode = py_compile.PycInvalidationMode.CHECKED_HASH
        compileall.compile_dir(folder, quiet=2, invalidation_mode=mode)


def _share_service_models() -> None:
    """Parse what botocore knows of each API here, once: 13 MB and 100 ms for each worker."""
    load = JSONFileLoader.load_file
    read = cache(lambda path: load(JSONFileLoader(), path))

    def load_file(_self: JSONFileLoader, path: str) -> Any:
        return read(path)

    JSONFileLoader.load_file = load_file  # type: ignore[method-assign,assignment]
    for api in APIS:
        Session().create_client(
            api,
            region_name=REGION,
            endpoint_url="http://127.0.0.1",
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        )


if __name__ == "__main__":
    main()

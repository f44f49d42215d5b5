"""The few words of ASGI that the runtime's two servers need."""

import contextlib
from collections.abc import Iterable, Iterator

import uvicorn
from starlette.types import ASGIApp, Receive, Send

type Headers = list[tuple[bytes, bytes]]

MOST = 64 * 1024 * 1024
"""Bytes of a body, unless a server takes less."""


class BodyTooLargeError(Exception):
    """A body has more bytes than it may have."""


class CutOffError(Exception):
    """The client was gone before its request was whole."""


async def read_body(receive: Receive, most: int = MOST) -> bytes:
    """The whole body of a request. Raises CutOffError, and BodyTooLargeError above `most` bytes."""
    body, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise CutOffError
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > most:
            raise BodyTooLargeError
    return bytes(body)


async def reply(
    send: Send, status: int, headers: Iterable[tuple[bytes, bytes]], body: bytes
) -> None:
    """Answer a request."""
    await send({"type": "http.response.start", "status": status, "headers": list(headers)})
    await send({"type": "http.response.body", "body": body})


class Server(uvicorn.Server):
    """A server whose process belongs to somebody else, who looks after signals."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                access_log=False,
                date_header=False,
                interface="asgi3",
                lifespan="off",
                log_level="error",
                proxy_headers=False,
                server_header=False,
                timeout_keep_alive=75,
                timeout_graceful_shutdown=1,
                ws="none",
            )
        )

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

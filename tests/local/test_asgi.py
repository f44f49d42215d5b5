"""What the runtime's servers make of odd connections."""

import asyncio
import socket

from starlette.types import Receive, Scope, Send

from cdk.local.asgi import Server, reply
from cdk.local.children import listen

UPGRADE = (
    b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


async def app(scope: Scope, _receive: Receive, send: Send) -> None:
    await reply(send, 200, [], str(scope["type"]).encode())


async def answer_to(request: bytes, bound: socket.socket) -> int:
    server = Server(app)
    serving = asyncio.create_task(server.serve(sockets=[bound]))
    reader, writer = await asyncio.open_connection(*bound.getsockname())
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    writer.close()
    server.should_exit = True
    await serving
    return int(head.split()[1])


def test_a_wish_for_a_websocket_is_answered_like_any_request() -> None:
    assert asyncio.run(answer_to(UPGRADE, listen(0))) == 200

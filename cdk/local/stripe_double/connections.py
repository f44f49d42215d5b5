"""Failing below HTTP: connections that are reset, or that are never answered."""

import asyncio
from typing import Any, cast

from starlette.requests import Request
from starlette.responses import Response
from uvicorn.protocols.http.h11_impl import H11Protocol

TRANSPORT = "transport"


class ResettableProtocol(H11Protocol):
    """HTTP/1.1 that lets a handler reach the connection of its request."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Put the connection where `reset` finds it."""
        self.app_state: dict[str, Any] = {**self.app_state, TRANSPORT: transport}
        super().connection_made(transport)


async def reset(request: Request) -> Response:
    """Close the connection without an answer."""
    cast("asyncio.Transport", request.scope["state"][TRANSPORT]).abort()
    return await hang(request)


async def hang(request: Request) -> Response:
    """Never answer; ends when the client gives up."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
    return Response()

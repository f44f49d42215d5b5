"""The process: one event loop that serves /v1, /_double and /js, and sends the webhooks."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from cdk.local.stripe_double import page_script
from cdk.local.stripe_double.connections import ResettableProtocol
from cdk.local.stripe_double.double import Double
from cdk.local.stripe_double.edge import Edge
from cdk.local.stripe_double.errors import StripeError
from cdk.local.stripe_double.hooks import Hooks
from cdk.local.stripe_double.signing import Endpoint

RECEIVER_SECONDS = 20.0
"""How long an endpoint may take to answer a webhook."""


class Sender:
    """Sends webhooks over HTTP; without certificates it reaches local endpoints only."""

    def __init__(self) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._client = httpx.AsyncClient(verify=context, timeout=RECEIVER_SECONDS, trust_env=False)

    async def post(self, url: str, headers: dict[str, str], body: bytes) -> int:
        """The status of the answer, or 0 if there was none."""
        try:
            return (await self._client.post(url, headers=headers, content=body)).status_code
        except (httpx.HTTPError, httpx.InvalidURL):
            return 0

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def create_app(
    api_key: str,
    endpoints: Sequence[Endpoint] = (),
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> Starlette:
    """The application of one new double; `sleep` waits before a webhook is sent again."""
    sender = Sender()
    double = Double(api_key, sender.post, sleep=sleep)
    double.webhooks.endpoints = list(endpoints)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        await double.webhooks.discard()
        await sender.close()

    cors = Middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["GET", "POST"],
        allow_headers=["*"],
    )
    return Starlette(
        routes=[*Hooks(double).routes(), *page_script.routes(), *Edge(double).routes()],
        middleware=[cors],
        exception_handlers={StripeError: _refuse},
        lifespan=lifespan,
    )


def create_server(app: Starlette) -> uvicorn.Server:
    """The server of an application, for sockets that are already bound."""
    config = uvicorn.Config(
        app,
        http=ResettableProtocol,
        ws="none",
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    return uvicorn.Server(config)


async def _refuse(_request: Request, error: Exception) -> Response:
    """A hook's refusal, in the form of Stripe's errors."""
    assert isinstance(error, StripeError)  # noqa: S101 - what it is registered for
    return JSONResponse(error.as_json(), error.status)

"""A running double behind a socket, the official SDK as its client, and an endpoint of webhooks."""

import asyncio
import json
import queue
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple, cast

import httpx
import pytest
import stripe

from cdk.local.children import listen
from cdk.local.stripe_double.server import create_app, create_server

API_KEY = "sk_test_double"
SECRET = "whsec_double"
SECONDS = 10
"""How long a test waits for what should happen at once."""


def a_payment(**changes: Any) -> Any:
    """The parameters of a payment intent of 20 dollars."""
    usual = {
        "amount": 2000,
        "currency": "usd",
        "capture_method": "manual",
        "payment_method_types": ["card"],
    }
    return usual | changes


class Received(NamedTuple):
    """A webhook as it arrived."""

    signature: str
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        """The event, unverified."""
        return cast("dict[str, Any]", json.loads(self.body))


class Endpoint:
    """Receives webhooks; answers with the given statuses, then with 200."""

    def __init__(self) -> None:
        self.received: queue.Queue[Received] = queue.Queue()
        self.statuses: list[int] = []
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                endpoint.received.put(Received(self.headers["Stripe-Signature"], body))
                self.send_response(endpoint.statuses.pop(0) if endpoint.statuses else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_arguments: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/webhook"

    def next(self) -> Received:
        """The next webhook that arrives."""
        return self.received.get(timeout=SECONDS)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Running(NamedTuple):
    """The running double."""

    url: str
    http: httpx.Client

    def sdk(self, key: str = API_KEY, **options: Any) -> stripe.StripeClient:
        """The SDK as a caller uses it, without retries of its own."""
        addresses: Any = {"api": self.url}
        options = {"max_network_retries": 0} | options
        return stripe.StripeClient(key, base_addresses=addresses, **options)

    def hook(self, path: str, body: object = None, method: str = "POST") -> dict[str, Any]:
        """The answer of a local hook; raises for any error."""
        answer = self.http.request(method, f"/_double{path}", json=body)
        return cast("dict[str, Any]", answer.raise_for_status().json())

    def arm(self, operation: str, kind: str, times: int = 1) -> None:
        """Let the next calls fail."""
        self.hook("/faults", {"operation": operation, "kind": kind, "times": times})


@pytest.fixture(scope="session")
def running() -> Iterator[Running]:
    """One server for all tests; webhooks are repeated without a pause."""
    listener = listen(0)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    server = create_server(create_app(API_KEY, sleep=lambda _seconds: asyncio.sleep(0)))
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    headers = {"Authorization": f"Bearer {API_KEY}"}
    with httpx.Client(base_url=url, headers=headers, timeout=SECONDS) as http:
        yield Running(url, http)
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def double(running: Running) -> Running:
    """The double as after a start, without webhook endpoints."""
    running.hook("/webhooks", {"endpoints": []})
    running.hook("/reset")
    return running


@pytest.fixture
def client(double: Running) -> stripe.StripeClient:
    """The SDK with the secret key."""
    return double.sdk()


@pytest.fixture
def endpoint(double: Running) -> Iterator[Endpoint]:
    """Where the double sends its webhooks."""
    endpoint = Endpoint()
    double.hook("/webhooks", {"endpoints": [{"url": endpoint.url, "secret": SECRET}]})
    yield endpoint
    double.hook("/webhooks/discard")
    endpoint.close()

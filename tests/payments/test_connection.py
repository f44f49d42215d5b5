"""Requests to Stripe are bounded in time, and say what is known when there is no answer."""

import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import stripe

from payments import connection as room
from payments.connection import Connection, Unreachable


class Clock:
    """A monotonic clock, moved by hand."""

    seconds = 0.0

    def monotonic(self) -> float:
        return self.seconds


class Slow(BaseHTTPRequestHandler):
    """Answers as fast as a test lets it."""

    protocol_version = "HTTP/1.1"
    released = threading.Event()
    clients: set[int]

    def do_GET(self) -> None:
        self.clients.add(self.client_address[1])
        if self.path == "/slow":
            self.released.wait()
        with suppress(OSError):  # The client may be gone.
            self.send_response(418)
            self.send_header("Content-Length", "2")
            self.send_header("Request-Id", "req_1")
            self.end_headers()
            self.wfile.write(b"{}")

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture
def url() -> Iterator[str]:
    Slow.clients = set()
    Slow.released.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    Slow.released.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def connection() -> Iterator[Connection]:
    connection = Connection(stripe.ca_bundle_path)
    yield connection
    connection._pool.clear()


def test_an_answer_is_returned_whatever_its_status(url: str, connection: Connection) -> None:
    answer = connection.request("GET", url, {}, None)
    assert (answer.body, answer.status) == (b"{}", 418)
    assert answer.headers["request-id"] == "req_1"


def test_a_connection_is_used_again(url: str, connection: Connection) -> None:
    for _ in range(3):
        connection.request("GET", url, {}, None)
    assert len(Slow.clients) == 1


def test_nobody_waits_longer_than_the_time_left(
    url: str, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    monkeypatch.setattr(room, "time", clock)
    connection.within(60)
    clock.seconds = 59.95
    began = time.monotonic()
    with pytest.raises(Unreachable) as unreachable:
        connection.request("GET", f"{url}/slow", {}, None)
    assert unreachable.value.may_retry
    assert time.monotonic() - began < room.READ_SECONDS
    clock.seconds = 60
    with pytest.raises(Unreachable) as unreachable:
        connection.request("GET", url, {}, None)
    assert not unreachable.value.may_retry
    connection.within(10)
    assert connection.request("GET", url, {}, None).status == 418


def test_one_answer_may_not_take_all_the_time(
    url: str, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "READ_SECONDS", 0.05)
    connection.within(3600)
    with pytest.raises(Unreachable):
        connection.request("GET", f"{url}/slow", {}, None)


def test_a_refused_connection_may_be_tried_again(connection: Connection) -> None:
    with pytest.raises(Unreachable) as unreachable:
        connection.request("GET", "http://127.0.0.1:1", {}, None)
    assert unreachable.value.may_retry

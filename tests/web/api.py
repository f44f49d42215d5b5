"""The API behind a socket: it answers as a test says, and remembers what it was asked."""

import json
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, NamedTuple


class Asked(NamedTuple):
    """A request as it arrived; header names are lower-case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any
    connection: int
    """The port at the other end."""


class Said(NamedTuple):
    """An answer to give."""

    status: int
    body: Any
    headers: tuple[tuple[str, str], ...]


class Api:
    """Answers 404 to what no test prepared."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._answers: dict[str, Said] = {}
        self._gone: set[int] = set()
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = (
                -1
            )  # One packet for head and body: else the client waits 40 ms for the second.

            def handle_any(self) -> None:
                api.answer(self)

            do_GET = do_POST = do_PUT = do_DELETE = handle_any  # noqa: N815 - the names it calls

            def log_message(self, *_arguments: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def says(
        self, call: str, body: Any = None, status: int = 200, *headers: tuple[str, str]
    ) -> None:
        """What `GET /api/tickets` is answered, whatever its query, or with the one it has here."""
        self._answers[call] = Said(status, body, headers)

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Remember the request, and say what was prepared for it."""
        connection = request.client_address[1]
        if connection in self._gone:
            request.close_connection = True
            return
        raw = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in request.headers.items()}
        body = json.loads(raw) if raw else None
        self.asked.append(Asked(request.command, request.path, headers, body, connection))
        exact, call = (
            f"{request.command} {path}" for path in (request.path, request.path.partition("?")[0])
        )
        unknown = Said(404, {"type": "not-found"}, ())
        said = self._answers.get(exact) or self._answers.get(call, unknown)
        content = b"" if said.body is None else encoded(said.body)
        request.send_response_only(said.status)
        for name, value in said.headers:
            request.send_header(name, value)
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)

    def goes_away(self) -> None:
        """Answer no more on the connections so far, whose other end cannot know it yet."""
        self._gone |= {one.connection for one in self.asked}

    def forget(self) -> None:
        self.asked.clear()
        self._answers.clear()
        self._gone.clear()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def encoded(body: Any) -> bytes:
    """JSON, or the text itself."""
    return body.encode() if isinstance(body, str) else json.dumps(body).encode()

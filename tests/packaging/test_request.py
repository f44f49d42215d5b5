"""A packed function serves a request: own code, trimmed models and shortened libraries at work."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.gateway import http_event
from tests.packaging.artifact import ENVIRONMENT, unpack

SERVE = """
import importlib, json, sys, types
handler = importlib.import_module({handler!r}).lambda_handler
context = types.SimpleNamespace(aws_request_id="1", get_remaining_time_in_millis=lambda: 28000)
answer = handler({event!r}, context)
print(json.dumps(answer))
"""


class EmptyTable(HTTPServer):
    """DynamoDB without a single item, and what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), EmptyAnswers)
        self.asked: list[str] = []


class EmptyAnswers(BaseHTTPRequestHandler):
    server: EmptyTable

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append(self.headers["X-Amz-Target"])
        body = b'{"Items": [], "Count": 0, "Responses": {"table": []}}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@pytest.fixture
def dynamodb() -> Iterator[EmptyTable]:
    with EmptyTable() as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def serve(handler: str, event: dict[str, Any], server: EmptyTable, folder: Path) -> dict[str, Any]:
    environment = ENVIRONMENT | {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}"}
    package = unpack(handler.split(".", maxsplit=1)[0], folder)
    printed = package.run(SERVE.format(handler=handler, event=event), environment)
    answer: dict[str, Any] = json.loads(printed.splitlines()[-1])
    return answer


@pytest.mark.usefixtures("native")
def test_tickets_reads_its_list(dynamodb: EmptyTable, tmp_path: Path) -> None:
    answer = serve("tickets.api", http_event("GET", "/api/tickets"), dynamodb, tmp_path)
    assert (answer["statusCode"], answer["body"]) == (200, "[]")
    assert dynamodb.asked == ["DynamoDB_20120810.Query"]


@pytest.mark.usefixtures("native")
def test_orders_refuses_an_unknown_ticket(dynamodb: EmptyTable, tmp_path: Path) -> None:
    event = http_event("POST", "/api/orders", '{"ticketId": "ticket-1"}', user="buyer")
    answer = serve("orders.api", event, dynamodb, tmp_path)
    assert answer["statusCode"] == 404
    assert dynamodb.asked == ["DynamoDB_20120810.BatchGetItem"]


@pytest.mark.usefixtures("native")
def test_web_renders_a_page(dynamodb: EmptyTable, tmp_path: Path) -> None:
    answer = serve("web.pages", http_event("GET", "/auth/signin"), dynamodb, tmp_path)
    assert answer["statusCode"] == 200
    assert "<h1>Sign in</h1>" in answer["body"]
    assert dynamodb.asked == []

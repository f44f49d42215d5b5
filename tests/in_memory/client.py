"""A client of the service, without a socket: `client("POST", "/api/orders", {...})`."""

import json
from collections.abc import Mapping
from typing import Any

from tests.gateway import Answer
from tests.in_memory.edge import Edge

ADDRESS = "203.0.113.7"


class Client:
    """Sends requests to the edge."""

    def __init__(self, edge: Edge) -> None:
        self._edge = edge

    def __call__(
        self,
        method: str,
        url: str,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Sends `body` as JSON; a str is sent as it is. `url` is a path, as it is on the wire."""
        path, _, query = url.partition("?")
        raw = body if body is None or isinstance(body, str) else json.dumps(body)
        sent = {} if raw is None else {"content-type": "application/json"}
        sent |= {name.lower(): value for name, value in (headers or {}).items()}
        scope = {
            "method": method,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
            "client": (ADDRESS, 1),
        }
        answer = self._edge.pass_on(scope, (raw or "").encode())
        return Answer(
            status=answer["statusCode"],
            headers={name.lower(): value for name, value in answer["headers"].items()},
            cookies=answer.get("cookies", []),
            body=answer["body"],
        )

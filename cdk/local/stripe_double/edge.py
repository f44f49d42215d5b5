"""/v1 over HTTP: what happens to a connection around an answer.

An answer itself awaits nothing: between an operation's first read of the account and its last
write, nobody else gets a turn.
"""

from dataclasses import dataclass

from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import Route

from cdk.local.stripe_double import connections
from cdk.local.stripe_double.api import Request
from cdk.local.stripe_double.double import Double
from cdk.local.stripe_double.faults import Kind
from cdk.local.stripe_double.operations import find

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


@dataclass(frozen=True, slots=True)
class Edge:
    """The API of a double, over HTTP."""

    double: Double

    def routes(self) -> list[Route]:
        """Every URL, also those that the API refuses."""
        return [Route("/v1/{path:path}", self.serve, methods=METHODS)]

    async def serve(self, http: HttpRequest) -> Response:
        """The answer, unless a fault keeps it back."""
        operation, _ = find(http.method, http.url.path)
        fault = self.double.faults.take(operation.name)
        if fault is Kind.DROP_BEFORE:
            return await connections.reset(http)
        answer = self.double.api.answer(await _received(http), fault)
        if fault is Kind.DROP_AFTER:
            return await connections.reset(http)
        if fault is Kind.HANG:
            return await connections.hang(http)
        return Response(answer.body, answer.status, answer.headers)


async def _received(http: HttpRequest) -> Request:
    posted = http.method == "POST"
    parameters = (await http.body()).decode(errors="replace") if posted else http.url.query
    return Request(http.method, http.url.path, parameters, http.headers)

"""The one address of the service: passes each request to the emulator's HTTP API, and no more.

The deployed routes and authorizer decide. In production CloudFront does what is done here: exactly
one `Authorization` header, also when there is none, and the headers that prove where it comes from.
"""

from collections.abc import Iterable, Mapping

import httpcore
from starlette.types import Receive, Scope, Send

from cdk.local.asgi import BodyTooLargeError, CutOffError, Headers, read_body, reply

API_PATH = "/_aws/execute-api/{id}/$default"
"""Where the emulator serves the HTTP API that has this id."""

BEARER = b"bearer "
SESSION_COOKIE = b"session"
"""Without the `__Host-` that it is called with over TLS."""

PATIENCE_SECONDS = 30.0
"""How long API Gateway waits for a function."""

HOP_BY_HOP = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)
"""RFC 9110, 7.6.1: of one connection only."""

SAID_ANEW = frozenset(
    {b"authorization", b"content-length", b"host", b"x-client-address", b"x-site"}
)
"""What the API hears from the door, whatever a client says."""

MOST = 6 * 1024 * 1024
"""Bytes that a function can be called with; the emulator would try more."""

JSON = [(b"content-type", b"application/json")]
TOO_LARGE = b'{"message":"Request Entity Too Large"}'
UNAVAILABLE = b'{"message":"Service Unavailable"}'


class FrontDoor:
    """Forwards to one HTTP API of the emulator; `proof` are the deployed distribution's headers."""

    def __init__(self, emulator: str, api_id: str, proof: Mapping[str, str]) -> None:
        self._prefix = (emulator + API_PATH.format(id=api_id)).encode()
        self._proof = {name.lower().encode(): value.encode() for name, value in proof.items()}
        self._pool = httpcore.AsyncConnectionPool(max_connections=128, keepalive_expiry=30)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await read_body(receive, MOST)
        except BodyTooLargeError:
            await reply(send, 413, JSON, TOO_LARGE)
            return
        except CutOffError:
            return
        query = b"?" + scope["query_string"] if scope["query_string"] else b""
        try:
            answer = await self._pool.request(
                method_of(scope),
                self._prefix + scope["raw_path"] + query,
                headers=request_headers(scope, body, self._proof),
                content=body,
                extensions={"timeout": {"connect": 1.0, "read": PATIENCE_SECONDS}},
            )
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException):
            await reply(send, 503, [*JSON, (b"retry-after", b"1")], UNAVAILABLE)
            return
        headers = response_headers(answer.status, answer.headers)
        await reply(send, answer.status, headers, answer.content)

    async def close(self) -> None:
        await self._pool.aclose()


def method_of(scope: Scope) -> str:
    """The request's method.

    The emulator refuses OPTIONS when the API has no CORS; API Gateway lets the routes decide. These
    answer here as to any other method that they do not know: 405, where deployed it is 204.
    """
    return "UNKNOWN" if scope["method"] == "OPTIONS" else str(scope["method"])


def request_headers(scope: Scope, body: bytes, proof: Mapping[bytes, bytes]) -> Headers:
    """What the API gets to see: the client's headers, one credential, where the call came from.

    A client's own header of the name of a proof is replaced.
    """
    given = combined(scope["headers"])
    unwanted = HOP_BY_HOP | SAID_ANEW | connection_options(given) | proof.keys()
    passed = [(name, value) for name, value in given.items() if name not in unwanted]
    host = given.get(b"host", b"127.0.0.1")
    client = (scope.get("client") or ("127.0.0.1", 0))[0].encode()
    return [
        *passed,
        *proof.items(),
        (b"host", host),
        (b"authorization", credential(given.get(b"authorization"), given.get(b"cookie"))),
        (b"x-client-address", client),
        (b"x-site", b"http://" + host),
        (b"content-length", str(len(body)).encode()),
    ]


def combined(headers: Iterable[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """By lower-case name; one that came several times is one list, as API Gateway makes it.

    The emulator would keep only the last.
    """
    result: dict[bytes, bytes] = {}
    for name, value in headers:
        key = name.lower()
        separator = b"; " if key == b"cookie" else b","
        result[key] = result[key] + separator + value if key in result else value
    return result


def connection_options(headers: dict[bytes, bytes]) -> set[bytes]:
    """Further headers that the client says are of its connection only."""
    return {option.strip().lower() for option in headers.get(b"connection", b"").split(b",")}


def credential(authorization: bytes | None, cookie: bytes | None) -> bytes:
    """The caller's one credential: a bearer token, else the session cookie, else none.

    Never empty: a gateway does not ask an authorizer about a request without an identity.
    """
    if authorization and authorization[: len(BEARER)].lower() == BEARER:
        return authorization
    session = session_of(cookie or b"")
    return b"Session " + session if session else b"Anonymous"


def session_of(cookie: bytes) -> bytes | None:
    """The token in the session cookie; the last of several, as the services read it."""
    pairs = dict(pair.strip().split(b"=", 1) for pair in cookie.split(b";") if b"=" in pair)
    return pairs.get(SESSION_COOKIE) or None


def response_headers(status: int, headers: Headers) -> Headers:
    """What the client gets to see. A 204 has no content and so says nothing about it."""
    unwanted = HOP_BY_HOP | ({b"content-length", b"content-type"} if status == 204 else set())  # noqa: PLR2004
    return [(name, value) for name, value in headers if name.lower() not in unwanted]

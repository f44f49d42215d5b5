"""The front door: what it tells the API about a request, and what it leaves of the answer."""

import asyncio

import pytest
from starlette.types import Message, Scope

from cdk.local.asgi import Headers
from cdk.local.children import free_port
from cdk.local.front_door import FrontDoor, method_of, request_headers, response_headers
from tests.credentials import CASES, Case


def a_scope(*headers: tuple[bytes, bytes]) -> Scope:
    return {"method": "GET", "headers": [*headers], "client": ("127.0.0.1", 50000)}


def sent(*headers: tuple[bytes, bytes], body: bytes = b"") -> dict[bytes, bytes]:
    result = request_headers(a_scope(*headers), body, {b"x-origin-verify": b"proof"})
    assert len({name for name, _value in result}) == len(result)
    return dict(result)


@pytest.mark.parametrize("case", CASES)
def test_the_api_gets_exactly_one_credential(case: Case) -> None:
    cookie = case.cookie and case.cookie.replace("SESSION", "session")
    given = {b"authorization": case.authorization, b"cookie": cookie}
    headers = [(name, value.encode()) for name, value in given.items() if value is not None]
    assert sent(*headers)[b"authorization"] == case.expected.encode()


def test_cookies_are_passed_on_untouched() -> None:
    assert sent((b"cookie", b"session=s; a=1"))[b"cookie"] == b"session=s; a=1"


def test_repeated_headers_become_one_list() -> None:
    headers = sent((b"Accept", b"a"), (b"accept", b"b"), (b"cookie", b"a=1"), (b"cookie", b"b=2"))
    assert (headers[b"accept"], headers[b"cookie"]) == (b"a,b", b"a=1; b=2")


def test_headers_of_the_clients_connection_stay_there() -> None:
    headers = sent(
        (b"connection", b"keep-alive, X-Private"),
        (b"keep-alive", b"timeout=5"),
        (b"te", b"trailers"),
        (b"transfer-encoding", b"chunked"),
        (b"x-private", b"1"),
        (b"idempotency-key", b"k"),
    )
    assert headers.keys() == {
        b"authorization",
        b"content-length",
        b"host",
        b"idempotency-key",
        b"x-client-address",
        b"x-origin-verify",
        b"x-site",
    }


def test_the_api_learns_where_a_request_came_from() -> None:
    forged = (b"x-client-address", b"203.0.113.1"), (b"x-site", b"https://evil.example")
    headers = sent((b"host", b"shop.test:8000"), *forged)
    assert headers[b"x-client-address"] == b"127.0.0.1"
    assert headers[b"host"] == b"shop.test:8000"
    assert headers[b"x-site"] == b"http://shop.test:8000"


def test_nobody_but_the_door_proves_to_be_it() -> None:
    assert sent((b"X-Origin-Verify", b"guessed"))[b"x-origin-verify"] == b"proof"


def test_the_length_is_that_of_the_bytes() -> None:
    assert sent((b"content-length", b"99"), body="é".encode())[b"content-length"] == b"2"


def test_options_is_answered_by_the_routes() -> None:
    assert method_of({"method": "OPTIONS"}) not in {"OPTIONS", "GET", "POST", "PUT", "DELETE"}
    assert method_of({"method": "DELETE"}) == "DELETE"


def test_an_answer_keeps_repeated_headers_but_not_those_of_its_connection() -> None:
    headers: Headers = [
        (b"Set-Cookie", b"a=1"),
        (b"Set-Cookie", b"b=2"),
        (b"Link", b"</x>"),
        (b"Transfer-Encoding", b"chunked"),
    ]
    assert response_headers(200, headers) == headers[:3]


def test_a_body_no_function_can_be_called_with_is_refused() -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"x" * 4_000_000, "more_body": True}

    async def send(message: Message) -> None:
        sent.append(message)

    door = FrontDoor("http://127.0.0.1:1", "api", {})
    scope = {**a_scope(), "query_string": b"", "raw_path": b"/api/tickets"}
    asyncio.run(door(scope, receive, send))
    assert sent[0]["status"] == 413


def test_a_request_that_was_cut_off_is_not_passed_on() -> None:
    sent: list[Message] = []
    coming: list[Message] = [
        {"type": "http.request", "body": b'{"price": "100', "more_body": True},
        {"type": "http.disconnect"},
    ]

    async def receive() -> Message:
        return coming.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    door = FrontDoor("http://127.0.0.1:1", "api", {})
    scope = {**a_scope(), "query_string": b"", "raw_path": b"/api/tickets"}
    asyncio.run(door(scope, receive, send))
    assert sent == []


def test_an_emulator_that_is_not_there_is_unavailable() -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    async def test() -> None:
        door = FrontDoor(f"http://127.0.0.1:{free_port()}", "api", {})
        scope = {**a_scope(), "query_string": b"", "raw_path": b"/api/tickets"}
        await door(scope, receive, send)
        await door.close()

    asyncio.run(test())
    assert (sent[0]["status"], dict(sent[0]["headers"])[b"retry-after"]) == (503, b"1")


def test_an_answer_without_content_says_nothing_about_content() -> None:
    headers: Headers = [(b"content-type", b"application/json"), (b"content-length", b"0")]
    assert response_headers(204, [*headers, (b"x-request-id", b"r")]) == [(b"x-request-id", b"r")]
    assert response_headers(200, headers) == headers

"""The HTTP edge: every answer has its shape, names its request, and gives nothing away."""

from http import HTTPStatus
from typing import Any

import pytest
from aws_lambda_powertools.shared.cookies import Cookie
from botocore.exceptions import ClientError, ReadTimeoutError

from tests.gateway import Answer, Gateway, LambdaContext, http_event
from tests.ticketing.conftest import Log
from ticketing.errors import Conflict, TooManyRequests
from ticketing.http import HttpApi, Reply, Request, User
from ticketing.schema import Input, View

api = HttpApi()
SECRET = "4242424242424242"
THROTTLED: Any = {"Error": {"Code": "ThrottlingException"}}


class Wish(Input):
    ticket_id: str


class OrderView(View):
    order_id: str


class Empty(View):
    """Nothing."""


class TicketReserved(Conflict):
    """The refusal of a test."""

    slug, title = "ticket-reserved", "Ticket is already reserved"


@api.route("POST", "/api/orders", HTTPStatus.CREATED, refusals=[TicketReserved])
def reserve(caller: User, body: Wish) -> OrderView:
    """Reserve."""
    return OrderView(order_id=f"{caller.id}/{body.ticket_id}")


@api.route("GET", "/api/orders")
def list_orders() -> list[OrderView]:
    """List."""
    return [OrderView(order_id="é"), OrderView(order_id="2")]


@api.route("PUT", "/api/orders")
def say(request: Request) -> Reply[str]:
    """Say a text that is JSON already."""
    return Reply(f'{{"id":"{request.id}"}}', headers={"Cache-Control": "max-age=1"})


@api.route("DELETE", "/api/orders/{id}", HTTPStatus.NO_CONTENT)
def cancel(id: str) -> None:  # noqa: A002
    """Cancel."""


@api.route("POST", "/api/session")
def sign_in() -> Reply[Empty]:
    """Begin a session."""
    return Reply(Empty(), HTTPStatus.ACCEPTED, {"Location": "/"}, [Cookie("session", "token")])


FAILURES: dict[str, Exception] = {
    "reserved": TicketReserved(),
    "busy": TooManyRequests(retry_after=30),
    "throttled": ClientError(THROTTLED, "UpdateItem"),
    "timeout": ReadTimeoutError(endpoint_url="https://dynamodb"),
    "denied": ClientError({"Error": {"Code": "AccessDeniedException"}}, "UpdateItem"),
    "bug": KeyError(SECRET),
    "deep": RecursionError(SECRET),
}


@api.route("GET", "/api/failures/{kind}")
def fail(kind: str) -> None:
    """Fail."""
    raise FAILURES[kind]


@pytest.fixture
def gateway() -> Gateway:
    return Gateway(api.lambda_handler)


def test_a_view_is_the_answer(gateway: Gateway) -> None:
    answer = gateway("POST", "/api/orders", {"ticketId": "t"}, user="buyer")
    assert answer == Answer(
        status=201,
        headers={
            "content-type": "application/json",
            "cache-control": "no-store",
            "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
            "referrer-policy": "no-referrer",
            "strict-transport-security": "max-age=63072000",
            "x-content-type-options": "nosniff",
            "x-request-id": "request-1",
        },
        cookies=[],
        body='{"orderId":"buyer/t"}',
    )


@pytest.mark.parametrize("url", ["/api/orders", "/api/nothing", "/api/failures/bug"])
def test_every_answer_is_data_and_nothing_else_to_a_browser(gateway: Gateway, url: str) -> None:
    headers = gateway("GET", url).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["strict-transport-security"] == "max-age=63072000"


def test_a_browser_may_ask_before_a_foreign_page_calls(gateway: Gateway) -> None:
    """The gateway says who may, if anybody; to a preflight it needs a success to say it with."""
    asked = {"Origin": "https://shop.example", "Access-Control-Request-Method": "POST"}
    answer = gateway("OPTIONS", "/api/orders", headers=asked)
    assert (answer.status, answer.body) == (204, "")
    assert answer.headers["allow"] == "GET, POST, PUT"
    assert not [name for name in answer.headers if name.startswith("access-control-")]
    assert gateway("OPTIONS", "/api/nothing", headers=asked).status == 404


def test_only_tls_can_be_insisted_on_over_tls(gateway: Gateway) -> None:
    answer = gateway("GET", "/api/orders", headers={"X-Site": "http://127.0.0.1"})
    assert "strict-transport-security" not in answer.headers


def test_a_list_of_views_is_an_array(gateway: Gateway) -> None:
    answer = gateway("GET", "/api/orders")
    assert answer.json == [{"orderId": "é"}, {"orderId": "2"}]


def test_nothing_has_no_content_type(gateway: Gateway) -> None:
    answer = gateway("DELETE", "/api/orders/1")
    assert (answer.status, answer.body) == (204, "")
    assert "content-type" not in answer.headers


def test_a_reply_sets_status_headers_and_cookies(gateway: Gateway) -> None:
    answer = gateway("POST", "/api/session")
    assert (answer.status, answer.json, answer.headers["location"]) == (202, {}, "/")
    assert answer.cookies[0].startswith("session=token")


def test_a_text_is_sent_as_it_is_and_its_headers_count(gateway: Gateway) -> None:
    answer = gateway("PUT", "/api/orders")
    assert answer.json == {"id": "request-1"}
    assert answer.headers["cache-control"] == "max-age=1"


@pytest.mark.parametrize(
    ("method", "url", "body", "user", "headers", "status", "slug"),
    [
        ("POST", "/api/orders", {}, "buyer", {}, 400, "invalid-input"),
        ("POST", "/api/orders", None, "buyer", {}, 400, "invalid-input"),
        ("POST", "/api/orders", {}, None, {}, 401, "not-signed-in"),
        ("GET", "/api/nothing", None, None, {}, 404, "not-found"),
        ("GET", "/", None, None, {}, 404, "not-found"),
        ("DELETE", "/api/orders/%20", None, None, {}, 404, "not-found"),
        ("PATCH", "/api/orders", None, None, {}, 405, "method-not-allowed"),
        ("GET", "/api/failures/reserved", None, None, {}, 409, "ticket-reserved"),
        ("POST", "/api/orders", "a" * 40_000, "buyer", {}, 413, "content-too-large"),
        ("POST", "/api/orders", "{}", "buyer", {"Content-Type": "text/plain"}, 415,
         "unsupported-media-type"),
        ("POST", "/api/session", "a=b", None, {"Content-Type": "text/plain"}, 415,
         "unsupported-media-type"),
        ("GET", "/api/failures/busy", None, None, {}, 429, "too-many-requests"),
        ("GET", "/api/failures/bug", None, None, {}, 500, "internal-error"),
        ("GET", "/api/failures/deep", None, None, {}, 500, "internal-error"),
        ("GET", "/api/failures/denied", None, None, {}, 500, "internal-error"),
        ("GET", "/api/failures/throttled", None, None, {}, 503, "unavailable"),
        ("GET", "/api/failures/timeout", None, None, {}, 503, "unavailable"),
    ],
)  # fmt: skip
def test_every_failure_is_a_problem(  # noqa: PLR0913, PLR0917 - the parts of one request
    gateway: Gateway,
    method: str,
    url: str,
    body: Any,
    user: str | None,
    headers: dict[str, str],
    status: int,
    slug: str,
) -> None:
    answer = gateway(method, url, body, user=user, headers=headers)
    assert (answer.status, answer.slug) == (status, slug)
    assert set(answer.json) == {"type", "title", "status", "errors", "requestId"}
    assert answer.json["status"] == status
    assert answer.json["requestId"] == answer.headers["x-request-id"] == "request-1"
    assert answer.json["errors"][0]["message"]
    assert answer.headers["cache-control"] == "no-store"


def test_a_problem_names_the_field(gateway: Gateway) -> None:
    answer = gateway("POST", "/api/orders", {}, user="buyer")
    assert answer.json["title"] == "The input is not valid"
    assert answer.json["errors"] == [{"message": "Ticket id is required", "field": "ticketId"}]


def test_a_problem_of_no_field_names_none(gateway: Gateway) -> None:
    answer = gateway("GET", "/api/failures/reserved")
    assert answer.json["errors"] == [{"message": "Ticket is already reserved"}]


@pytest.mark.parametrize(
    ("url", "name", "value"),
    [
        ("/api/failures/busy", "retry-after", "30"),
        ("/api/failures/throttled", "retry-after", "1"),
        ("/api/failures/timeout", "retry-after", "1"),
    ],
)
def test_what_passes_says_when_to_come_back(
    gateway: Gateway, url: str, name: str, value: str
) -> None:
    assert gateway("GET", url).headers[name] == value


def test_a_wrong_method_is_told_the_right_ones(gateway: Gateway) -> None:
    assert gateway("HEAD", "/api/orders").headers["allow"] == "GET, POST, PUT"


def test_nobody_is_told_how_to_sign_in(gateway: Gateway) -> None:
    answer = gateway("POST", "/api/orders", {})
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("kind", ["bug", "denied", "timeout", "throttled"])
def test_a_failure_gives_nothing_away(gateway: Gateway, kind: str) -> None:
    body = gateway("GET", f"/api/failures/{kind}").body
    for inside in (SECRET, "Error", "dynamodb", "UpdateItem", "Traceback", ".py"):
        assert inside not in body


def test_the_details_of_a_defect_are_in_the_log(gateway: Gateway, log: Log) -> None:
    gateway("GET", "/api/failures/bug")
    defect, line = log.lines()
    assert (defect["level"], defect["message"]) == ("ERROR", "defect")
    assert SECRET in defect["exception"]
    assert defect["correlation_id"] == "request-1"
    assert line["status"] == 500


def test_a_dependency_that_is_down_is_a_warning_and_no_traceback(
    gateway: Gateway, log: Log
) -> None:
    gateway("GET", "/api/failures/timeout")
    warning, _line = log.lines()
    assert (warning["level"], warning["error"]) == ("WARNING", "ReadTimeoutError")
    assert "exception" not in warning


def test_a_request_is_one_line_of_the_log(gateway: Gateway, log: Log) -> None:
    gateway("POST", "/api/orders", {"ticketId": "t"}, user="buyer")
    (line,) = log.lines()
    assert line["message"] == "request"
    assert line["correlation_id"] == "request-1"
    assert (line["route"], line["method"], line["status"]) == ("POST /api/orders", "POST", 201)
    assert line["function_request_id"] == "invocation-1"
    assert line["duration_ms"] >= 0


def test_nothing_that_a_caller_sent_is_logged(gateway: Gateway, log: Log) -> None:
    secrets = {"Authorization": f"Bearer {SECRET}", "Cookie": f"session={SECRET}"}
    gateway("POST", f"/api/orders?card={SECRET}", {"card": SECRET}, user="b", headers=secrets)
    gateway("POST", "/api/orders", {"ticketId": SECRET}, user="buyer", headers=secrets)
    assert SECRET not in str(log.lines())


def test_each_request_has_its_own_id(log: Log) -> None:
    for request_id in ("request-1", "request-2"):
        event = http_event("GET", "/api/orders", request_id=request_id)
        answer = api.lambda_handler(event, LambdaContext())  # type: ignore[arg-type]
        assert answer["headers"]["X-Request-Id"] == request_id
    assert [line["correlation_id"] for line in log.lines()] == ["request-1", "request-2"]


def test_the_answer_is_in_the_gateways_format() -> None:
    event = http_event("GET", "/api/orders")
    answer = api.lambda_handler(event, LambdaContext())  # type: ignore[arg-type]
    assert set(answer) == {"statusCode", "headers", "cookies", "body", "isBase64Encoded"}
    assert answer["isBase64Encoded"] is False
    assert all(isinstance(value, str) for value in answer["headers"].values())

"""What the emulator is answered: as AWS would have it where the emulator itself would not."""

import json
from typing import Any

import boto3
import pytest
from moto import mock_aws
from starlette.types import Message, Scope

from cdk.local import redelivery
from cdk.local.functions import Function
from cdk.local.invocations import Invocations, failed_items, is_http, source_of
from tests.local.conftest import FUNCTION, Shop

ECHO = """
def lambda_handler(event, context):
    if "raise" in event:
        raise ValueError(event["raise"])
    return event.get("answer")
"""

RECORDER = Function(
    name=redelivery.REDELIVERY.name,
    handler="shop.recorder.lambda_handler",
    timeout=5,
    memory_mb=128,
    environment={"POWERTOOLS_SERVICE_NAME": "shop"},
)
"""Stands in for the redelivery and prints which messages it was given."""

HTTP = {"requestContext": {"http": {"method": "GET"}}}
STREAM = {"Records": [{"eventSource": "aws:dynamodb", "eventID": "e1"}]}


def a_queue_event(*ids: str) -> dict[str, Any]:
    records = [
        {"eventSource": "aws:sqs", "messageId": id_, "eventSourceARN": "arn:q"} for id_ in ids
    ]
    return {"Records": records}


async def answered(
    shop: Shop, event: Any, name: str = FUNCTION.name, method: str = "POST"
) -> tuple[int, Any]:
    """Status and body for an invocation of the emulator's."""
    sent: list[Message] = []
    scope: Scope = {
        "method": method,
        "headers": [
            (b"x-amzn-lambda-function-name", name.encode()),
            (b"x-amzn-lambda-request-id", b"r1"),
        ],
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": json.dumps(event).encode(), "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await Invocations(shop.host)(scope, receive, send)
    return sent[0]["status"], json.loads(sent[1]["body"])


@pytest.fixture
def echo(shop: Shop) -> Shop:
    shop.write(ECHO)
    recorder = "def lambda_handler(event, context):\n"
    recorder += "    print('again:', *(record['messageId'] for record in event['Records']))\n"
    (shop.module.parent / "recorder.py").write_text(recorder)
    shop.host.add(RECORDER)
    return shop


def test_the_handlers_result_is_the_answer(echo: Shop) -> None:
    async def test() -> None:
        assert await answered(echo, {"answer": {"a": 1}}) == (200, {"a": 1})
        assert await answered(echo, {}) == (200, None)

    echo.run(test)


def test_a_failed_http_function_is_answered_as_by_api_gateway(echo: Shop) -> None:
    async def test() -> None:
        status, answer = await answered(echo, {**HTTP, "raise": "secret"})
        assert (status, answer["statusCode"]) == (200, 500)
        assert json.loads(answer["body"]) == {"message": "Internal Server Error"}

    echo.run(test)


def test_a_failed_authorizer_is_an_error(echo: Shop) -> None:
    async def test() -> None:
        status, answer = await answered(echo, {**HTTP, "type": "REQUEST", "raise": "no key"})
        assert (status, answer["errorType"]) == (500, "ValueError")

    echo.run(test)


def test_a_streams_partial_failure_is_an_error(echo: Shop) -> None:
    failed = {"batchItemFailures": [{"itemIdentifier": "e1"}]}

    async def test() -> None:
        status, answer = await answered(echo, {**STREAM, "answer": failed})
        assert (status, answer["errorMessage"]) == (500, '["e1"]')
        good: dict[str, Any] = {"batchItemFailures": []}
        assert await answered(echo, {**STREAM, "answer": good}) == (200, good)

    echo.run(test)


def test_a_queues_failed_messages_come_again_soon(echo: Shop) -> None:
    failed = {"batchItemFailures": [{"itemIdentifier": "m2"}]}

    async def test() -> None:
        event = {**a_queue_event("m1", "m2"), "answer": failed}
        assert await answered(echo, event) == (200, failed)
        assert (await echo.shows("again:")).endswith("again: m2")

    echo.run(test)


def test_all_messages_of_a_failed_batch_come_again_soon(echo: Shop) -> None:
    async def test() -> None:
        status, _answer = await answered(echo, {**a_queue_event("m1", "m2"), "raise": "down"})
        assert status == 500
        assert (await echo.shows("again:")).endswith("again: m1 m2")

    echo.run(test)


def test_a_queues_good_batch_does_not_come_again(echo: Shop) -> None:
    good: dict[str, Any] = {"batchItemFailures": []}

    async def test() -> None:
        assert await answered(echo, {**a_queue_event("m1"), "answer": good}) == (200, good)
        assert [process["function"] for process in echo.host.processes()] == ["shop/api"]

    echo.run(test)


def test_an_unknown_function_is_an_error(echo: Shop) -> None:
    async def test() -> None:
        assert (await answered(echo, {}, "nobody"))[0] == 404

    echo.run(test)


def test_whoever_asks_learns_which_processes_run(echo: Shop) -> None:
    async def test() -> None:
        await answered(echo, {})
        _status, processes = await answered(echo, None, method="GET")
        assert [process["function"] for process in processes] == ["shop/api"]
        assert processes[0]["pid"] > 1

    echo.run(test)


@pytest.mark.parametrize(
    ("event", "http", "source"),
    [
        (HTTP, True, None),
        ({**HTTP, "type": "REQUEST"}, False, None),
        (a_queue_event("m1"), False, "aws:sqs"),
        (STREAM, False, "aws:dynamodb"),
        ({"Records": []}, False, None),
        ({}, False, None),
        (None, False, None),
    ],
)
def test_events_are_told_apart(event: Any, http: bool, source: str | None) -> None:  # noqa: FBT001
    assert (is_http(event), source_of(event)) == (http, source)


def test_only_batches_have_failed_items() -> None:
    assert failed_items({"batchItemFailures": [{"itemIdentifier": "1"}]}) == ["1"]
    assert failed_items({"batchItemFailures": None}) == []
    assert failed_items(None) == []


def test_a_messages_wait_grows_and_stays_short() -> None:
    waits = [
        redelivery.seconds_until_next({"attributes": {"ApproximateReceiveCount": str(count)}})
        for count in (1, 2, 3, 4, 5)
    ]
    assert waits == [2, 4, 8, 8, 8]


def test_redelivered_messages_are_not_visible_at_once_but_before_the_queues_own_time(
    environment: None,
) -> None:
    with mock_aws():
        sqs = boto3.client("sqs")
        url = sqs.create_queue(QueueName="q", Attributes={"VisibilityTimeout": "360"})["QueueUrl"]
        sqs.send_message(QueueUrl=url, MessageBody="x")
        message = sqs.receive_message(
            QueueUrl=url, MessageSystemAttributeNames=["ApproximateReceiveCount"]
        )["Messages"][0]
        record = {
            "receiptHandle": message["ReceiptHandle"],
            "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:q",
            "attributes": message["Attributes"],
        }
        redelivery.lambda_handler({"Records": [record]}, None)
        assert "Messages" not in sqs.receive_message(QueueUrl=url)
        sqs.change_message_visibility(
            QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
        )
        assert sqs.receive_message(QueueUrl=url)["Messages"]

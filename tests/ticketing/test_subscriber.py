"""Subscribers: each message of a batch is handled, or left alone for another delivery."""

import json
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.bus import deliver, metadata, sqs_record
from tests.gateway import LambdaContext
from tests.ticketing.conftest import Log
from ticketing import aws
from ticketing import subscriber as subscriber_module
from ticketing.events import Expiration, ExpirationComplete, PaymentAuthorized, PaymentFailed
from ticketing.outbox import Cause
from ticketing.subscriber import Deferred, Subscriber, portion

SEEN_AT = datetime.fromisoformat("2026-11-23T12:00:02.500Z")


def expired(order_id: str) -> ExpirationComplete:
    """The event whose id is the order's."""
    expiration = {"orderId": order_id, "expiresAt": "2026-11-23T12:00:00Z"}
    return ExpirationComplete(
        metadata=metadata(order_id), data=Expiration.model_validate(expiration)
    )


class Inbox(Subscriber):
    """Keeps what it handled; fails for the orders in `bad`, and defers those in `early`."""

    def __init__(self) -> None:
        super().__init__()
        self.bad: set[str] = set()
        self.early: dict[str, datetime] = {}
        self.handled: list[tuple[str, Cause]] = []
        self.on(ExpirationComplete)(self.handle)

    def handle(self, event: ExpirationComplete, cause: Cause) -> None:
        if event.data.order_id in self.bad:
            raise KeyError(event.data.order_id)
        if event.data.order_id in self.early:
            raise Deferred(self.early[event.data.order_id])
        self.handled.append((event.data.order_id, cause))

    def deliver_raw(self, *bodies: str) -> list[str]:
        """Deliver messages with these bodies; returns the ids of those wanted again."""
        records = [sqs_record(expired("any"), f"message-{body[:20]}") for body in bodies]
        for record, body in zip(records, bodies, strict=True):
            record["body"] = body
        answer = self.lambda_handler({"Records": records}, LambdaContext())  # type: ignore[arg-type]
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


@pytest.fixture(autouse=True)
def postponed(account: None, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What SQS was asked to deliver later."""
    calls: list[dict[str, Any]] = []
    client = aws.client("sqs")
    monkeypatch.setattr(client, "change_message_visibility", lambda **call: calls.append(call))
    return calls


@pytest.fixture
def inbox(monkeypatch: pytest.MonkeyPatch) -> Inbox:
    monkeypatch.setattr(subscriber_module, "now", lambda: SEEN_AT)
    return Inbox()


def test_an_event_reaches_its_handler_with_its_cause(inbox: Inbox) -> None:
    assert deliver(inbox.lambda_handler, expired("order-1")) == []
    assert inbox.handled == [("order-1", Cause("request-1", "order-1", SEEN_AT))]


def test_one_handler_can_take_several_events() -> None:
    subscriber = Subscriber()

    @subscriber.on(PaymentAuthorized, PaymentFailed)
    def handle(event: PaymentAuthorized | PaymentFailed, cause: Cause) -> None:
        """Handle."""

    assert list(subscriber.handlers.values()) == [handle, handle]


def test_only_the_messages_that_failed_are_wanted_again(inbox: Inbox) -> None:
    inbox.bad = {"b", "d"}
    assert deliver(inbox.lambda_handler, *map(expired, "abcd")) == [1, 3]
    assert [order_id for order_id, _ in inbox.handled] == ["a", "c"]


def test_a_batch_of_failures_is_wanted_again_whole(inbox: Inbox) -> None:
    inbox.bad = {"a", "b"}
    assert deliver(inbox.lambda_handler, *map(expired, "ab")) == [0, 1]


def test_no_batch_remembers_the_one_before(inbox: Inbox) -> None:
    inbox.bad = {"a"}
    assert deliver(inbox.lambda_handler, expired("a")) == [0]
    inbox.bad = set()
    assert deliver(inbox.lambda_handler, expired("a"), expired("b")) == []


def envelope(**changes: Any) -> str:
    body = json.loads(sqs_record(expired("order-1"))["body"])
    return json.dumps(body | changes)


@pytest.mark.parametrize(
    "poison",
    [
        "",
        "no json",
        "[]",
        "[" * 100_000,
        "{}",
        envelope(**{"detail-type": "order:unheard-of"}),
        envelope(**{"detail-type": "order:created"}),
        envelope(detail={}),
        envelope(detail=None),
    ],
    ids=lambda body: body[:50],
)
def test_a_message_that_cannot_be_read_fails_alone(inbox: Inbox, log: Log, poison: str) -> None:
    good = envelope()
    assert inbox.deliver_raw(good, poison, good) == [f"message-{poison[:20]}"]
    assert len(inbox.handled) == 2
    (failure,) = [line for line in log.lines() if line["message"] == "event failed"]
    assert failure["message_id"] == f"message-{poison[:20]}"


def test_an_event_without_a_handler_is_not_lost(log: Log) -> None:
    assert deliver(Subscriber().lambda_handler, expired("order-1")) == [0]
    (failure,) = log.lines()
    assert failure["event"] == "expiration:complete"


def test_what_an_event_has_beyond_its_contract_is_ignored(inbox: Inbox) -> None:
    detail = expired("order-1").model_dump(mode="json", by_alias=True)
    detail["data"]["added"] = detail["metadata"]["added"] = detail["added"] = "later"
    assert inbox.deliver_raw(envelope(detail=detail, added="by AWS")) == []
    assert len(inbox.handled) == 1


def test_an_event_is_one_line_of_the_log(inbox: Inbox, log: Log) -> None:
    deliver(inbox.lambda_handler, expired("order-1"))
    (line,) = log.lines()
    assert (line["level"], line["message"]) == ("INFO", "event")
    assert (line["event"], line["event_id"]) == ("expiration:complete", "order-1")
    assert (line["correlation_id"], line["message_id"]) == ("request-1", "0")


def test_a_failure_is_logged_with_what_it_belongs_to(inbox: Inbox, log: Log) -> None:
    inbox.bad = {"order-1"}
    deliver(inbox.lambda_handler, expired("order-1"))
    (line,) = log.lines()
    assert (line["level"], line["exception_name"]) == ("ERROR", "KeyError")
    assert (line["event_id"], line["correlation_id"]) == ("order-1", "request-1")


def test_no_line_speaks_of_the_message_before(inbox: Inbox, log: Log) -> None:
    inbox.deliver_raw(envelope(), "poison")
    _handled, failed = log.lines()
    assert failed["message_id"] == "message-poison"
    assert not failed.get("correlation_id")
    assert "event_id" not in failed
    subscriber_module.logger.info("later")
    (later,) = log.lines()
    assert "message_id" not in later


def test_the_log_of_a_poison_event_does_not_repeat_it(inbox: Inbox, log: Log) -> None:
    detail = expired("order-1").model_dump(mode="json", by_alias=True)
    detail["data"]["expiresAt"] = "buyer@example.com"
    assert len(inbox.deliver_raw(envelope(detail=detail))) == 1
    assert "buyer@example.com" not in str(log.lines())


def test_the_way_of_an_event_is_measured(inbox: Inbox, log: Log) -> None:
    inbox.bad = {"failed"}
    deliver(inbox.lambda_handler, expired("order-1"), expired("failed"))
    (metric,) = log.metrics()
    assert metric["ConsumerLag"] == [2500]


@pytest.mark.parametrize(
    ("receives", "pause"), [(1, 5), (2, 30), (3, 180), (4, 1080), (5, 0), (9, 0)]
)
def test_a_failed_message_comes_again_later_each_time(
    inbox: Inbox, postponed: list[dict[str, Any]], receives: int, pause: int
) -> None:
    inbox.bad = {"bad"}
    records = [sqs_record(expired(order), order) for order in ("good", "bad")]
    for record in records:
        record["attributes"]["ApproximateReceiveCount"] = str(receives)
    inbox.lambda_handler({"Records": records}, LambdaContext())  # type: ignore[arg-type]
    assert postponed == [
        {
            "QueueUrl": "https://sqs.eu-west-1.amazonaws.com/123456789012/queue",
            "ReceiptHandle": "receipt of bad",
            "VisibilityTimeout": pause,
        }
    ]


def test_a_message_that_cannot_be_postponed_is_still_delivered_again(
    inbox: Inbox, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aws.client("sqs"), "change_message_visibility", None)
    inbox.bad = {"bad"}
    assert deliver(inbox.lambda_handler, expired("bad")) == [0]
    assert log.lines()[-1]["message"] == "message not postponed"


def test_what_a_batch_has_no_time_for_is_postponed_before_the_function_is_killed(
    inbox: Inbox, postponed: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LambdaContext, "get_remaining_time_in_millis", lambda _self: 5000)
    inbox.on(ExpirationComplete)(lambda _event, _cause: aws.client("sqs").list_queues())
    assert deliver(inbox.lambda_handler, expired("order-1"), expired("order-2")) == [0, 1]
    assert [call["VisibilityTimeout"] for call in postponed] == [5, 5]


@pytest.mark.parametrize(
    ("wait", "delay"),
    [
        (timedelta(seconds=90), 90),
        (timedelta(milliseconds=1), 1),
        (timedelta(hours=1), 900),
        (timedelta(seconds=-5), 0),
    ],
)
def test_a_deferred_event_comes_again_as_a_new_message(
    inbox: Inbox, deferred: list[dict[str, Any]], wait: timedelta, delay: int
) -> None:
    inbox.early = {"early": SEEN_AT + wait}
    assert deliver(inbox.lambda_handler, expired("early"), expired("good")) == []
    (message,) = deferred
    assert message["QueueUrl"] == "https://sqs.eu-west-1.amazonaws.com/123456789012/queue"
    assert message["DelaySeconds"] == delay
    inbox.early = {}
    assert inbox.deliver_raw(message["MessageBody"]) == []
    assert [order_id for order_id, _ in inbox.handled] == ["good", "early"]


def test_an_event_that_cannot_be_deferred_is_delivered_again(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aws.client("sqs"), "send_message", None)
    inbox.early = {"early": SEEN_AT}
    assert deliver(inbox.lambda_handler, expired("early")) == [0]


def test_the_way_of_a_deferred_event_begins_when_it_was_due(
    inbox: Inbox, deferred: list[dict[str, Any]], log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox.early = {"early": SEEN_AT + timedelta(minutes=5)}
    deliver(inbox.lambda_handler, expired("early"))
    (line,) = log.lines()
    assert (line["message"], line["deferred_until"]) == ("event", "2026-11-23T12:05:02.500Z")
    inbox.early = {}
    monkeypatch.setattr(subscriber_module, "now", lambda: SEEN_AT + timedelta(minutes=6))
    inbox.deliver_raw(deferred[0]["MessageBody"])
    assert [metric["ConsumerLag"] for metric in log.metrics()] == [[2500], [60_000]]
    assert "deferred_until" not in log.lines()[-1]


@pytest.mark.parametrize(("there", "more"), [(0, False), (2, False), (3, True)])
def test_one_delivery_takes_a_portion_and_wants_another_for_the_rest(
    monkeypatch: pytest.MonkeyPatch,
    there: int,
    more: bool,  # noqa: FBT001
) -> None:
    monkeypatch.setattr(subscriber_module, "PORTION", 2)
    taken: list[int] = []
    with pytest.raises(Deferred) if more else nullcontext() as deferred:
        taken.extend(portion(iter(range(there)), SEEN_AT))
    assert taken == list(range(min(there, 2)))
    if deferred:
        assert deferred.value.until == SEEN_AT + timedelta(seconds=5)

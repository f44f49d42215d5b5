"""Subscribers: a queue's batch of domain events, each handled or left for another delivery.

A message is deleted when its handler returns. One whose handler raises comes again after 5 s, 30 s,
3 min and 18 min, so that a hiccup costs little and an outage of 20 minutes no event; after five
receives it lies in the dead-letter queue. What a slow batch has no time for fails, too: a function
that is killed could postpone nothing. A handler that raises Deferred is not done yet, which is no
failure.
"""

import json
import math
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, process_partial_response
from aws_lambda_powertools.utilities.batch import EventType as Source
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from ticketing import aws
from ticketing.clock import now, rfc3339
from ticketing.events import CATALOG, Event
from ticketing.outbox import Cause, EventType
from ticketing.telemetry import lag, logger

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse

PAUSES = (5, 30, 180, 1080)
"""Seconds until a failed message comes again, after its first, second, ... delivery."""

LONGEST_DELAY = timedelta(minutes=15)
"""SQS keeps a new message back for no longer."""

PORTION, PAUSE = 100, timedelta(seconds=5)
"""What one delivery takes of many things, and when the next one goes on.

Ten deliveries are a batch, which has 20 seconds. After the pause an index has seen what was done.
"""

DUE = "due"
"""What a deferred event has beside EventBridge's own fields: since when it could have come."""

type Handler[Received: Event[Any]] = Callable[[Received, Cause], object]


class Deferred(Exception):
    """The handler wants the event once more at a later time, or as soon before it as can be."""

    def __init__(self, until: datetime) -> None:
        super().__init__(rfc3339(until))
        self.until = until


class Subscriber:
    """The event edge of one service: a handler for each event it consumes."""

    def __init__(self) -> None:
        self.handlers: dict[EventType, Handler[Any]] = {}
        self._processor = BatchProcessor(event_type=Source.SQS, raise_on_entire_batch_failure=False)

    def on[Received: Event[Any]](
        self, *events: type[Received]
    ) -> Callable[[Handler[Received]], Handler[Received]]:
        """Register the handler of one or more events; it must tolerate repeats and any order."""

        def register(handler: Handler[Received]) -> Handler[Received]:
            self.handlers |= {event.detail_type: handler for event in events}
            return handler

        return register

    def lambda_handler(
        self, event: dict[str, Any], context: LambdaContext
    ) -> "PartialItemFailureResponse":
        """Handle a batch; reports the messages to deliver again."""
        with aws.in_time_for(context):
            answer = process_partial_response(
                event=event, record_handler=self._handle, processor=self._processor, context=context
            )
        failed = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
        for record in event["Records"]:
            if record["messageId"] in failed:
                postpone(record)
        return answer

    def _handle(self, record: SQSRecord) -> None:
        """Handle one message; logs one line for it, and raises what its handler raises."""
        logger.set_correlation_id(None)
        logger.append_keys(message_id=record.message_id)
        try:
            self._dispatch(json.loads(record.body), record)
        except Exception:
            logger.exception("event failed")
            raise
        finally:
            logger.remove_keys(["message_id", "event", "event_id", "deferred_until"])

    def _dispatch(self, envelope: dict[str, Any], record: SQSRecord) -> None:
        """Call the handler of the event that EventBridge wrapped in `envelope`."""
        detail_type = EventType(envelope["detail-type"])
        received = CATALOG[detail_type].model_validate(envelope["detail"])
        metadata, seen_at = received.metadata, now()
        logger.set_correlation_id(metadata.correlation_id)
        logger.append_keys(event=detail_type.value, event_id=metadata.id)
        cause = Cause(metadata.correlation_id, metadata.id, seen_at)
        try:
            self.handlers[detail_type](received, cause)
        except Deferred as deferred:
            logger.append_keys(deferred_until=str(deferred))
            send_again(envelope, record.event_source_arn, seen_at, deferred.until)
        due = envelope.get(DUE)
        lag(datetime.fromisoformat(due) if due else metadata.time, seen_at)
        logger.info("event")


def portion[Item](items: Iterator[Item], at: datetime) -> Iterator[Item]:
    """As many as one delivery has time for. Raises Deferred after them if there are more."""
    yield from islice(items, PORTION)
    if next(items, None) is not None:
        raise Deferred(at + PAUSE)


def send_again(envelope: Mapping[str, Any], queue: str, seen_at: datetime, until: datetime) -> None:
    """Put the event into its queue once more: a new message, with five receives of its own."""
    delay = max(timedelta(), min(until - seen_at, LONGEST_DELAY))
    aws.client("sqs").send_message(
        QueueUrl=queue_url(queue),
        MessageBody=json.dumps({**envelope, DUE: rfc3339(seen_at + delay)}),
        DelaySeconds=math.ceil(delay.total_seconds()),
    )


def postpone(record: Mapping[str, Any]) -> None:
    """Set when a failed message comes again; if that fails too, the queue's own time applies."""
    receives = int(record["attributes"]["ApproximateReceiveCount"])
    pause = PAUSES[receives - 1] if receives <= len(PAUSES) else 0  # next is the dead-letter queue
    try:
        aws.client("sqs").change_message_visibility(
            QueueUrl=queue_url(record["eventSourceARN"]),
            ReceiptHandle=record["receiptHandle"],
            VisibilityTimeout=pause,
        )
    except Exception:
        logger.exception("message not postponed")


def queue_url(arn: str) -> str:
    _, _, _, region, account, queue = arn.split(":")
    return f"https://sqs.{region}.amazonaws.com/{account}/{queue}"

"""Subscribers: a queue's batch of domain events, each handled or left for another delivery.

A message is deleted when its handler returns. One whose handler raises comes again after 5 s, 30 s,
3 min and 18 min, so that a hiccup costs little and an outage of 20 minutes no event; after five
receives it lies in the dead-letter queue.
"""

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, process_partial_response
from aws_lambda_powertools.utilities.batch import EventType as Source
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from ticketing import aws
from ticketing.clock import now
from ticketing.events import CATALOG, Event
from ticketing.outbox import Cause, EventType
from ticketing.telemetry import lag, logger

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse

PAUSES = (5, 30, 180, 1080)
"""Seconds until a failed message comes again, after its first, second, ... delivery."""

type Handler[Received: Event[Any]] = Callable[[Received, Cause], object]


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
            self._dispatch(json.loads(record.body))
        except Exception:
            logger.exception("event failed")
            raise
        finally:
            logger.remove_keys(["message_id", "event", "event_id"])

    def _dispatch(self, envelope: dict[str, Any]) -> None:
        """Call the handler of the event that EventBridge wrapped in `envelope`."""
        detail_type = EventType(envelope["detail-type"])
        received = CATALOG[detail_type].model_validate(envelope["detail"])
        metadata, seen_at = received.metadata, now()
        logger.set_correlation_id(metadata.correlation_id)
        logger.append_keys(event=detail_type.value, event_id=metadata.id)
        self.handlers[detail_type](received, Cause(metadata.correlation_id, metadata.id, seen_at))
        lag(metadata.time, seen_at)
        logger.info("event")


def postpone(record: Mapping[str, Any]) -> None:
    """Set when a failed message comes again; if that fails too, the queue's own time applies."""
    receives = int(record["attributes"]["ApproximateReceiveCount"])
    pause = PAUSES[receives - 1] if receives <= len(PAUSES) else 0  # next is the dead-letter queue
    _, _, _, region, account, queue = record["eventSourceARN"].split(":")
    try:
        aws.client("sqs").change_message_visibility(
            QueueUrl=f"https://sqs.{region}.amazonaws.com/{account}/{queue}",
            ReceiptHandle=record["receiptHandle"],
            VisibilityTimeout=pause,
        )
    except Exception:
        logger.exception("message not postponed")

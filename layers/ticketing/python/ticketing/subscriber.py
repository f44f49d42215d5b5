"""Subscribers: a queue's batch of domain events, each handled once more or left for a retry.

A message is deleted when its handler returns. A handler that raises leaves its message in the queue:
after five receives it lies in the dead-letter queue.
"""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    process_partial_response,
)
from aws_lambda_powertools.utilities.batch import (
    EventType as Source,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from ticketing.clock import now
from ticketing.events import CATALOG, Event
from ticketing.outbox import Cause, EventType
from ticketing.telemetry import lag, logger

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse

type Handler[Received: Event[Any]] = Callable[[Received, Cause], object]


class Subscriber:
    """The event edge of one service: a handler for each event it consumes, and its Lambda handler."""

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
        return process_partial_response(
            event=event, record_handler=self._handle, processor=self._processor, context=context
        )

    def _handle(self, record: SQSRecord) -> None:
        envelope = json.loads(record.body)
        detail_type = EventType(envelope["detail-type"])
        received = CATALOG[detail_type].model_validate(envelope["detail"])
        metadata, seen_at = received.metadata, now()
        logger.set_correlation_id(metadata.correlation_id)
        try:
            self.handlers[detail_type](
                received, Cause(metadata.correlation_id, metadata.id, seen_at)
            )
        except Exception:
            logger.exception("event failed", event=detail_type.value, event_id=metadata.id)
            raise
        lag(metadata.time, seen_at)
        logger.info("event", event=detail_type.value, event_id=metadata.id)

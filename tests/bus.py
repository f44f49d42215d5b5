"""The event bus as a test sees it: events delivered, and the events that writes carry."""

import json
from collections.abc import Callable
from typing import Any

from tests.gateway import LambdaContext
from ticketing.attributes import Item
from ticketing.events import CATALOG, AnyEvent, ErasedUser, Metadata, UserErased
from ticketing.outbox import EventType


def metadata(event_id: str = "event-1", *, time: str = "2026-11-23T12:00:00.000Z") -> Metadata:
    return Metadata.model_validate(
        {"id": event_id, "time": time, "correlation_id": "request-1", "causation_id": "request-1"}
    )


def user_erased(user_id: str, *, tokens_expire_at: str = "2026-11-23T12:15:00Z") -> UserErased:
    """By default the account was erased at noon."""
    data = {"id": user_id, "tokens_expire_at": tokens_expire_at}
    return UserErased(metadata=metadata(), data=ErasedUser.model_validate(data))


def sqs_record(event: AnyEvent, message_id: str = "message-1") -> dict[str, Any]:
    """One message as EventBridge leaves it in a subscriber's queue."""
    envelope = {
        "version": "0",
        "id": "delivery-1",
        "source": f"ticketing.{event.producer}",
        "detail-type": event.detail_type.value,
        "detail": event.model_dump(mode="json", by_alias=True),
    }
    return {
        "messageId": message_id,
        "receiptHandle": f"receipt of {message_id}",
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:queue",
        "attributes": {"ApproximateReceiveCount": "1"},
        "body": json.dumps(envelope),
    }


def deliver(handler: Callable[[dict[str, Any], Any], Any], *events: AnyEvent) -> list[int]:
    """Deliver a batch; returns the positions of the events that the handler wants again."""
    records = [sqs_record(event, str(place)) for place, event in enumerate(events)]
    answer = handler({"Records": records}, LambdaContext())
    return [int(failure["itemIdentifier"]) for failure in answer["batchItemFailures"]]


def carried_event(item: Item) -> AnyEvent:
    """The event that an item's latest write carries, as the publisher will send it."""
    stamp = item["outbox"]
    event = CATALOG[EventType(stamp["type"])]
    return event.model_validate(
        {"metadata": {key: stamp[key] for key in stamp if key != "type"}, "data": item}
    )

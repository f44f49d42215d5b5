"""Stream records as DynamoDB sends them, and the bus as EventBridge answers."""

from collections.abc import Callable
from typing import Any

from ticketing.attributes import Item, to_attributes

type Record = dict[str, Any]


def an_item(event_id: str | None = "event-1", **changes: Any) -> Item:
    """A ticket as its service stores it; without an event id it carries no event."""
    item = {
        "pk": "TICKET#ticket-1",
        "id": "ticket-1",
        "version": 1,
        "status": "available",
        "withdrawn": False,
        "title": "Nick Cave",
        "amount": 5050,
        "currency": "usd",
        "venue": None,
        "starts_at": None,
        "user_id": "seller",
        "order_id": None,
        "created_at": "2026-11-23T12:00:00.000Z",
        "on_sale": "0",
        "hold": 0,
    }
    stamp = {
        "id": event_id,
        "type": "ticket:updated",
        "time": "2026-11-23T12:00:01.500Z",
        "correlation_id": f"request-of-{event_id}",
        "causation_id": "cause-1",
    }
    return {**item, **({"outbox": stamp} if event_id else {}), **changes}


def a_record(number: int, new: Item | None, old: Item | None = None) -> Record:
    """A change of an item; None for one that was not there, or is gone."""
    images = {"NewImage": new, "OldImage": old}
    shown = {name: to_attributes(image) for name, image in images.items() if image is not None}
    return {
        "eventSource": "aws:dynamodb",
        "dynamodb": {
            "SequenceNumber": str(number),
            "StreamViewType": "NEW_AND_OLD_IMAGES",
            **shown,
        },
    }


def records(count: int) -> list[Record]:
    """Changes 1 to `count`, each with an event named after it."""
    return [a_record(number, an_item(f"event-{number}")) for number in range(1, count + 1)]


class BusDouble:
    """Answers PutEvents as EventBridge does, and keeps what arrived."""

    def __init__(self, refuses: Callable[[Any], bool] = lambda _entry: False) -> None:
        self.requests: list[list[Any]] = []
        self.arrived: list[Any] = []
        self._refuses = refuses

    def put_events(self, Entries: list[Any]) -> dict[str, Any]:  # noqa: N803 - AWS's own name
        self.requests.append(Entries)
        results = [self._put(entry) for entry in Entries]
        failed = sum("ErrorCode" in result for result in results)
        return {"FailedEntryCount": failed, "Entries": results}

    def _put(self, entry: Any) -> dict[str, str]:
        if self._refuses(entry):
            return {"ErrorCode": "ThrottlingException", "ErrorMessage": "Rate exceeded"}
        self.arrived.append(entry)
        return {"EventId": "delivery-1"}

"""Domain events: one class for each entry of the catalogue, tolerant of what is added to it."""

from typing import Any

import pytest
from pydantic import ValidationError

from tests.bus import metadata
from ticketing.events import CATALOG, Expiration, ExpirationComplete, Metadata
from ticketing.outbox import EventType

STAMP: dict[str, Any] = {
    "id": "event-1",
    "time": "2026-11-23T12:00:00.000Z",
    "correlation_id": "request-1",
    "causation_id": "request-1",
}


def test_every_detail_type_has_one_class() -> None:
    assert set(CATALOG) == set(EventType)
    assert all(event.detail_type is detail_type for detail_type, event in CATALOG.items())


def test_an_event_is_written_in_camel_case() -> None:
    event = ExpirationComplete(
        metadata=metadata(),
        data=Expiration.model_validate({"order_id": "1", "expires_at": "2026-11-23T12:00:00Z"}),
    )
    assert event.model_dump(mode="json", by_alias=True) == {
        "metadata": {
            "id": "event-1",
            "time": "2026-11-23T12:00:00.000Z",
            "schemaVersion": 1,
            "correlationId": "request-1",
            "causationId": "request-1",
        },
        "data": {"orderId": "1", "expiresAt": "2026-11-23T12:00:00.000Z"},
    }


def test_a_stamp_reads_as_metadata() -> None:
    assert Metadata.model_validate({**STAMP, "type": "order:created"}).schema_version == 1


def test_another_schema_version_is_not_taken_for_this_one() -> None:
    with pytest.raises(ValidationError):
        Metadata.model_validate({**STAMP, "schema_version": 2})

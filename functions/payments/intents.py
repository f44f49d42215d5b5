"""Intents: what Stripe's objects say, read from its API and from its webhooks alike. No I/O."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from payments.refusals import InvalidEvent


class IntentStatus(StrEnum):
    """Those statuses of a PaymentIntent that mean something here."""

    REQUIRES_ACTION = "requires_action"
    PROCESSING = "processing"
    REQUIRES_CAPTURE = "requires_capture"
    SUCCEEDED = "succeeded"
    CANCELED = "canceled"


@dataclass(frozen=True)
class Intent:
    """Stripe's PaymentIntent at one moment."""

    id: str
    status: str
    money: int
    """What the bank holds or has paid, in minor units; 0 before and after."""
    currency: str
    order_id: str | None
    """None for an intent that is not of this system."""
    correlation_id: str
    client_secret: str = field(repr=False)

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Self:
        """From the object as Stripe's API renders it."""
        metadata = data.get("metadata") or {}
        return cls(
            id=data["id"],
            status=data["status"],
            money=data.get("amount_capturable") or data.get("amount_received") or 0,
            currency=data["currency"],
            order_id=metadata.get("order_id"),
            correlation_id=metadata.get("correlation_id", data["id"]),
            client_secret=data.get("client_secret") or "",
        )

    @property
    def is_paid(self) -> bool:
        """The bank holds the money or has paid it."""
        return self.status in (IntentStatus.REQUIRES_CAPTURE, IntentStatus.SUCCEEDED)

    @property
    def is_final(self) -> bool:
        """It will never have another status."""
        return self.status in (IntentStatus.SUCCEEDED, IntentStatus.CANCELED)


@dataclass(frozen=True)
class Event:
    """An event of Stripe's: what happened to an intent, as it was then."""

    id: str
    type: str
    created: float
    """Seconds since 1970; 0 without an intent."""
    intent: Intent | None
    """None for an event about anything else."""

    @classmethod
    def parse(cls, body: bytes) -> Self:
        """From a webhook's body. Raises InvalidEvent."""
        try:
            return cls.read(json.loads(body))
        except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
            raise InvalidEvent from error

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Self:
        """From the object as Stripe's API renders it."""
        about = (data.get("data") or {}).get("object") or {}
        if about.get("object") != "payment_intent":
            return cls(data["id"], data["type"], 0, None)
        return cls(data["id"], data["type"], data["created"], Intent.read(about))

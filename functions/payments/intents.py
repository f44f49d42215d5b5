"""Intents: what Stripe's objects say, read from its API and from its webhooks alike. No I/O."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from payments.refusals import InvalidEvent

STRIPES = re.compile(r"[\w-]{1,255}", re.ASCII)
"""The form of Stripe's ids."""

OURS = re.compile(r"[\w=-]{1,64}", re.ASCII)
"""The form of our ids, and of the ids that the gateway gives requests."""


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
        metadata = fields(data.get("metadata"))
        return cls(
            id=stripe_id(data["id"]),
            status=text(data["status"]),
            money=amount(data.get("amount_capturable")) or amount(data.get("amount_received")),
            currency=text(data["currency"]),
            order_id=name(metadata.get("order_id")),
            correlation_id=name(metadata.get("correlation_id")) or data["id"],
            client_secret=text(data.get("client_secret") or ""),
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
            return cls.read(json.loads(body, parse_constant=no_number))
        except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
            raise InvalidEvent from error

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Self:
        """From the object as Stripe's API renders it."""
        about = fields(fields(data.get("data")).get("object"))
        event_id, kind = stripe_id(data["id"]), text(data["type"])
        if text(about.get("object", "")) != "payment_intent":
            return cls(event_id, kind, 0, None)
        return cls(event_id, kind, seconds(data["created"]), Intent.read(about))


def text(value: object) -> str:
    """Raises TypeError for anything else."""
    if not isinstance(value, str):
        raise TypeError
    return value


def fields(value: object) -> Mapping[str, Any]:
    """Those of an object; of null, none. Raises TypeError for anything else."""
    if not isinstance(value, dict | None):
        raise TypeError
    return value or {}


def stripe_id(value: object) -> str:
    """Raises TypeError or ValueError for anything else."""
    if not STRIPES.fullmatch(text(value)):
        raise ValueError
    return text(value)


def amount(value: object) -> int:
    """Minor units, 0 for none. Raises TypeError or ValueError for anything else."""
    if not isinstance(value, int | None) or isinstance(value, bool):
        raise TypeError
    if (value or 0) < 0:
        raise ValueError
    return value or 0


def seconds(value: object) -> float:
    """Raises TypeError for anything else."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise TypeError
    return value


def name(value: object) -> str | None:
    """A name as this system gives it; whatever else somebody noted on an intent is none."""
    return value if isinstance(value, str) and OURS.fullmatch(value) else None


def no_number(constant: str) -> float:
    """NaN and infinity, which JSON does not have."""
    raise ValueError(constant)

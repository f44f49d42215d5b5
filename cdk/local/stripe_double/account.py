"""The test account: every object it holds, and the event that each change causes.

Changes are plain synchronous code on one event loop, so each call sees and leaves a whole state.
"""

import json
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple, Protocol

from cdk.local.stripe_double.charges import Charge
from cdk.local.stripe_double.errors import JsonObject, ResourceMissing
from cdk.local.stripe_double.intents import PaymentIntent
from cdk.local.stripe_double.payment_methods import PaymentMethod
from cdk.local.stripe_double.refunds import Refund

API_VERSION = "2026-10-28.endive"
MAX_OBJECTS, MAX_EVENTS = 20_000, 2_000
"""How many of a kind are kept; the oldest go first."""


class Stored(Protocol):
    """What the account holds."""

    object: ClassVar[str]

    @property
    def id(self) -> str: ...

    @property
    def created(self) -> int: ...

    def as_json(self) -> JsonObject: ...


class Cause(NamedTuple):
    """The API call that caused an event."""

    request_id: str | None
    idempotency_key: str | None


BY_ITSELF = Cause(None, None)
"""Nobody called: Stripe, the bank or the buyer acted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to an object."""

    object: ClassVar[str] = "event"

    id: str
    type: str
    created: int
    item: Stored
    """As it was right after it: an object never changes, it is replaced."""

    cause: Cause

    def as_json(self, pending_webhooks: int = 0) -> JsonObject:
        """The object as Stripe renders it."""
        return {
            "id": self.id,
            "object": self.object,
            "api_version": API_VERSION,
            "created": self.created,
            "data": {"object": self.item.as_json()},
            "livemode": False,
            "pending_webhooks": pending_webhooks,
            "request": {"id": self.cause.request_id, "idempotency_key": self.cause.idempotency_key},
            "type": self.type,
        }

    def as_body(self, pending_webhooks: int) -> bytes:
        """A webhook's body: with line breaks, so that whoever encodes it anew is caught."""
        return json.dumps(self.as_json(pending_webhooks), separators=(",\n", ": ")).encode()


class Shelf[T: Stored]:
    """The objects of one kind, in the order of their creation."""

    def __init__(self, noun: str, limit: int = MAX_OBJECTS) -> None:
        self._noun = noun
        self._limit = limit
        self._items: dict[str, T] = {}

    def put(self, item: T) -> None:
        """Add the object, or replace the one with its id."""
        self._items[item.id] = item
        if len(self._items) > self._limit:
            del self._items[next(iter(self._items))]

    def get(self, item_id: str, *, param: str, in_url: bool = False) -> T:
        """The object; raises ResourceMissing."""
        if item_id not in self._items:
            raise ResourceMissing(self._noun, item_id, param=param, in_url=in_url)
        return self._items[item_id]

    def newest_first(self) -> Iterator[T]:
        """All of them."""
        return reversed(self._items.values())


@dataclass(slots=True)
class Account:
    """Everything that Stripe knows of the account; `publish` is told each event."""

    clock: Callable[[], float]
    publish: Callable[[Event], None]
    intents: Shelf[PaymentIntent] = field(default_factory=lambda: Shelf("payment_intent"))
    charges: Shelf[Charge] = field(default_factory=lambda: Shelf("charge"))
    refunds: Shelf[Refund] = field(default_factory=lambda: Shelf("refund"))
    payment_methods: Shelf[PaymentMethod] = field(default_factory=lambda: Shelf("PaymentMethod"))
    events: Shelf[Event] = field(default_factory=lambda: Shelf("event", MAX_EVENTS))
    slow_confirmations: int = 0
    """How many of the next confirmations the bank leaves in `processing`."""

    def now(self) -> int:
        """Seconds since the epoch."""
        return int(self.clock())

    def emit(self, kind: str, item: Stored, cause: Cause) -> None:
        """Record that something happened to the object, and publish it."""
        event = Event(id=new_id("evt"), type=kind, created=self.now(), item=item, cause=cause)
        self.events.put(event)
        self.publish(event)


def new_id(prefix: str) -> str:
    """An id that nobody can guess: `pi_` and 24 characters."""
    return f"{prefix}_{secrets.token_hex(12)}"

"""Domain events: the whole of what services know of each other.

`detail` is {"metadata": ..., "data": ...}; `data` is the full state of the aggregate with its
version. Fields are only ever added. The schemas under `events/` are generated from these classes.
"""

from typing import ClassVar, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from ticketing.clock import Timestamp
from ticketing.outbox import EventType

SOURCE_PREFIX = "ticketing."


class Contract(BaseModel):
    """A part of an event: camelCase on the bus; a consumer ignores what it does not know."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        frozen=True,
        defer_build=True,
        hide_input_in_errors=True,
    )


class Metadata(Contract):
    """What every event carries besides its data."""

    id: str = Field(description="The same however often the event is delivered")
    time: Timestamp
    schema_version: Literal[1] = 1
    correlation_id: str = Field(description="The request or timer that began the chain")
    causation_id: str = Field(description="The request or event that directly caused this one")


class Event[Data: Contract](Contract):
    """A domain event as it is on the bus."""

    producer: ClassVar[str]
    detail_type: ClassVar[EventType]

    metadata: Metadata
    data: Data


class Ticket(Contract):
    """A ticket as the tickets service holds it."""

    id: str
    version: int = Field(ge=0)
    status: Literal["available", "reserved", "sold", "withdrawn"]
    withdrawn: bool = Field(
        description="The seller took it back; true also while an order holds it"
    )
    title: str
    amount: int = Field(gt=0, description="Price in minor units of the currency")
    currency: str = Field(description="ISO 4217, lower case")
    venue: str | None = None
    starts_at: Timestamp | None = None
    user_id: str = Field(description="The seller")
    order_id: str | None = Field(None, description="The order that holds or bought it")
    created_at: Timestamp


class TicketSnapshot(Contract):
    """A ticket as it was at the moment of reservation."""

    id: str
    title: str
    amount: int = Field(gt=0, description="Price in minor units of the currency")
    currency: str
    version: int = Field(ge=0)


class Order(Contract):
    """An order as the orders service holds it."""

    id: str
    version: int = Field(ge=0)
    status: Literal["created", "awaiting:payment", "complete", "cancelled"]
    user_id: str = Field(description="The buyer")
    ticket: TicketSnapshot
    hold: int = Field(
        ge=1,
        description="Counts the reservations of this ticket: of two orders for one ticket, the one "
        "with the higher number is the later one",
    )
    expires_at: Timestamp
    created_at: Timestamp
    cancel_reason: Literal["expired", "cancelled-by-buyer", "payment-failed"] | None = None


class Payment(Contract):
    """A payment as the payments service holds it."""

    id: str
    version: int = Field(ge=0)
    status: Literal["pending", "authorized", "captured", "voided", "refunded", "failed"]
    order_id: str
    user_id: str = Field(description="The buyer")
    amount: int = Field(gt=0, description="Minor units of the currency")
    currency: str


class Expiration(Contract):
    """A reservation time that is over."""

    order_id: str
    expires_at: Timestamp


class ErasedUser(Contract):
    """An account that is no more. Of the person, other services keep nothing but this id."""

    id: str
    tokens_expire_at: Timestamp = Field(
        description="Until then a session that began before may still be used"
    )


class TicketCreated(Event[Ticket]):
    """A ticket is listed."""

    producer, detail_type = "tickets", EventType.TICKET_CREATED


class TicketUpdated(Event[Ticket]):
    """Title, price, hold or state of a ticket changed."""

    producer, detail_type = "tickets", EventType.TICKET_UPDATED


class OrderCreated(Event[Order]):
    """A ticket was reserved."""

    producer, detail_type = "orders", EventType.ORDER_CREATED


class OrderConfirmed(Event[Order]):
    """The authorized order is committed to the buyer; capture may follow."""

    producer, detail_type = "orders", EventType.ORDER_CONFIRMED


class OrderCompleted(Event[Order]):
    """The order is paid."""

    producer, detail_type = "orders", EventType.ORDER_COMPLETED


class OrderCancelled(Event[Order]):
    """The order expired, was cancelled, or its capture failed."""

    producer, detail_type = "orders", EventType.ORDER_CANCELLED


class ExpirationComplete(Event[Expiration]):
    """The reservation time of an order is over; published by the state machine."""

    producer, detail_type = "expiration", EventType.EXPIRATION_COMPLETE


class PaymentAuthorized(Event[Payment]):
    """The bank holds the money."""

    producer, detail_type = "payments", EventType.PAYMENT_AUTHORIZED


class PaymentCreated(Event[Payment]):
    """The money is captured."""

    producer, detail_type = "payments", EventType.PAYMENT_CREATED


class PaymentFailed(Event[Payment]):
    """The capture failed for good."""

    producer, detail_type = "payments", EventType.PAYMENT_FAILED


class UserErased(Event[ErasedUser]):
    """An account was erased, for good."""

    producer, detail_type = "auth", EventType.USER_ERASED


type AnyEvent = (
    TicketCreated
    | TicketUpdated
    | OrderCreated
    | OrderConfirmed
    | OrderCompleted
    | OrderCancelled
    | ExpirationComplete
    | PaymentAuthorized
    | PaymentCreated
    | PaymentFailed
    | UserErased
)

CATALOG: dict[EventType, type[AnyEvent]] = {
    event.detail_type: event for event in get_args(AnyEvent.__value__)
}
"""The class of each detail-type."""

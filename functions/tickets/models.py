"""Tickets: what one is, what its orders make of it, and why it cannot be changed. No I/O."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Self

from ticketing.attributes import Item
from ticketing.clock import rfc3339
from ticketing.errors import Refusal, Unavailable
from ticketing.idempotency import KeyReused, request_digest
from tickets.refusals import (
    NotTheSeller,
    StaleVersion,
    Superseded,
    TicketNotFound,
    TicketReserved,
    TicketSold,
    TicketWithdrawn,
)

if TYPE_CHECKING:
    from ticketing.events import Order


class Status(StrEnum):
    """`available` can be reserved; an order holds what is `reserved`; the others are final."""

    AVAILABLE = "available"
    RESERVED = "reserved"
    SOLD = "sold"
    WITHDRAWN = "withdrawn"


class Offer(NamedTuple):
    """What the seller says of a ticket, all of which an edit replaces."""

    title: str
    amount: int
    """Minor units of the currency."""
    currency: str
    venue: str | None
    starts_at: str | None
    """By the clock at the venue; `Z` for one that shows UTC."""

    def digest(self) -> str:
        """The same for the same offer."""
        terms = self.title, str(self.amount), self.currency, self.venue or "", self.starts_at or ""
        return request_digest(*terms)


class Ticket(NamedTuple):
    """A ticket as it is stored and announced; times are RFC 3339 text."""

    id: str
    version: int
    """Counts the changes, from 0."""
    status: Status
    withdrawn: bool
    """The seller took it back, which is for good; an order may hold or buy it all the same."""
    title: str
    amount: int
    currency: str
    venue: str | None
    starts_at: str | None
    user_id: str
    """The seller."""
    order_id: str | None
    """The order that holds or bought it."""
    created_at: str

    @classmethod
    def listed(cls, ticket_id: str, offer: Offer, seller_id: str, now: datetime) -> Self:
        """A new ticket that can be bought."""
        return cls(
            id=ticket_id,
            version=0,
            status=Status.AVAILABLE,
            withdrawn=False,
            user_id=seller_id,
            order_id=None,
            created_at=rfc3339(now),
            **offer._asdict(),
        )

    @property
    def position(self) -> str:
        """Sorts tickets by creation, and leaves no two of them in one place."""
        return f"{self.created_at}#{self.id}"

    @property
    def starts_at_offset(self) -> str | None:
        """How far the clock at the venue is from UTC."""
        return f"{datetime.fromisoformat(self.starts_at):%:z}" if self.starts_at else None

    @property
    def is_open(self) -> bool:
        """Whether it is for sale, or will be should its hold end unpaid."""
        return not self.withdrawn and self.status is not Status.SOLD

    @classmethod
    def from_item(cls, item: Item) -> Self:
        fields = {name: item[name] for name in cls._fields}
        return cls(**{**fields, "status": Status(item["status"])})


CLAIMED = {
    "created": Status.RESERVED,
    "awaiting:payment": Status.RESERVED,
    "complete": Status.SOLD,
    "cancelled": Status.AVAILABLE,
}
"""What an order in each status makes of its ticket."""


class Claim(NamedTuple):
    """What one state of an order makes of its ticket.

    Of two claims the one with the higher `order` is the later one, whichever is heard of first.
    """

    ticket_id: str
    status: Status
    order_id: str | None
    """None when the order has let go of the ticket."""
    hold: int
    """Counts the reservations of the ticket, from 1."""
    order_version: int
    """Counts the changes of the order that made this reservation."""

    @classmethod
    def of(cls, order: "Order") -> Self:
        status = CLAIMED[order.status]
        order_id = None if status is Status.AVAILABLE else order.id
        return cls(order.ticket.id, status, order_id, order.hold, order.version)

    @property
    def order(self) -> tuple[int, int]:
        return self.hold, self.order_version


class TicketExists(Exception):
    """The same offer was listed with the same idempotency key before."""

    def __init__(self, ticket: Ticket) -> None:
        super().__init__(ticket.id)
        self.ticket = ticket


def why_not_created(found: Item, digest: str | None) -> Exception:
    """What the ticket found says to a new one of its id; `digest` is of an offer with a key."""
    if digest is None:
        return Unavailable()
    if found["request_digest"] != digest:
        return KeyReused()
    return TicketExists(Ticket.from_item(found))


def why_not_changed(found: Item | None, seller_id: str) -> Refusal:
    """What the ticket found says to a seller's change that it refused."""
    if found is None:
        return TicketNotFound()
    if found["user_id"] != seller_id:
        return NotTheSeller()
    if found["status"] == Status.SOLD:
        return TicketSold()
    if found["withdrawn"]:
        return TicketWithdrawn()
    if found["status"] == Status.RESERVED:
        return TicketReserved()
    return StaleVersion()


def why_not_followed(found: Item | None, claim: Claim) -> Exception:
    """What the ticket found says to a claim that it refused."""
    if found is None:
        return TicketNotFound()
    if (found["hold"], found["order_version"]) >= claim.order:
        return Superseded()
    return TicketWithdrawn()

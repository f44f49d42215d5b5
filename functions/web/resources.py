"""What the API gives: tickets, orders and lists of them, in the words of its contract."""

from collections.abc import Mapping
from datetime import datetime, time
from decimal import Decimal
from typing import Any, NamedTuple, Self

type Json = Mapping[str, Any]


class Ticket(NamedTuple):
    """A ticket as everybody sees it."""

    id: str
    title: str
    price: Decimal
    """Major units of the currency."""
    currency: str
    venue: str | None
    starts_at: datetime | None
    """By the clock at the venue."""
    user_id: str
    """The seller."""
    version: int
    status: str

    @classmethod
    def of(cls, data: Json) -> Self:
        return cls(
            id=data["id"],
            title=data["title"],
            price=Decimal(data["price"]),
            currency=data["currency"],
            venue=data["venue"],
            starts_at=moment(data["startsAt"], data.get("startsAtOffset")),
            user_id=data["userId"],
            version=data["version"],
            status=data["status"],
        )


class OrderTicket(NamedTuple):
    """A ticket as it was when it was reserved."""

    id: str
    title: str
    price: Decimal
    currency: str


class Order(NamedTuple):
    """An order as its buyer sees it."""

    id: str
    status: str
    expires_at: datetime
    created_at: datetime
    cancel_reason: str | None
    ticket: OrderTicket

    @classmethod
    def of(cls, data: Json) -> Self:
        ticket = data["ticket"]
        return cls(
            id=data["id"],
            status=data["status"],
            expires_at=datetime.fromisoformat(data["expiresAt"]),
            created_at=datetime.fromisoformat(data["createdAt"]),
            cancel_reason=data.get("cancelReason"),
            ticket=OrderTicket(
                ticket["id"], ticket["title"], Decimal(ticket["price"]), ticket["currency"]
            ),
        )


class Listing[Item](NamedTuple):
    """One page of a list, newest first."""

    items: list[Item]
    is_first: bool
    """Whether it has the newest."""
    next_cursor: str | None
    """Of the page after, if there is one."""


def moment(utc: str | None, offset: str | None) -> datetime | None:
    """By the clock that is so far from UTC, or shows UTC where that is not known."""
    clock = time.fromisoformat(f"00:00{offset or 'Z'}").tzinfo
    return datetime.fromisoformat(utc).astimezone(clock) if utc else None

"""How things are said to people: money, dates, and states in words. No I/O."""

import zlib
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from ticketing.money import exponent
from web.resources import Order, Ticket

SYMBOLS = {"usd": "$", "eur": "€", "gbp": "£", "jpy": "¥", "inr": "₹", "krw": "₩"}
TONES = 6
"""How many colors a ticket can have; the same title always has the same."""


class State(NamedTuple):
    """A state in words."""

    word: str
    kind: str = ""
    """`good` or `wait`, if it looks like that."""


TICKET_STATES = {
    "available": State("On sale", "good"),
    "reserved": State("Reserved", "wait"),
    "sold": State("Sold"),
    "withdrawn": State("Withdrawn"),
}
BEGUN = State("Concert begun")

ORDER_STATES = {
    "created": State("Waiting for payment", "wait"),
    "awaiting:payment": State("Processing payment", "wait"),
    "complete": State("Paid", "good"),
    "cancelled": State("Cancelled"),
}

CANCELLED = {
    "expired": "The reservation time ran out before the payment was made.",
    "cancelled-by-buyer": "You cancelled this order.",
    "payment-failed": "Your bank approved the payment, but the charge could not be completed.",
}

AVAILABILITY = {
    "available": "https://schema.org/InStock",
    "reserved": "https://schema.org/LimitedAvailability",
    "sold": "https://schema.org/SoldOut",
    "withdrawn": "https://schema.org/Discontinued",
}


def has_begun(ticket: Ticket, now: datetime) -> bool:
    """Whether the concert has, as far as its date is known."""
    return ticket.starts_at is not None and ticket.starts_at <= now


def ticket_state(ticket: Ticket, now: datetime) -> State:
    """Nobody can buy an available ticket once its concert has begun."""
    is_late = ticket.status == "available" and has_begun(ticket, now)
    return BEGUN if is_late else TICKET_STATES[ticket.status]


def order_state(order: Order) -> State:
    return ORDER_STATES[order.status]


def reservation_seconds(order: Order) -> int:
    """How long the ticket is held in all."""
    return int((order.expires_at - order.created_at).total_seconds())


def seconds_left(order: Order, now: datetime) -> int:
    """How long it is still held at `now`, which is known in whole seconds only."""
    left = int((order.expires_at - now).total_seconds())
    return max(0, min(left, reservation_seconds(order)))


def why_cancelled(order: Order) -> str:
    return CANCELLED.get(order.cancel_reason or "", "This order was cancelled.")


def money(price: Decimal, currency: str) -> str:
    """`$1,234.50`, or `1,234.50 CHF` for a currency without a well-known sign."""
    number = f"{price:,.{exponent(currency)}f}"
    symbol = SYMBOLS.get(currency)
    return f"{symbol}{number}" if symbol else f"{number} {currency.upper()}"


def tone(title: str) -> int:
    """Which of the colors stands for this title, from 0."""
    return zlib.crc32(title.casefold().encode()) % TONES


def iso(moment: datetime) -> str:
    """RFC 3339 to the second, as machines read it."""
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def day(moment: datetime) -> str:
    """`Wed 2 December 2026`."""
    return f"{moment:%a} {moment.day} {moment:%B %Y}"


def clock_time(moment: datetime) -> str:
    """`20:00 (UTC-4)`, or `20:00 UTC`."""
    offset = f"{moment:%:z}".removesuffix(":00")
    if offset == "+00":
        return f"{moment:%H:%M} UTC"
    return f"{moment:%H:%M} (UTC{offset[0]}{offset[1:].removeprefix('0')})"


def schema_org(ticket: Ticket, url: str) -> dict[str, object]:
    """The ticket for search engines: an event with an offer, or an offer where no date is known."""
    offer: dict[str, object] = {
        "@type": "Offer",
        "url": url,
        "price": str(ticket.price),
        "priceCurrency": ticket.currency.upper(),
        "availability": AVAILABILITY[ticket.status],
    }
    if ticket.starts_at is None:
        return {"@context": "https://schema.org", "name": ticket.title, **offer}
    event: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": ticket.title,
        "startDate": iso(ticket.starts_at),
        "eventStatus": "https://schema.org/EventScheduled",
        "offers": offer,
    }
    if ticket.venue:
        event["location"] = {"@type": "Place", "name": ticket.venue, "address": ticket.venue}
    return event

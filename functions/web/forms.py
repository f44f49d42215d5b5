"""Forms: what was typed, what is wrong with it, and what the API is to be sent. No I/O."""

import math
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import NamedTuple, Self

from ticketing.money import exponent
from web.answers import Html
from web.resources import Ticket
from web.transport import Problem

CURRENCIES = ("usd", "eur", "gbp", "jpy", "chf", "sek", "nok", "dkk", "pln", "cad", "aud", "nzd")
WEST = ("-09:30", "-03:30", "-02:30")
EAST = ("+03:30", "+04:30", "+05:30", "+05:45", "+06:30", "+08:45", "+09:30", "+10:30", "+12:45")
OFFSETS = sorted(
    (*(f"{hours:+03d}:00" for hours in range(-12, 15)), *WEST, *EAST, "+13:45"),
    key=lambda offset: float(f"{offset[:3]}.{offset[4:]}"),
)
"""Of the world's clocks from UTC; the zone of a venue at one moment is one of them."""

DECIMAL_COMMA = re.compile(r"^(\d+),(\d{1,2})$", re.ASCII)
"""With three digits after it, a comma may as well stand between thousands."""

MINUTE = 60

IN_OUR_WORDS = {
    "email-in-use": ("email", "This email already has an account. Sign in, or use another email."),
    "idempotency-key-reused": (
        None,
        "You already listed a ticket with this form. To list another one, submit it again.",
    ),
    "invalid-credentials": (None, "Email or password is wrong."),
    "stale-version": (
        None,
        "This ticket was changed since you opened the form. Open it again to see how.",
    ),
    "ticket-reserved": (None, "Somebody is buying this ticket right now, so it cannot be changed."),
    "ticket-sold": (None, "This ticket is sold and cannot be changed anymore."),
    "ticket-withdrawn": (None, "This ticket was withdrawn and cannot be changed anymore."),
}
TOO_MANY = {
    "too-many-attempts": "Too many failed attempts.",
    "too-many-sign-ups": "Too many accounts were just created from your network.",
}
FIELDS_IN_OUR_WORDS = {"startsAt": "Date must be a day and a time, such as 2027-06-01 20:00"}


class Errors(NamedTuple):
    """What is wrong with a form."""

    fields: Mapping[str, str]
    """The message beside a field, by its name."""
    general: tuple[str, ...]
    """What belongs to no field."""
    status: HTTPStatus
    retry_after: int | None = None
    """Seconds."""

    @classmethod
    def of(cls, problem: Problem) -> Self:
        """Raises the problem itself if nobody can correct it, such as a session that ended."""
        if problem.slug in IN_OUR_WORDS:
            field, message = IN_OUR_WORDS[problem.slug]
            status = HTTPStatus(problem.status)
            return cls({field: message}, (), status) if field else cls({}, (message,), status)
        if problem.status == HTTPStatus.TOO_MANY_REQUESTS:
            why = TOO_MANY.get(problem.slug, "Too many requests.")
            seconds = int(problem.retry_after or MINUTE)
            again = f"Wait {duration(seconds)} and try again."
            return cls({}, (f"{why} {again}",), HTTPStatus.TOO_MANY_REQUESTS, seconds)
        if problem.status != HTTPStatus.BAD_REQUEST:
            raise problem
        fields = {
            error.field: FIELDS_IN_OUR_WORDS.get(error.field, error.message)
            for error in problem.errors
            if error.field
        }
        general = tuple(error.message for error in problem.errors if not error.field)
        return cls(fields, general, HTTPStatus.BAD_REQUEST)


def form_page(template: str, context: Mapping[str, object], errors: Errors | None) -> Html:
    """A page with a form, and with what is wrong with it, if anything."""
    shown = {**context, "errors": errors}
    if errors is None:
        return Html(template, shown)
    wait = {} if errors.retry_after is None else {"Retry-After": str(errors.retry_after)}
    return Html(template, shown, errors.status, headers=wait)


def duration(seconds: int) -> str:
    """How long to wait, as people say it."""
    if seconds == 1:
        return "1 second"
    return f"{seconds} seconds" if seconds <= MINUTE else f"{math.ceil(seconds / MINUTE)} minutes"


def choices(known: Sequence[str], chosen: str) -> Sequence[str]:
    """Those of a list, and what a ticket has of which the list does not know."""
    return known if chosen in known or not chosen else (chosen, *known)


class TicketForm(NamedTuple):
    """What a seller typed, as it was typed."""

    title: str = ""
    price: str = ""
    currency: str = ""
    venue: str = ""
    starts_at: str = ""
    """As a browser's date field writes it: `2027-06-01T20:00`."""
    offset: str = ""
    """Of the clock at the venue from UTC."""
    version: str = ""
    """Of the ticket that is edited."""
    key: str = ""
    """Of the form: with it a new ticket is listed once, however often it is sent."""

    @classmethod
    def typed(cls, form: Mapping[str, str]) -> Self:
        return cls(**{name: form[name].strip() for name in cls._fields if name in form})

    @classmethod
    def of(cls, ticket: Ticket) -> Self:
        """The form that would make the ticket what it is."""
        starts_at = ticket.starts_at.isoformat(timespec="minutes") if ticket.starts_at else ""
        return cls(
            title=ticket.title,
            price=f"{ticket.price:.{exponent(ticket.currency)}f}",
            currency=ticket.currency,
            venue=ticket.venue or "",
            starts_at=starts_at[:16],
            offset=starts_at[16:],
            version=str(ticket.version),
        )

    def errors(self, now: datetime) -> Errors | None:
        """What nobody means by a date, though the API may take it; and what is missing besides."""
        if self.starts_at and not self.offset:
            wrong = {"offset": "Choose the clock at the venue"}
        elif self.offset and not self.starts_at and not self.version:
            wrong = {"startsAt": "Choose the date and time, or no clock"}
        elif self._is_over(now):
            wrong = {"startsAt": "Date must be in the future"}
        else:
            return None
        missing = {
            name: f"{name.title()} must not be empty"
            for name in ("title", "price")
            if not getattr(self, name)
        }
        return Errors(missing | wrong, (), HTTPStatus.BAD_REQUEST)

    def _is_over(self, now: datetime) -> bool:
        """What is no date is for the API to refuse."""
        try:
            return datetime.fromisoformat(self.fields()["startsAt"]) <= now
        except (KeyError, TypeError, ValueError):
            return False

    def fields(self) -> dict[str, str]:
        """What the API is sent: nothing of what was left empty, but what must not be."""
        required = {"title": self.title, "price": DECIMAL_COMMA.sub(r"\1.\2", self.price)}
        starts_at = f"{self.starts_at}:00{self.offset}" if self.starts_at else ""
        optional = {"currency": self.currency, "venue": self.venue, "startsAt": starts_at}
        return required | {name: value for name, value in optional.items() if value}

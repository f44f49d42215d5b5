"""HTTP for tickets: parse the request, change or read the ticket through `store`."""

import os
import re
from contextlib import suppress
from functools import cache
from http import HTTPStatus
from typing import Self

from pydantic import Field, ValidationInfo, field_validator

from ticketing import aws
from ticketing.clock import Timestamp, rfc3339_there
from ticketing.errors import FieldError, Invalid
from ticketing.http import HttpApi, Page, Reply, Request, User
from ticketing.idempotency import REPLAYED, KeyReused, idempotency_key
from ticketing.ids import derived_id, new_id
from ticketing.money import to_amount, to_price
from ticketing.price import Currency, Price, ShownPrice
from ticketing.schema import Input, View
from ticketing.telemetry import count, logger
from tickets.fields import Line, StartsAt
from tickets.models import Offer, Status, Ticket, TicketExists
from tickets.refusals import CHANGE_REFUSALS, TicketNotFound, TicketWithdrawn
from tickets.store import position, store

PUBLIC = {"Cache-Control": "public, max-age=1"}
"""A client may keep it for a second. CloudFront does not cache the API: it shares pages."""

VERSION_TAG = re.compile(r'(W/)?"(0|[1-9]\d{0,14})"', re.ASCII)
"""A version as an entity tag; weak after a cache compressed the answer, and no less exact."""

api = HttpApi()


@cache
def default_currency() -> str:
    """The currency of a ticket whose seller names none."""
    return os.environ["DEFAULT_CURRENCY"]


class TicketInput(Input):
    """What a seller says of a ticket. An edit replaces all of it: what is left out is reset."""

    title: Line
    currency: Currency = Field(
        default_factory=default_currency,
        description="ISO 4217, in any case; when left out, the shop's own",
    )
    price: Price
    venue: Line | None = None
    starts_at: StartsAt | None = None

    @field_validator("price")
    @classmethod
    def has_decimals_of_its_currency(cls, price: Price, info: ValidationInfo) -> Price:
        if "currency" in info.data:
            to_amount(price, info.data["currency"])
        return price

    def offer(self) -> Offer:
        return Offer(
            title=self.title,
            amount=to_amount(self.price, self.currency),
            currency=self.currency,
            venue=self.venue,
            starts_at=rfc3339_there(self.starts_at) if self.starts_at else None,
        )


class TicketView(View):
    """A ticket as everybody sees it."""

    id: str
    title: str
    price: ShownPrice
    currency: str
    """ISO 4217, lower case."""
    venue: str | None
    starts_at: Timestamp | None
    starts_at_offset: str | None
    """How far the clock at the venue is from UTC, such as `-04:00`."""
    user_id: str
    """The seller."""
    version: int
    """Counts the changes, from 0; also the `ETag`."""
    status: Status
    order_id: str | None
    """The order that holds or bought it."""
    created_at: Timestamp

    @classmethod
    def of(cls, ticket: Ticket) -> Self:
        return cls(
            **ticket._asdict(),
            price=to_price(ticket.amount, ticket.currency),
            starts_at_offset=ticket.starts_at_offset,
        )


@api.route(
    "POST",
    "/api/tickets",
    HTTPStatus.CREATED,
    refusals=[KeyReused],
    headers=["Idempotency-Key"],
)
def create_ticket(caller: User, body: TicketInput, request: Request) -> Reply[TicketView]:
    """List a ticket for sale.

    With an `Idempotency-Key`, the same request gives the same ticket again, as it is now.
    """
    key, offer = idempotency_key(request.headers), body.offer()
    ticket_id = derived_id("ticket", caller.id, key) if key else new_id()
    ticket = Ticket.listed(ticket_id, offer, caller.id, request.cause.time)
    location = {"Location": f"/api/tickets/{ticket_id}"}
    try:
        store().create(ticket, request.cause, offer.digest() if key else None)
    except TicketExists as repeated:
        return reply(repeated.ticket, location | REPLAYED)
    logger.info("ticket listed", ticket_id=ticket_id)
    count("TicketsListed")
    return reply(ticket, location)


@api.route("GET", "/api/tickets")
def list_tickets(page: Page) -> Reply[list[TicketView]]:
    """List the tickets that can be bought now, newest first."""
    found = store().on_sale(page.limit + 1, page.after)
    return reply_page(page, "", found, PUBLIC)


@api.route("GET", "/api/tickets/mine")
def list_own_tickets(caller: User, page: Page) -> Reply[list[TicketView]]:
    """List the caller's own tickets in every status, newest first."""
    found = store().of_seller(caller.id, page.limit + 1, page.after)
    return reply_page(page, caller.id, found, {})


@api.route("GET", "/api/tickets/{id}", refusals=[TicketNotFound])
def show_ticket(id: str) -> Reply[TicketView]:  # noqa: A002 - the path's own name
    """Show a ticket in any status. Its version is the `ETag`."""
    return reply(store().ticket(id), PUBLIC)


@api.route(
    "PUT",
    "/api/tickets/{id}",
    refusals=[*CHANGE_REFUSALS, TicketWithdrawn],
    headers=["If-Match"],
)
def edit_ticket(
    id: str,  # noqa: A002 - the path's own name
    caller: User,
    body: TicketInput,
    request: Request,
) -> Reply[TicketView]:
    """Replace what the seller says of a ticket that nobody holds.

    With `If-Match`, only if its version is still the one that the seller saw.
    """
    ticket = store().edit(id, body.offer(), caller.id, seen_version(request), request.cause)
    logger.info("ticket edited", ticket_id=id)
    return reply(ticket)


@api.route(
    "DELETE",
    "/api/tickets/{id}",
    HTTPStatus.NO_CONTENT,
    refusals=CHANGE_REFUSALS,
    headers=["If-Match"],
)
def withdraw_ticket(id: str, caller: User, request: Request) -> None:  # noqa: A002
    """Take a ticket off sale for good. Withdrawing twice is fine."""
    with suppress(TicketWithdrawn):
        store().withdraw(id, caller.id, seen_version(request), request.cause)
        logger.info("ticket withdrawn", ticket_id=id)
        count("TicketsWithdrawn")


def seen_version(request: Request) -> int | None:
    """The version that `If-Match` names, or None for any. Raises Invalid."""
    header = request.headers.get("if-match", "*").strip()
    if header == "*":
        return None
    tag = VERSION_TAG.fullmatch(header)
    if tag is None:
        message = 'If-Match must be one version in quotes, such as "3", or *'
        raise Invalid(errors=[FieldError(message, "If-Match")])
    return int(tag[2])


def reply(ticket: Ticket, headers: dict[str, str] | None = None) -> Reply[TicketView]:
    return Reply(TicketView.of(ticket), headers={"ETag": f'"{ticket.version}"', **(headers or {})})


def reply_page(
    page: Page, scope: str, found: list[Ticket], headers: dict[str, str]
) -> Reply[list[TicketView]]:
    """The page, with a link to the next one if more than its limit was found."""
    shown, more = found[: page.limit], found[page.limit :]
    link = page.next_link(scope, position(shown[-1])) if more else {}
    return Reply([TicketView.of(ticket) for ticket in shown], headers={**headers, **link})


aws.init(store, default_currency)
lambda_handler = api.lambda_handler

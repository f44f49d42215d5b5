"""The rules of tickets, without a table."""

from typing import Any

import pytest

from tests.tickets.builders import SELLER, a_claim, a_ticket, an_order
from ticketing.attributes import Item
from ticketing.errors import Refusal
from tickets.models import Claim, Status, Ticket, why_not_changed, why_not_followed
from tickets.refusals import (
    NotTheSeller,
    StaleVersion,
    Superseded,
    TicketNotFound,
    TicketReserved,
    TicketSold,
    TicketWithdrawn,
)


def an_item(**changes: Any) -> Item:
    return {**a_ticket()._asdict(), "hold": 2, "order_version": 1, **changes}


def test_a_listed_ticket_can_be_bought() -> None:
    ticket = a_ticket()
    assert (ticket.status, ticket.version, ticket.withdrawn) == (Status.AVAILABLE, 0, False)
    assert (ticket.order_id, ticket.user_id) == (None, SELLER)
    assert ticket.created_at == "2026-11-23T12:00:00.000Z"


def test_a_ticket_is_read_as_it_was_stored() -> None:
    assert Ticket.from_item(an_item()) == a_ticket()


@pytest.mark.parametrize(
    ("status", "claim"),
    [
        ("created", Claim("ticket-1", Status.RESERVED, "order-3", 3, 1)),
        ("awaiting:payment", Claim("ticket-1", Status.RESERVED, "order-3", 3, 1)),
        ("complete", Claim("ticket-1", Status.SOLD, "order-3", 3, 1)),
        ("cancelled", Claim("ticket-1", Status.AVAILABLE, None, 3, 1)),
    ],
)
def test_an_order_holds_buys_or_lets_go_of_its_ticket(status: str, claim: Claim) -> None:
    assert Claim.of(an_order(status, hold=3, version=1)) == claim


@pytest.mark.parametrize(
    ("found", "refusal"),
    [
        (None, TicketNotFound),
        (an_item(user_id="other", status="sold"), NotTheSeller),
        (an_item(status="sold", withdrawn=True), TicketSold),
        (an_item(status="reserved", withdrawn=True), TicketWithdrawn),
        (an_item(status="withdrawn", withdrawn=True), TicketWithdrawn),
        (an_item(status="reserved"), TicketReserved),
        (an_item(), StaleVersion),
    ],
)
def test_the_ticket_found_says_why_it_cannot_be_changed(
    found: Item | None, refusal: type[Refusal]
) -> None:
    assert type(why_not_changed(found, SELLER)) is refusal


@pytest.mark.parametrize(
    ("found", "claim", "refusal"),
    [
        (None, a_claim(), TicketNotFound),
        (an_item(), a_claim(hold=1, version=5), Superseded),
        (an_item(), a_claim(hold=2, version=1), Superseded),
        (an_item(withdrawn=True), a_claim(hold=2, version=2), TicketWithdrawn),
        (an_item(withdrawn=True), a_claim(hold=3, version=0), TicketWithdrawn),
    ],
)
def test_the_ticket_found_says_why_it_does_not_follow(
    found: Item | None, claim: Claim, refusal: type[Exception]
) -> None:
    assert type(why_not_followed(found, claim)) is refusal

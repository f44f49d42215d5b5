"""The rules of orders, without any I/O."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from orders.models import (
    CancelReason,
    Order,
    OrderStatus,
    Ticket,
    last_payable,
    why_not_cancelled,
    why_not_completed,
    why_not_confirmed,
    why_not_reserved,
)
from orders.refusals import (
    AlreadyDone,
    HeldByCaller,
    NotYet,
    OrderNotFound,
    OrderPaid,
    OwnTicket,
    PriceChanged,
    TicketChanged,
    TicketReserved,
    TicketSold,
    TicketWithdrawn,
)
from tests.orders.builders import BUYER, NOON, OTHER, SELLER, a_ticket, an_order, ticket_facts
from ticketing.clock import rfc3339


def in_status(status: OrderStatus) -> Order:
    item = an_order().to_item() | {"status": status, "outbox": {"correlation_id": "request-1"}}
    return Order.from_item(item)


@pytest.mark.parametrize(
    ("ticket", "why"),
    [
        (a_ticket(), None),
        (a_ticket(seller_id=BUYER), OwnTicket),
        (a_ticket(order_id="1", holder_id=BUYER), HeldByCaller),
        (a_ticket(order_id="1", holder_id=OTHER), TicketReserved),
        (a_ticket(order_id="1", holder_id=OTHER, sold=True), TicketSold),
        (a_ticket(order_id="1", holder_id=OTHER, withdrawn=True), TicketReserved),
        (a_ticket(withdrawn=True), TicketWithdrawn),
    ],
)
def test_a_ticket_says_why_it_cannot_be_reserved(ticket: Ticket, why: type | None) -> None:
    reason = ticket.why_not_held(BUYER)
    assert reason is None if why is None else isinstance(reason, why)


def test_a_ticket_that_only_changed_is_to_be_read_again() -> None:
    newer = ticket_facts(version=4) | {"hold": 0}
    assert isinstance(why_not_reserved(a_ticket(), newer, BUYER), TicketChanged)
    assert isinstance(why_not_reserved(a_ticket(), None, BUYER), TicketChanged)


@pytest.mark.parametrize("price", [None, Decimal("50.5"), Decimal("50.50")])
def test_the_price_that_the_buyer_saw_is_accepted(price: Decimal | None) -> None:
    a_ticket().check_price(price, None)


@pytest.mark.parametrize("price", [Decimal("50.51"), Decimal(50), Decimal("50.505")])
def test_another_price_than_the_buyer_saw_is_refused(price: Decimal) -> None:
    with pytest.raises(PriceChanged):
        a_ticket().check_price(price, None)


@pytest.mark.parametrize("price", [None, Decimal("50.5")])
def test_another_currency_than_the_buyer_saw_is_refused(price: Decimal | None) -> None:
    a_ticket().check_price(price, "usd")
    with pytest.raises(PriceChanged):
        a_ticket().check_price(price, "gbp")


@pytest.mark.parametrize(
    ("microsecond", "seconds"),
    [(0, 900), (1, 901), (999_999, 901)],
)
def test_a_reservation_ends_on_a_whole_second_and_is_never_shorter(
    microsecond: int, seconds: int
) -> None:
    order = an_order(now=NOON.replace(microsecond=microsecond))
    assert order.expires_at == NOON + timedelta(seconds=seconds)


def test_a_reservation_snapshots_the_ticket_and_counts_its_holds() -> None:
    order = an_order(a_ticket(hold=4))
    assert order.hold == 5
    assert (order.ticket.title, order.ticket.amount, order.ticket.version) == ("Nick Cave", 5050, 3)
    assert (order.status, order.version) == (OrderStatus.CREATED, 0)


def test_an_order_survives_its_item() -> None:
    order = an_order(request_digest="digest")
    item = order.to_item() | {"outbox": {"correlation_id": "request-1"}}
    assert Order.from_item(item) == order
    cancelled = Order.from_item(item | {"cancel_reason": "expired"})
    assert cancelled.cancel_reason is CancelReason.EXPIRED


def test_only_the_buyer_sees_an_order() -> None:
    order = an_order()
    assert order.owned_by(BUYER) is order
    with pytest.raises(OrderNotFound):
        order.owned_by(SELLER)


def test_an_order_can_be_paid_a_little_longer_than_it_says() -> None:
    expires_at = datetime.fromisoformat("2026-11-23T12:15:00Z")
    assert last_payable(expires_at + timedelta(seconds=1.9)) < rfc3339(expires_at)
    assert last_payable(expires_at + timedelta(seconds=2)) == rfc3339(expires_at)


@pytest.mark.parametrize(
    ("status", "cancelled", "confirmed", "completed"),
    [
        (OrderStatus.CREATED, NotYet, NotYet, NotYet),
        (OrderStatus.AWAITING_PAYMENT, OrderPaid, AlreadyDone, NotYet),
        (OrderStatus.COMPLETE, OrderPaid, AlreadyDone, AlreadyDone),
        (OrderStatus.CANCELLED, AlreadyDone, AlreadyDone, NotYet),
    ],
)
def test_every_state_answers_the_changes_it_refuses(
    status: OrderStatus, cancelled: type, confirmed: type, completed: type
) -> None:
    order = in_status(status)
    assert isinstance(why_not_cancelled(order), cancelled)
    assert isinstance(why_not_confirmed(order), confirmed)
    assert isinstance(why_not_completed(order), completed)

"""HTTP for orders: parse the request, decide in `models`, write through `store`."""

import os
from contextlib import suppress
from datetime import timedelta
from functools import cache
from http import HTTPStatus
from typing import Self

from orders.models import CancelReason, Order, OrderExists, OrderStatus
from orders.refusals import (
    RESERVE_REFUSALS,
    AlreadyDone,
    HeldByCaller,
    OrderNotFound,
    OrderPaid,
    TicketChanged,
    TicketNotFound,
)
from orders.store import position, store
from ticketing import aws
from ticketing.clock import Timestamp
from ticketing.errors import Unavailable
from ticketing.http import HttpApi, Reply, Request, User
from ticketing.idempotency import REPLAYED, KeyReused, idempotency_key, request_digest
from ticketing.ids import derived_id, new_id
from ticketing.money import to_price
from ticketing.paging import Page
from ticketing.price import Currency, Price, ShownPrice
from ticketing.schema import Id, Input, View
from ticketing.telemetry import count, logger

RESERVE_ATTEMPTS = 3
"""How often a reservation starts over because the ticket changed under it, or who holds it."""

api = HttpApi()


class ReserveTicket(Input):
    """What a buyer wants."""

    ticket_id: Id
    price: Price | None = None
    """What the buyer saw; a different price now is refused instead of charged."""
    currency: Currency | None = None
    """Of that price; ISO 4217, in any case."""

    def digest(self) -> str:
        price = "" if self.price is None else str(self.price.normalize())
        return request_digest(self.ticket_id, price, *filter(None, [self.currency]))


class ReservedTicketView(View):
    """The ticket as it was at the moment of reservation."""

    id: str
    title: str
    price: ShownPrice
    currency: str
    """ISO 4217, lower case."""
    version: int


class OrderView(View):
    """An order as its buyer sees it."""

    id: str
    user_id: str
    """The buyer."""
    status: OrderStatus
    expires_at: Timestamp
    """Until when a created order holds its ticket."""
    created_at: Timestamp
    version: int
    cancel_reason: CancelReason | None
    ticket: ReservedTicketView

    @classmethod
    def of(cls, order: Order) -> Self:
        ticket = order.ticket
        return cls(
            id=order.id,
            user_id=order.user_id,
            status=order.status,
            expires_at=order.expires_at,
            created_at=order.created_at,
            version=order.version,
            cancel_reason=order.cancel_reason,
            ticket=ReservedTicketView(
                id=ticket.id,
                title=ticket.title,
                price=to_price(ticket.amount, ticket.currency),
                currency=ticket.currency,
                version=ticket.version,
            ),
        )


@api.route(
    "POST",
    "/api/orders",
    HTTPStatus.CREATED,
    refusals=RESERVE_REFUSALS,
    headers=["Idempotency-Key"],
    also=[HTTPStatus.OK],
)
def reserve_ticket(caller: User, body: ReserveTicket, request: Request) -> Reply[OrderView]:
    """Reserve a ticket.

    The caller holds it until `expiresAt`. A caller who has it already, reserved or paid, gets that
    order with 200, whatever the price. With an `Idempotency-Key`, the request that made an order
    gives it again, as it is now.
    """
    key = idempotency_key(request.headers)
    for _attempt in range(RESERVE_ATTEMPTS):
        try:
            order = reserve(caller, body, key, request)
        except TicketChanged:
            continue
        except OrderExists as repeated:
            return replay(repeated.order, body)
        except HeldByCaller as holder:
            held = store().order(holder.order_id)
            if held.status is OrderStatus.CANCELLED:
                continue  # It let go of the ticket after that was read.
            return Reply(OrderView.of(held), HTTPStatus.OK)
        logger.info("ticket reserved", order_id=order.id, ticket_id=order.ticket.id)
        count("OrdersCreated")
        return Reply(OrderView.of(order), headers={"Location": f"/api/orders/{order.id}"})
    raise Unavailable


def reserve(caller: User, body: ReserveTicket, key: str | None, request: Request) -> Order:
    """One attempt at a reservation: one read, one transaction."""
    repeatable_id = derived_id("order", caller.id, key) if key else None
    ticket, earlier = store().ticket_and_order(body.ticket_id, repeatable_id)
    if earlier:
        raise OrderExists(earlier)
    if ticket is None:
        raise TicketNotFound
    if refusal := ticket.why_not_held(caller.id):
        raise refusal
    ticket.check_price(body.price, body.currency)
    order = Order.reserve(
        repeatable_id or new_id(),
        ticket,
        caller.id,
        now=request.cause.time,
        reservation=reservation(),
        correlation_id=request.cause.correlation_id,
        request_digest=body.digest() if key else None,
    )
    store().reserve(order, ticket, request.cause)
    return order


def replay(order: Order, body: ReserveTicket) -> Reply[OrderView]:
    """The answer to a request that was made before. Raises KeyReused if its body was another."""
    if order.request_digest != body.digest():
        raise KeyReused
    return Reply(OrderView.of(order), headers=REPLAYED)


@api.route("GET", "/api/orders")
def list_orders(caller: User, page: Page) -> Reply[list[OrderView]]:
    """List the caller's orders, newest first."""
    orders = store().orders_of(caller.id, page.limit + 1, page.after)
    shown, more = orders[: page.limit], orders[page.limit :]
    link = page.next_link(caller.id, position(shown[-1])) if more else {}
    return Reply([OrderView.of(order) for order in shown], headers=link)


@api.route("GET", "/api/orders/{id}", refusals=[OrderNotFound])
def show_order(id: str, caller: User) -> OrderView:  # noqa: A002 - the path's own name
    """Show one of the caller's orders."""
    return OrderView.of(store().order(id).owned_by(caller.id))


@api.route("DELETE", "/api/orders/{id}", HTTPStatus.NO_CONTENT, refusals=[OrderNotFound, OrderPaid])
def cancel_order(id: str, caller: User, request: Request) -> None:  # noqa: A002
    """Cancel an order that is not paid, and free its ticket. Cancelling twice is fine."""
    order = store().order(id).owned_by(caller.id)
    with suppress(AlreadyDone):
        store().cancel(order, request.cause)
        logger.info("order cancelled", order_id=order.id)
        count("OrdersCancelled")


@cache
def reservation() -> timedelta:
    """How long a reservation lasts."""
    return timedelta(seconds=int(os.environ["RESERVATION_SECONDS"]))


aws.init(store, reservation)
lambda_handler = api.lambda_handler

"""Reserving a ticket, and what becomes of the order."""

from http import HTTPStatus

from web import views
from web.answers import Answer, Html, Redirect
from web.backend import MOST
from web.browsing import ticket_page
from web.routing import Routes
from web.transport import Problem
from web.visit import Visit

RESERVED, SOLD = "ticket-reserved", "ticket-sold"
NOTICES = {
    "price-changed": "The seller just changed the price. Nothing is reserved yet: here is the new "
    "price, if you still want the ticket.",
    "own-ticket": "This is your own ticket, so you cannot buy it.",
    "ticket-withdrawn": "The seller just withdrew this ticket. Nothing was charged.",
    "ticket-not-found": "This ticket was put on sale a moment ago and is not ready yet. "
    "Try again in a few seconds.",
}
"""Why a reservation failed, where the ticket itself says the rest."""

routes = Routes()


@routes.post("/tickets/{id}/reserve", private=True, back="/tickets/{id}")
def reserve(visit: Visit, id: str) -> Answer:  # noqa: A002 - the path's own name
    """Hold the ticket at the price shown; a second click finds the same order."""
    try:
        order = visit.api.reserve(id, {name: visit.typed(name) for name in ("price", "currency")})
    except Problem as problem:
        if problem.slug in {RESERVED, SOLD}:
            return taken(visit, id, is_sold=problem.slug == SOLD)
        if problem.slug in NOTICES:
            return ticket_page(visit, visit.api.ticket(id), NOTICES[problem.slug])
        raise
    return Redirect(f"/orders/{order.id}")


def taken(visit: Visit, ticket_id: str, *, is_sold: bool) -> Html:
    """Somebody was faster: other tickets of the same title among the newest."""
    title = visit.typed("title")
    others = [
        ticket
        for ticket in visit.api.tickets(limit=MOST).items
        if ticket.title == title and ticket.id != ticket_id
    ]
    context = {"ticket_id": ticket_id, "is_sold": is_sold, "title": title, "others": others}
    return Html("taken.html", context, HTTPStatus.CONFLICT)


@routes.get("/orders", private=True)
def show_orders(visit: Visit) -> Html:
    """The visitor's orders, newest first."""
    return Html("orders.html", {"listing": visit.api.orders(visit.cursor)})


@routes.get("/orders/{id}", private=True)
def show_order(visit: Visit, id: str) -> Html:  # noqa: A002
    """One state, one next action."""
    order, now = visit.api.order(id)
    context = {
        "order": order,
        "now": now,
        "left": views.seconds_left(order, now),
        "state": views.order_state(order),
    }
    return Html("order.html", context, paying=order.status == "created")


@routes.get("/orders/{id}/cancel", private=True)
def ask_to_cancel(visit: Visit, id: str) -> Answer:  # noqa: A002
    """The question before a reservation is given back."""
    order, _now = visit.api.order(id)
    if order.status != "created":
        return Redirect(f"/orders/{id}")
    return Html("cancel.html", {"order": order})


@routes.post("/orders/{id}/cancel", private=True)
def cancel(visit: Visit, id: str) -> Redirect:  # noqa: A002
    """Give the ticket back; the order's page tells how it went."""
    try:
        visit.api.cancel(id)
    except Problem as problem:
        if problem.status != HTTPStatus.CONFLICT:
            raise
    return Redirect(f"/orders/{id}")

"""Tickets on sale, and one ticket."""

from http import HTTPStatus

from web import views
from web.answers import Html
from web.resources import Ticket
from web.routing import Routes
from web.visit import Visit

LIST_SECONDS, TICKET_SECONDS = 5, 2
"""For how long a shared cache may show these pages, which leaves a fraction of a rush."""

routes = Routes()


@routes.get("/")
def show_tickets(visit: Visit) -> Html:
    """Tickets that can be bought now, newest first."""
    context = {"listing": visit.api.tickets(visit.cursor)}
    return Html("tickets.html", context, shared_seconds=LIST_SECONDS)


@routes.get("/tickets/{id}")
def show_ticket(visit: Visit, id: str) -> Html:  # noqa: A002 - the path's own name
    """One ticket in any state."""
    return ticket_page(visit, visit.api.ticket(id))


def ticket_page(visit: Visit, ticket: Ticket, notice: str = "") -> Html:
    """The page of a ticket, with what just happened to the visitor's wish if anything did."""
    now = visit.request.cause.time
    context = {
        "ticket": ticket,
        "is_seller": visit.sells(ticket),
        "has_begun": views.has_begun(ticket, now),
        "notice": notice,
        "state": views.ticket_state(ticket, now),
    }
    status = HTTPStatus.CONFLICT if notice else HTTPStatus.OK
    return Html("ticket.html", context, status, 0 if notice else TICKET_SECONDS)

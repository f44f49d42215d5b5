"""Putting tickets on sale, changing them, and taking them back."""

from http import HTTPStatus

from ticketing.ids import new_id
from web.answers import Answer, Html, Redirect
from web.forms import CURRENCIES, OFFSETS, Errors, TicketForm, choices, form_page
from web.resources import Ticket
from web.routing import Routes
from web.settings import settings
from web.transport import Problem
from web.visit import Visit

routes = Routes()


@routes.get("/tickets/new", private=True)
def show_sell_form(_visit: Visit) -> Html:
    """An empty form."""
    return ticket_form_page(TicketForm(currency=settings().default_currency, key=new_id()))


@routes.post("/tickets/new", private=True)
def sell(visit: Visit) -> Answer:
    """Put a ticket on sale, once for each form that was shown."""
    form = TicketForm.typed(visit.form)
    if errors := form.errors(visit.request.cause.time):
        return ticket_form_page(form, errors)
    try:
        ticket = visit.api.create_ticket(form.fields(), form.key)
    except Problem as problem:
        if problem.slug == "idempotency-key-reused":
            form = form._replace(key=new_id())
        return ticket_form_page(form, Errors.of(problem))
    return Redirect(f"/tickets/{ticket.id}")


@routes.get("/my/tickets", private=True)
def show_own_tickets(visit: Visit) -> Html:
    """The seller's own tickets in every state."""
    context = {"listing": visit.api.own_tickets(visit.cursor), "now": visit.request.cause.time}
    return Html("own_tickets.html", context)


@routes.get("/tickets/{id}/edit", private=True)
def show_edit_form(visit: Visit, id: str) -> Answer:  # noqa: A002 - the path's own name
    """The form as the ticket is now; a ticket that cannot be changed is shown instead."""
    ticket = visit.api.ticket(id)
    if not can_change(visit, ticket):
        return Redirect(f"/tickets/{id}")
    return ticket_form_page(TicketForm.of(ticket), ticket_id=id)


@routes.post("/tickets/{id}/edit", private=True)
def edit(visit: Visit, id: str) -> Answer:  # noqa: A002
    """Replace what the ticket says, unless it changed meanwhile."""
    form = TicketForm.typed(visit.form)
    if errors := form.errors(visit.request.cause.time):
        return ticket_form_page(form, errors, ticket_id=id)
    try:
        visit.api.edit_ticket(id, form.version, form.fields())
    except Problem as problem:
        return ticket_form_page(form, Errors.of(problem), ticket_id=id)
    return Redirect(f"/tickets/{id}")


@routes.get("/tickets/{id}/withdraw", private=True)
def ask_to_withdraw(visit: Visit, id: str) -> Answer:  # noqa: A002
    """The question before a ticket is taken off sale for good."""
    ticket = visit.api.ticket(id)
    if not can_change(visit, ticket):
        return Redirect(f"/tickets/{id}")
    return Html("withdraw.html", {"ticket": ticket})


@routes.post("/tickets/{id}/withdraw", private=True)
def withdraw(visit: Visit, id: str) -> Redirect:  # noqa: A002
    """Take it off sale; the ticket's page tells how it went."""
    try:
        visit.api.withdraw(id)
    except Problem as problem:
        if problem.status != HTTPStatus.CONFLICT:
            raise
    return Redirect(f"/tickets/{id}")


def can_change(visit: Visit, ticket: Ticket) -> bool:
    """Whether the visitor sells it and nobody holds it, as far as is known now."""
    return visit.sells(ticket) and ticket.status == "available"


def ticket_form_page(form: TicketForm, errors: Errors | None = None, ticket_id: str = "") -> Html:
    """The form to sell, or to edit the ticket `ticket_id`."""
    context = {
        "form": form,
        "ticket_id": ticket_id,
        "currencies": choices(CURRENCIES, form.currency),
        "offsets": choices(OFFSETS, form.offset),
    }
    return form_page("ticket_form.html", context, errors)

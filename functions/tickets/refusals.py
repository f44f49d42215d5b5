"""Why a change of a ticket is refused, to its seller or to the service itself."""

from ticketing.errors import Conflict, Forbidden, NotFound, PreconditionFailed, Refusal


class TicketNotFound(NotFound):
    """There is no such ticket."""

    slug, title = "ticket-not-found", "Ticket not found"


class NotTheSeller(Forbidden):
    """Everybody can see the ticket; only its seller can change it."""

    slug, title = "not-the-seller", "Only the seller can change this ticket"


class TicketReserved(Conflict):
    """An order holds the ticket."""

    slug, title = "ticket-reserved", "Ticket is already reserved"


class TicketSold(Conflict):
    """The ticket has a buyer for good."""

    slug, title = "ticket-sold", "Ticket is sold"


class TicketWithdrawn(Conflict):
    """The seller took the ticket back."""

    slug, title = "ticket-withdrawn", "Ticket is withdrawn"


class StaleVersion(PreconditionFailed):
    """The ticket changed since the caller read the version in `If-Match`."""

    slug, title = "stale-version", "Ticket changed since this version"


class Superseded(Exception):
    """A later claim on the ticket was heard of before."""


CHANGE_REFUSALS: list[type[Refusal]] = [
    NotTheSeller,
    TicketNotFound,
    TicketReserved,
    TicketSold,
    StaleVersion,
]

"""Why a reservation or a change of an order is refused, to a caller or to the service itself."""

from ticketing.errors import Conflict, NotFound, Refusal
from ticketing.idempotency import KeyReused


class TicketNotFound(NotFound):
    """No such ticket, or it has not been heard of yet."""

    slug, title = "ticket-not-found", "Ticket not found"


class TicketReserved(Conflict):
    """Somebody else holds the ticket; it is free again if they do not pay."""

    slug, title = "ticket-reserved", "Ticket is already reserved"


class TicketSold(Conflict):
    """The ticket was sold to somebody else."""

    slug, title = "ticket-sold", "Ticket is sold"


class TicketWithdrawn(Conflict):
    """The seller took the ticket back."""

    slug, title = "ticket-withdrawn", "Ticket is withdrawn"


class OwnTicket(Conflict):
    """A seller cannot buy from themselves."""

    slug, title = "own-ticket", "You cannot reserve your own ticket"


class PriceChanged(Conflict):
    """The ticket costs something else than the buyer saw, or did a moment ago: read it again."""

    slug, title = "price-changed", "The price of the ticket changed"


class OrderNotFound(NotFound):
    """No such order, or it is somebody else's."""

    slug, title = "order-not-found", "Order not found"


class OrderPaid(Conflict):
    """A paid order, or one being paid, cannot be cancelled."""

    slug, title = "order-paid", "Order is paid or being paid"


class TicketChanged(Exception):
    """The ticket is not as it was read; read it again."""


class HeldByCaller(Exception):
    """The caller's own order holds the ticket already."""

    def __init__(self, order_id: str) -> None:
        super().__init__(order_id)
        self.order_id = order_id


class AlreadyDone(Exception):
    """The order is already where the change would take it, or past it."""


class HoldLost(Exception):
    """A live order does not hold its ticket: a defect, since both change in one transaction."""


class NotYet(Exception):
    """The order is not where the change could begin; what leads there is still to come."""


RESERVE_REFUSALS: list[type[Refusal]] = [
    TicketNotFound,
    TicketReserved,
    TicketSold,
    TicketWithdrawn,
    OwnTicket,
    PriceChanged,
    KeyReused,
]

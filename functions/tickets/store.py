"""The tickets table: every condition that protects a ticket.

pk            item
TICKET#<id>   the ticket; `hold` and `order_version` of the latest claim that it follows;
              `request_digest` if it was listed with an idempotency key;
              `outbox` is the event its latest write caused

Index `by_sale`: on_sale, position; holds only tickets that can be bought, spread over partitions.
Index `by_seller`: user_id, position; holds every ticket. Positions sort by creation.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from operator import attrgetter
from zlib import crc32

from ticketing import aws
from ticketing.dynamo import Put, Table, Update
from ticketing.errors import Unavailable
from ticketing.outbox import Cause, EventType, stamp
from tickets.models import (
    Claim,
    Offer,
    Status,
    Ticket,
    why_not_changed,
    why_not_created,
    why_not_followed,
)
from tickets.refusals import StaleVersion, TicketNotFound, TicketReserved, TicketWithdrawn

ATTEMPTS = 3
"""How often a seller's change is tried, when the ticket moves on under it."""

IS_LATER = "(#hold < :hold OR (#hold = :hold AND #order_version < :order_version))"
"""The claim is later than the one that the ticket follows."""


class TicketStore:
    """Tickets, and which of them can be bought."""

    def __init__(self, table: Table, sale_partitions: int) -> None:
        self._table = table
        self._sale_partitions = sale_partitions

    def ticket(self, ticket_id: str) -> Ticket:
        """Raises TicketNotFound."""
        item = self._table.get(ticket_key(ticket_id))
        if item is None:
            raise TicketNotFound
        return Ticket.from_item(item)

    def on_sale(self, limit: int, after: Mapping[str, str] | None) -> list[Ticket]:
        """At most `limit` tickets that can be bought, newest first; `after` is a `position`."""
        partitions = (("on_sale", str(number)) for number in range(self._sale_partitions))
        found = [
            ticket
            for partition in partitions
            for ticket in self._query("by_sale", partition, limit, after)
        ]
        return sorted(found, key=attrgetter("position"), reverse=True)[:limit]

    def of_seller(
        self, seller_id: str, limit: int, after: Mapping[str, str] | None
    ) -> list[Ticket]:
        """At most `limit` tickets of a seller, newest first; `after` is a `position`."""
        return self._query("by_seller", ("user_id", seller_id), limit, after)

    def open_tickets_of(self, seller_id: str) -> Iterator[Ticket]:
        """A seller's tickets that are for sale, or held and not sold yet, newest first.

        The index lags behind the table: a ticket may be missing, or have moved on since.
        """
        items = self._table.every("by_seller", ("user_id", seller_id))
        return (ticket for ticket in map(Ticket.from_item, items) if ticket.is_open)

    def create(self, ticket: Ticket, cause: Cause, digest: str | None = None) -> None:
        """Store a new ticket with its event; `digest` is of an offer that came with a key.

        If its id is taken, raises TicketExists for the same offer, KeyReused for another one, and
        Unavailable without a key.
        """
        self._table.write(
            Put(
                key=ticket_key(ticket.id),
                item={
                    **ticket._asdict(),
                    "position": ticket.position,
                    "request_digest": digest,
                    "on_sale": self._sale_partition(ticket.id),
                    "hold": 0,
                    "order_version": 0,
                    "outbox": stamp(EventType.TICKET_CREATED, cause),
                },
                condition="attribute_not_exists(pk)",
                refusal=lambda found: why_not_created(found or {}, digest),
            )
        )

    def edit(
        self, ticket_id: str, offer: Offer, seller_id: str, version: int | None, cause: Cause
    ) -> Ticket:
        """Replace what the seller says of a ticket; `version` is the one they saw.

        None is for the latest, which is read first: the write that is repeated because its answer
        was lost must not find a version that it made, or a later one, and count twice.
        Raises TicketNotFound, NotTheSeller, TicketSold, TicketWithdrawn, TicketReserved,
        StaleVersion, or Unavailable while the ticket changes all the time.
        """
        if version is not None:
            write = seller_write(ticket_id, offer._asdict(), seller_id, version, cause)
            return Ticket.from_item(self._table.write(write))
        for _attempt in range(ATTEMPTS):
            latest = self.ticket(ticket_id).version
            with suppress(StaleVersion):
                return self.edit(ticket_id, offer, seller_id, latest, cause)
        raise Unavailable

    def withdraw(self, ticket_id: str, seller_id: str, version: int | None, cause: Cause) -> None:
        """Take a ticket off sale for good; `version` is the one the seller saw, None for any.

        Raises what `edit` raises.
        """
        changes = {"status": Status.WITHDRAWN, "withdrawn": True}
        write = seller_write(ticket_id, changes, seller_id, version, cause)
        self._table.write(write._replace(remove=["on_sale"]))

    def withdraw_even_held(self, ticket_id: str, seller_id: str, cause: Cause) -> None:
        """Withdraw a ticket also while an order holds it: it is off sale once that ends unpaid.

        Raises what `edit` raises, or Unavailable while it changes hands all the time.
        """
        changes = {"withdrawn": True}
        for _attempt in range(ATTEMPTS):
            with suppress(TicketReserved):
                self.withdraw(ticket_id, seller_id, None, cause)
                return
            with suppress(StaleVersion):  # It was let go meanwhile.
                held = seller_write(ticket_id, changes, seller_id, None, cause, Status.RESERVED)
                self._table.write(held)
                return
        raise Unavailable

    def follow(self, claim: Claim, cause: Cause) -> None:
        """Show what an order makes of a ticket. Raises Superseded, or TicketNotFound.

        A ticket that is let go is available, unless its seller withdrew it meanwhile. That is for
        good, so the condition that finds it so needs no third attempt.
        """
        if claim.order_id:
            self._table.write(claim_write(claim, claim.status, cause))
            return
        try:
            self._table.write(self._back_on_sale(claim, cause))
        except TicketWithdrawn:
            self._table.write(claim_write(claim, Status.WITHDRAWN, cause))

    def _back_on_sale(self, claim: Claim, cause: Cause) -> Update:
        write = claim_write(claim, Status.AVAILABLE, cause)
        return write._replace(
            set={**write.set, "on_sale": self._sale_partition(claim.ticket_id)},
            remove=(),
            condition=f"{IS_LATER} AND #withdrawn = :no",
            values={**write.values, "no": False},
        )

    def _query(
        self,
        index: str,
        partition: tuple[str, str],
        limit: int,
        after: Mapping[str, str] | None,
    ) -> list[Ticket]:
        """A position is good in any partition: DynamoDB starts behind where it would be."""
        attribute, value = partition
        last = after.get("position", "") if after else ""
        pk = ticket_key(last.rpartition("#")[2])
        start = {"pk": pk, "position": last, attribute: value} if after else None
        items = self._table.query(index, partition, limit=limit, start=start)
        return [Ticket.from_item(item) for item in items]

    def _sale_partition(self, ticket_id: str) -> str:
        return str(crc32(ticket_id.encode()) % self._sale_partitions)


def ticket_key(ticket_id: str) -> str:
    return f"TICKET#{ticket_id}"


def position(ticket: Ticket) -> dict[str, str]:
    """Where a ticket stands in a list."""
    return {"position": ticket.position}


def seller_write(  # noqa: PLR0913, PLR0917 - the parts of one change
    ticket_id: str,
    changes: Mapping[str, object],
    seller_id: str,
    version: int | None,
    cause: Cause,
    status: Status = Status.AVAILABLE,
) -> Update:
    """A change that only the seller can make: while nobody holds the ticket, or in `status`."""
    is_version = "" if version is None else " AND #version = :version"
    return Update(
        key=ticket_key(ticket_id),
        set={**changes, "outbox": stamp(EventType.TICKET_UPDATED, cause)},
        add={"version": 1},
        condition="#user_id = :seller AND #status = :status AND #withdrawn = :no" + is_version,
        values={"seller": seller_id, "status": status, "no": False}
        | ({} if version is None else {"version": version}),
        refusal=lambda found: why_not_changed(found, seller_id),
    )


def claim_write(claim: Claim, status: Status, cause: Cause) -> Update:
    """The change to `status`, off sale, that a later claim makes."""
    latest = {"hold": claim.hold, "order_version": claim.order_version}
    changes = {"status": status, "order_id": claim.order_id, **latest}
    return Update(
        key=ticket_key(claim.ticket_id),
        set={**changes, "outbox": stamp(EventType.TICKET_UPDATED, cause)},
        add={"version": 1},
        remove=["on_sale"],
        condition=IS_LATER,
        values=latest,
        refusal=lambda found: why_not_followed(found, claim),
    )


@cache
def store() -> TicketStore:
    """The container's store."""
    table = Table(aws.client("dynamodb"), os.environ["TABLE_NAME"])
    return TicketStore(table, int(os.environ["SALE_PARTITIONS"]))

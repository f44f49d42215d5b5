"""Orders: what one is, what it may become, and what its state says to a change. No I/O."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self

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
from ticketing.attributes import Item
from ticketing.clock import rfc3339
from ticketing.money import to_amount

GRACE = timedelta(seconds=2)
"""How much later than `expires_at` an order can still be paid, and can expire at the earliest.

Clocks differ between functions; the buyer never loses time to that.
"""


class OrderStatus(StrEnum):
    """`created` can be paid; `awaiting:payment` is authorized, and the ticket is the buyer's.

    `complete` is paid; `cancelled` has let go of the ticket.
    """

    CREATED = "created"
    AWAITING_PAYMENT = "awaiting:payment"
    COMPLETE = "complete"
    CANCELLED = "cancelled"


class CancelReason(StrEnum):
    """Why an order ended without a sale."""

    EXPIRED = "expired"
    BY_BUYER = "cancelled-by-buyer"
    PAYMENT_FAILED = "payment-failed"


@dataclass(frozen=True)
class TicketSnapshot:
    """A ticket as it was at the moment of reservation; `amount` is in minor units."""

    id: str
    title: str
    amount: int
    currency: str
    version: int


@dataclass(frozen=True)
class Ticket:
    """This service's copy of a ticket: the seller's facts, and who holds it."""

    id: str
    version: int
    title: str
    amount: int
    currency: str
    seller_id: str
    withdrawn: bool
    sold: bool
    hold: int
    """How many reservations this ticket has had."""
    order_id: str | None = None
    holder_id: str | None = None

    @classmethod
    def from_item(cls, item: Item) -> Self:
        return cls(**{name: item[name] for name in cls.__dataclass_fields__ if name in item})

    def snapshot(self) -> TicketSnapshot:
        return TicketSnapshot(self.id, self.title, self.amount, self.currency, self.version)

    def why_not_held(self, buyer_id: str) -> Exception | None:
        """What keeps the ticket from being reserved by this buyer, if anything."""
        if self.seller_id == buyer_id:
            return OwnTicket()
        if self.order_id and self.holder_id == buyer_id:
            return HeldByCaller(self.order_id)
        if self.order_id:
            return TicketSold() if self.sold else TicketReserved()
        return TicketWithdrawn() if self.withdrawn else None

    def check_price(self, price: Decimal | None, currency: str | None) -> None:
        """Raises PriceChanged unless the ticket costs what the buyer saw, as far as they say it."""
        if currency not in (None, self.currency):
            raise PriceChanged
        if price is None:
            return
        try:
            same = to_amount(price, self.currency) == self.amount
        except ValueError:
            same = False
        if not same:
            raise PriceChanged


@dataclass(frozen=True)
class Order:
    """A reservation of one ticket by one buyer, and what became of it."""

    id: str
    version: int
    status: OrderStatus
    user_id: str
    ticket: TicketSnapshot
    hold: int
    """Which reservation of its ticket this is, from 1."""
    created_at: datetime
    expires_at: datetime
    """Whole seconds: a Step Functions wait truncates the rest."""
    correlation_id: str
    """Of the request that reserved the ticket, or of the latest change."""
    cancel_reason: CancelReason | None = None
    request_digest: str | None = None
    """Of the body that came with an idempotency key."""

    @classmethod
    def reserve(  # noqa: PLR0913 - the parts of an order
        cls,
        order_id: str,
        ticket: Ticket,
        buyer_id: str,
        *,
        now: datetime,
        reservation: timedelta,
        correlation_id: str,
        request_digest: str | None = None,
    ) -> Self:
        """An order that holds `ticket`, at the price read, until `reservation` has passed."""
        return cls(
            id=order_id,
            version=0,
            status=OrderStatus.CREATED,
            user_id=buyer_id,
            ticket=ticket.snapshot(),
            hold=ticket.hold + 1,
            created_at=now,
            expires_at=whole_seconds(now + reservation),
            correlation_id=correlation_id,
            request_digest=request_digest,
        )

    @classmethod
    def from_item(cls, item: Item) -> Self:
        reason = item.get("cancel_reason")
        return cls(
            id=item["id"],
            version=item["version"],
            status=OrderStatus(item["status"]),
            user_id=item["user_id"],
            ticket=TicketSnapshot(**item["ticket"]),
            hold=item["hold"],
            created_at=datetime.fromisoformat(item["created_at"]),
            expires_at=datetime.fromisoformat(item["expires_at"]),
            correlation_id=item["outbox"]["correlation_id"],
            cancel_reason=CancelReason(reason) if reason else None,
            request_digest=item.get("request_digest"),
        )

    def to_item(self) -> dict[str, Any]:
        """The attributes that say what the order is; its correlation id is in the outbox stamp."""
        item = asdict(self)
        del item["correlation_id"]
        times = {name: rfc3339(item[name]) for name in ("created_at", "expires_at")}
        return {name: value for name, value in (item | times).items() if value is not None}

    def owned_by(self, user_id: str) -> Self:
        """The order itself. Raises OrderNotFound for anybody but its buyer."""
        if self.user_id != user_id:
            raise OrderNotFound
        return self


class OrderExists(Exception):
    """The order id is taken, as it is when an idempotency key comes again."""

    def __init__(self, order: Order) -> None:
        super().__init__(order.id)
        self.order = order


def whole_seconds(moment: datetime) -> datetime:
    """The first whole second that is not before `moment`."""
    truncated = moment.replace(microsecond=0)
    return truncated if truncated == moment else truncated + timedelta(seconds=1)


def last_payable(now: datetime) -> str:
    """An order that expires at this time or before can be paid no more."""
    return rfc3339(now - GRACE)


def why_not_cancelled(order: Order) -> Exception:
    """What the state found says to a cancellation that it refused."""
    if order.status is OrderStatus.CANCELLED:
        return AlreadyDone()
    if order.status is OrderStatus.CREATED:
        return NotYet()
    return OrderPaid()


def why_not_confirmed(order: Order) -> Exception:
    """What the state found says to a confirmation that it refused: a created order is too late."""
    return NotYet() if order.status is OrderStatus.CREATED else AlreadyDone()


def why_not_completed(order: Order) -> Exception:
    """What the state found says to a completion that it refused."""
    return AlreadyDone() if order.status is OrderStatus.COMPLETE else NotYet()


def why_not_reserved(seen: Ticket, found: Item | None, buyer_id: str) -> Exception:
    """What the ticket found says to a hold that it refused; `seen` is what the buyer wanted."""
    changed = TicketChanged(seen.id)
    return (Ticket.from_item(found).why_not_held(buyer_id) or changed) if found else changed

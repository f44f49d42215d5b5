"""Payments: what one is, and what has to happen next for row and intent to agree. No I/O."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from payments.intents import Intent, IntentStatus
from payments.refusals import AlreadyPaid, OrderCancelled, OrderExpired, PaymentNotFound
from ticketing.attributes import Item
from ticketing.errors import Refusal

GRACE = timedelta(seconds=2)
"""How much later than `expires_at` an order can still be paid, as orders sees it too."""


class PaymentStatus(StrEnum):
    """pending -> authorized -> captured; voided or failed before that; refunded after."""

    PENDING = "pending"
    AUTHORIZED = "authorized"
    CAPTURED = "captured"
    VOIDED = "voided"
    REFUNDED = "refunded"
    FAILED = "failed"


class OrderStatus(StrEnum):
    """What orders has announced of the order."""

    CREATED = "created"
    AWAITING_PAYMENT = "awaiting:payment"
    COMPLETE = "complete"
    CANCELLED = "cancelled"


class Step(StrEnum):
    """What makes row and intent agree: a question, a call to Stripe, or a write."""

    NOTHING = "nothing"
    WAIT = "wait"
    ALARM = "alarm"
    LOOK = "look"
    CAPTURE = "capture"
    CANCEL = "cancel"
    REFUND = "refund"
    RECORD_AUTHORIZED = "authorized"
    RECORD_CAPTURED = "captured"
    RECORD_CANCELED = "canceled"
    RECORD_FAILED = "failed"


@dataclass(frozen=True)
class Payment:
    """The payment of one order."""

    id: str
    version: int
    status: PaymentStatus
    order_id: str
    user_id: str
    amount: int
    """Minor units, which are Stripe's too."""
    currency: str
    order_status: OrderStatus
    """As last heard of."""
    order_version: int
    created_at: datetime
    expires_at: datetime
    correlation_id: str
    """Of the request that reserved the ticket."""
    cancel_reason: str | None = None
    """Why the order was cancelled, in the words of orders."""
    intent_id: str | None = None
    is_open: bool = False
    """Something at Stripe may still have to be done."""

    @classmethod
    def from_item(cls, item: Item) -> Self:
        return cls(
            id=item["id"],
            version=item["version"],
            status=PaymentStatus(item["status"]),
            order_id=item["order_id"],
            user_id=item["user_id"],
            amount=item["amount"],
            currency=item["currency"],
            order_status=OrderStatus(item["order_status"]),
            order_version=item["order_version"],
            created_at=datetime.fromisoformat(item["created_at"]),
            expires_at=datetime.fromisoformat(item["expires_at"]),
            correlation_id=item["correlation_id"],
            cancel_reason=item.get("cancel_reason"),
            intent_id=item.get("intent_id"),
            is_open="open_shard" in item,
        )

    def owned_by(self, user_id: str) -> Self:
        """The payment itself. Raises PaymentNotFound for anybody but its buyer."""
        if self.user_id != user_id:
            raise PaymentNotFound
        return self

    @property
    def is_committed(self) -> bool:
        """The ticket is the buyer's: the money may be taken."""
        return self.order_status in (OrderStatus.AWAITING_PAYMENT, OrderStatus.COMPLETE)

    def why_not_payable(self, now: datetime) -> Refusal | None:
        """What keeps the order from being paid now, if anything; an authorized one may go on."""
        if self.status is PaymentStatus.CAPTURED:
            return AlreadyPaid()
        if self.status is PaymentStatus.PENDING and now >= self.expires_at + GRACE:
            return OrderExpired()
        return self.why_given_up()

    def why_given_up(self) -> Refusal | None:
        """Why the order will never be paid, if that is so."""
        if self.status not in (PaymentStatus.VOIDED, PaymentStatus.FAILED, PaymentStatus.REFUNDED):
            return None
        return OrderExpired() if self.cancel_reason == "expired" else OrderCancelled()

    def covers(self, intent: Intent) -> bool:
        """Whether the intent's money is exactly what the buyer was shown."""
        return (intent.money, intent.currency) == (self.amount, self.currency)

    def is_stray(self, intent: Intent) -> bool:
        """Whether the intent was made for this order and never became its payment, nor can."""
        may_become = self.intent_id is None and self.status is PaymentStatus.PENDING
        return intent.id != self.intent_id and not may_become


def next_step(payment: Payment, intent: Intent | None) -> Step:
    """What to do next for row and intent to agree; `intent` is None if it was not looked at.

    Only the order decides where the money goes: it is taken when the order is committed, and let
    go when it is cancelled.
    """
    if payment.intent_id is None or (intent and intent.id != payment.intent_id):
        return Step.NOTHING
    match payment.status:
        case PaymentStatus.PENDING:
            return _of_pending(payment, intent)
        case PaymentStatus.AUTHORIZED:
            return _of_authorized(payment, intent)
        case PaymentStatus.VOIDED:
            return _of_voided(payment, intent)
        case PaymentStatus.CAPTURED if payment.order_status is OrderStatus.CANCELLED:
            return Step.REFUND
    return Step.NOTHING


def _of_pending(payment: Payment, intent: Intent | None) -> Step:
    if intent is None:
        return Step.LOOK
    if intent.status == IntentStatus.CANCELED:
        return Step.RECORD_FAILED
    if not intent.is_paid:
        return Step.NOTHING
    return Step.RECORD_AUTHORIZED if payment.covers(intent) else Step.ALARM


def _of_authorized(payment: Payment, intent: Intent | None) -> Step:
    if intent is None:
        return Step.CAPTURE if payment.is_committed else Step.LOOK
    if intent.status == IntentStatus.CANCELED:
        return Step.RECORD_FAILED
    if not (payment.is_committed and intent.is_paid):
        return Step.NOTHING
    if not payment.covers(intent):
        return Step.ALARM
    return Step.RECORD_CAPTURED if intent.is_final else Step.CAPTURE


def _of_voided(payment: Payment, intent: Intent | None) -> Step:
    if intent is None:
        return Step.CANCEL if payment.is_open else Step.NOTHING
    match intent.status:
        case IntentStatus.CANCELED:
            return Step.RECORD_CANCELED if payment.is_open else Step.NOTHING
        case IntentStatus.SUCCEEDED:
            return Step.REFUND
        case IntentStatus.PROCESSING:
            return Step.WAIT
    return Step.CANCEL


class Moved(Exception):
    """The row is not where the change could begin; `payment` is how it is."""

    def __init__(self, payment: Payment) -> None:
        super().__init__(payment.id)
        self.payment = payment

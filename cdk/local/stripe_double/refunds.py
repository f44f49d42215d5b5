"""Refunds: money given back from a captured charge. No I/O."""

from dataclasses import dataclass, field
from typing import ClassVar

from cdk.local.stripe_double.errors import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """A refund; with cards it succeeds at once."""

    object: ClassVar[str] = "refund"

    id: str
    created: int
    amount: int
    currency: str
    charge: str
    payment_intent: str
    metadata: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> JsonObject:
        """The object as Stripe renders it."""
        return {
            "id": self.id,
            "object": self.object,
            "amount": self.amount,
            "balance_transaction": None,
            "charge": self.charge,
            "created": self.created,
            "currency": self.currency,
            "destination_details": {"card": {"type": "refund"}, "type": "card"},
            "metadata": self.metadata,
            "payment_intent": self.payment_intent,
            "reason": None,
            "receipt_number": None,
            "source_transfer_reversal": None,
            "status": "succeeded",
            "transfer_reversal": None,
        }

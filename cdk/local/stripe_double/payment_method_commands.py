"""The operation that makes a payment method, from a server's token or from a browser's card."""

from dataclasses import dataclass
from typing import Self

from cdk.local.stripe_double.errors import JsonObject
from cdk.local.stripe_double.network import Call
from cdk.local.stripe_double.params import Params
from cdk.local.stripe_double.payment_methods import CardDetails
from cdk.local.stripe_double.sources import stored


@dataclass(frozen=True, slots=True)
class CreatePaymentMethod:
    """`payment_methods.create`."""

    details: CardDetails

    @classmethod
    def read(cls, params: Params, _item_id: str) -> Self:
        """Raises CardError, InvalidRequest."""
        return cls(CardDetails.read(params))

    def perform(self, call: Call) -> JsonObject:
        """Raises CardError for an expired card; a bad one is declined when it is charged."""
        return stored(call, self.details).as_json()

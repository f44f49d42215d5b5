"""The operation that makes a payment method, from a server's token or from a browser's card."""

from dataclasses import dataclass
from typing import Self

from cdk.local.stripe_double.errors import JsonObject
from cdk.local.stripe_double.network import Call
from cdk.local.stripe_double.params import Params
from cdk.local.stripe_double.payment_methods import NewPaymentMethod
from cdk.local.stripe_double.sources import stored


@dataclass(frozen=True, slots=True)
class CreatePaymentMethod:
    """`payment_methods.create`."""

    new: NewPaymentMethod

    @classmethod
    def read(cls, params: Params, _item_id: str) -> Self:
        """Raises CardError, InvalidRequest."""
        return cls(NewPaymentMethod.read(params))

    def perform(self, call: Call) -> JsonObject:
        """Raises CardError for an expired card; a bad one is declined when it is charged."""
        return stored(call, self.new).as_json()

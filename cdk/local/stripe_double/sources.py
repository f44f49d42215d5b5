"""Which payment method a request means: one that exists, a documented one, or a new card."""

from typing import NamedTuple, Self

from cdk.local.stripe_double.account import new_id
from cdk.local.stripe_double.cards import card_of_method
from cdk.local.stripe_double.network import Call
from cdk.local.stripe_double.params import Params
from cdk.local.stripe_double.payment_methods import CardDetails, PaymentMethod


class Source(NamedTuple):
    """At most one of the two ways to name a payment method."""

    method_id: str | None = None
    new: CardDetails | None = None

    @classmethod
    def read(cls, params: Params) -> Self:
        """Read `payment_method` and `payment_method_data`; raises CardError, InvalidRequest."""
        data = params.section("payment_method_data")
        return cls(params.text("payment_method"), CardDetails.read(data) if data else None)

    def resolve(self, call: Call) -> str | None:
        """The id of the stored payment method, None if none was named.

        Raises ResourceMissing, or CardError for an expired card.
        """
        if self.new:
            return stored(call, self.new).id
        if self.method_id is None:
            return None
        if card := card_of_method(self.method_id):
            return stored(call, CardDetails(card)).id
        return call.account.payment_methods.get(self.method_id, param="payment_method").id


def stored(call: Call, details: CardDetails) -> PaymentMethod:
    """A new payment method of the card; raises CardError for an expired one."""
    method = PaymentMethod.made(new_id("pm"), call.account.now(), details)
    call.account.payment_methods.put(method)
    return method

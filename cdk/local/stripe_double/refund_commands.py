"""The operation that refunds: read is validation, perform is execution."""

from dataclasses import dataclass
from typing import Self

from cdk.local.stripe_double.account import new_id
from cdk.local.stripe_double.charges import Charge, nothing_to_refund
from cdk.local.stripe_double.errors import JsonObject
from cdk.local.stripe_double.network import Call
from cdk.local.stripe_double.params import Params
from cdk.local.stripe_double.refunds import Refund


@dataclass(frozen=True, slots=True)
class CreateRefund:
    """`refunds.create`, for the last charge of a payment intent."""

    intent_id: str
    amount: int | None
    metadata: dict[str, str]

    @classmethod
    def read(cls, params: Params, _item_id: str) -> Self:
        """Raises InvalidRequest."""
        return cls(params.required("payment_intent"), params.integer("amount"), params.metadata())

    def perform(self, call: Call) -> JsonObject:
        """Raises ResourceMissing, or InvalidRequest for more than was captured."""
        charge, amount = self._charge(call).refund(self.amount)
        refund = Refund(
            id=new_id("re"),
            created=call.account.now(),
            amount=amount,
            currency=charge.intent.currency,
            charge=charge.id,
            payment_intent=charge.intent.id,
            metadata=self.metadata,
        )
        call.keep_charge(charge, "refunded")
        return call.keep_refund(refund).as_json()

    def _charge(self, call: Call) -> Charge:
        intent = call.account.intents.get(self.intent_id, param="payment_intent")
        if intent.latest_charge is None:
            raise nothing_to_refund(intent)
        return call.account.charges.get(intent.latest_charge, param="charge")

"""The operation that refunds: read is validation, perform is execution."""

from dataclasses import dataclass
from typing import Self

from cdk.local.stripe_double.account import new_id
from cdk.local.stripe_double.charges import Charge, nothing_to_refund
from cdk.local.stripe_double.errors import InvalidRequest, JsonObject
from cdk.local.stripe_double.intents import merged
from cdk.local.stripe_double.network import Call
from cdk.local.stripe_double.params import Params
from cdk.local.stripe_double.refunds import Reason, Refund


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateRefund:
    """`refunds.create`, for a charge or for the last charge of a payment intent."""

    charge_id: str | None
    intent_id: str | None
    amount: int | None
    reason: Reason | None
    metadata: dict[str, str]

    @classmethod
    def read(cls, params: Params, _item_id: str) -> Self:
        """Raises InvalidRequest."""
        charge_id, intent_id = params.text("charge"), params.text("payment_intent")
        if not (charge_id or intent_id):
            msg = "One of the following params should be provided: payment_intent or charge."
            raise InvalidRequest(msg, code="parameter_missing")
        return cls(
            charge_id=charge_id,
            intent_id=intent_id,
            amount=params.integer("amount"),
            reason=params.choice("reason", Reason),
            metadata=merged({}, params.metadata()),
        )

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
            reason=self.reason,
            metadata=self.metadata,
        )
        call.keep_charge(charge, "refunded")
        return call.keep_refund(refund).as_json()

    def _charge(self, call: Call) -> Charge:
        if self.charge_id:
            return call.account.charges.get(self.charge_id, param="charge")
        intent = call.account.intents.get(self.intent_id or "", param="payment_intent")
        if intent.latest_charge is None:
            raise nothing_to_refund(intent)
        return call.account.charges.get(intent.latest_charge, param="charge")

"""Performs the double's operations without HTTP, and keeps the events they cause."""

from dataclasses import dataclass, field
from typing import Any

from cdk.local.stripe_double.account import Account, Cause, Event
from cdk.local.stripe_double.intents import PaymentIntent
from cdk.local.stripe_double.network import Call
from cdk.local.stripe_double.operations import OPERATIONS
from cdk.local.stripe_double.params import Params

NOW = 1_790_000_000
BY_NAME = {operation.name: operation for operation in OPERATIONS}


@dataclass
class Desk:
    """One account at a standing clock; `now` moves it."""

    now: float = NOW
    published: list[Event] = field(default_factory=list)
    account: Account = field(init=False)

    def __post_init__(self) -> None:
        self.account = Account(lambda: self.now, self.published.append)

    @property
    def call(self) -> Call:
        """A call with a secret key."""
        return Call(self.account, Cause("req_1", "key-1"))

    def perform(
        self, name: str, form: dict[str, Any] | None = None, item_id: str = ""
    ) -> dict[str, Any]:
        """The result of an operation; raises StripeError."""
        params = Params(form or {})
        command = BY_NAME[name].read(params, item_id)
        params.close()
        return command.perform(self.call)

    def create(self, **form: Any) -> dict[str, Any]:
        """A payment intent of 20 dollars, captured manually unless told otherwise."""
        usual = {
            "amount": "2000",
            "currency": "usd",
            "capture_method": "manual",
            "payment_method_types": {"0": "card"},
        }
        return self.perform("payment_intents.create", usual | form)

    def confirm(self, intent: dict[str, Any], method: str = "pm_card_visa") -> dict[str, Any]:
        """The intent after a confirmation; raises CardError."""
        return self.perform("payment_intents.confirm", {"payment_method": method}, intent["id"])

    def authorized(self, **form: Any) -> dict[str, Any]:
        """A payment intent whose money is held."""
        return self.confirm(self.create(**form))

    def stored(self, intent: dict[str, Any]) -> PaymentIntent:
        """The intent as the account holds it."""
        return self.account.intents.get(intent["id"], param="id")

    def events(self) -> list[str]:
        """What happened since the last look."""
        kinds = [event.type for event in self.published]
        self.published.clear()
        return kinds

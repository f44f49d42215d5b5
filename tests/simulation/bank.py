"""Stripe's side: its API, its webhooks, and the bank behind it."""

from collections.abc import Mapping
from typing import Any

from cdk.local.stripe_double.faults import Kind
from tests.simulation.faults import OF_WEBHOOK, Fault
from tests.simulation.stripe import Stripe

API_KEY, WEBHOOK_SECRET = "sk_test_simulation", "whsec_simulation"

WEBHOOKS = frozenset(
    {
        "payment_intent.amount_capturable_updated",
        "payment_intent.succeeded",
        "payment_intent.canceled",
        "payment_intent.payment_failed",
    }
)
"""The events that the README says to register for."""

KINDS = {
    Fault.SERVER_ERROR: Kind.ERROR_BEFORE,
    Fault.STORED_ERROR: Kind.ERROR,
    Fault.ERROR_AFTER: Kind.ERROR_AFTER,
}
"""Faults of Stripe's side, in the double's terms."""


GOOD_CARD = "tok_visa"

RETRIES = (10.0, 60.0, 600.0, 3600.0)
"""Seconds after which a webhook that was not received comes again."""


class Bank:
    """What happens at Stripe in one world."""

    def __init__(self, world: Any) -> None:
        self._world = world
        self.stripe = Stripe(lambda: world.scheduler.now, API_KEY, WEBHOOK_SECRET)
        self.stripe.on_event = self._happened

    def intents(self) -> list[Any]:
        return list(self.stripe.account.intents.newest_first())

    def request(
        self,
        method: str,
        url: str,
        body: str | None,
        headers: Mapping[str, str],
        fault: Fault | None,
    ) -> Any:
        """A call to Stripe's API that arrived."""
        kind = KINDS.get(fault) if fault else None
        return self.stripe.request(method, url, headers, body, kind)

    def confirm(self, intent_id: str, token: str = GOOD_CARD) -> None:
        """The buyer confirms with Stripe's own script: only a webhook tells the service."""
        self._world.note("confirms on the page", intent_id)
        self.stripe.confirm(intent_id, token)

    def think(self, seconds: float) -> None:
        """The bank thinks about the next confirmation for a while, then agrees or refuses."""
        agrees = not self._world.pick(2)
        self.stripe.account.slow_confirmations += 1

        def decide() -> None:
            self.stripe.account.slow_confirmations = 0
            for intent in self.intents():
                if intent.status == "processing":
                    self._world.note("the bank decides", intent.id)
                    self.stripe.settle(intent.id, succeeds=agrees)

        self._world.scheduler.after(1.0 + seconds, "the bank", decide)

    def lapse(self, order_id: str) -> None:
        """The bank lets go of the money that it holds for an order."""
        for intent in self.intents():
            if intent.metadata["order_id"] == order_id and intent.status == "requires_capture":
                self._world.note("the hold lapses", intent.id)
                self.stripe.lapse(intent.id)

    def _happened(self, event: Any) -> None:
        self._world.invariants.stripe_event(event)
        if event.type not in WEBHOOKS:
            return
        fault = self._world.fate(OF_WEBHOOK, f"the webhook {event.type}")
        if fault is Fault.NEVER:
            return
        delay = self._world.bus.delay() if fault is Fault.DELAYED else 0.02
        for _ in range(2 if fault is Fault.DUPLICATE else 1):
            self._world.scheduler.after(delay, "Stripe", lambda: self._send(event))

    def _send(self, event: Any) -> None:
        for pause in (*RETRIES, 0.0):
            body, headers = self.stripe.webhook(event)
            reply = self._world.request(
                None, "POST", "/api/payments/webhook", body.decode(), headers
            )
            if reply and reply.status < 300:
                return
            self._world.sleep(pause)

"""Stripe's side: its API, its webhooks, and the bank behind it."""

import math
from collections.abc import Mapping
from typing import Any

from cdk.local.stripe_double.account import BY_ITSELF, Event
from cdk.local.stripe_double.faults import Kind
from cdk.local.stripe_double.signing import webhook_headers
from tests.simulation.faults import OF_WEBHOOK, Fault
from tests.simulation.invariants import Violation
from tests.simulation.stripe import Stripe

API_KEY, WEBHOOK_SECRET = "sk_test_simulation", "whsec_simulation"

WEBHOOKS = (
    "payment_intent.amount_capturable_updated",
    "payment_intent.succeeded",
    "payment_intent.canceled",
    "payment_intent.payment_failed",
)
"""The events that the README says to register for."""

KINDS = {
    Fault.SERVER_ERROR: Kind.ERROR_BEFORE,
    Fault.STORED_ERROR: Kind.ERROR,
    Fault.ERROR_AFTER: Kind.ERROR_AFTER,
}
"""Faults of Stripe's side, in the double's terms."""


GOOD_CARD = "tok_visa"

REFUSED = "requires_payment_method"
"""The status of an intent that no card has paid yet."""

ROTATION = 10.0
"""Seconds after which a new secret must be known."""

RETRIES = (10.0, 60.0, 600.0, 3600.0)
"""Seconds after which a webhook that was not received comes again."""


class Bank:
    """What happens at Stripe in one world."""

    def __init__(self, world: Any) -> None:
        self._world = world
        self.is_slow = self.has_refused = False
        """It thought about a confirmation, or still does; then it did not agree."""

        self.rotated_at = -math.inf
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
        self.is_slow = True
        self.stripe.account.slow_confirmations += 1

        def decide() -> None:
            self.stripe.account.slow_confirmations = 0
            for intent in self.intents():
                if intent.status == "processing":
                    self._world.note("the bank decides", intent.id)
                    self.stripe.settle(intent.id, succeeds=agrees)
            self.has_refused |= any(each.status == REFUSED for each in self.intents())

        self._world.scheduler.after(1.0 + seconds, "the bank", decide)

    def lapse(self, order_id: str) -> None:
        """The bank lets go of the money that it holds for an order; Stripe may notice later."""
        let_go = (self.stripe.lapse, self.stripe.expire)[self._world.pick(2)]
        for intent in self.intents():
            if intent.metadata["order_id"] == order_id and intent.status == "requires_capture":
                self._world.note("the hold lapses", intent.id)
                self._world.money.lapsed.add(order_id)
                let_go(intent.id)

    def rotate(self) -> None:
        """An operator rolls the secret of the webhooks: for a while, both are good."""
        self.rotated_at = self._world.scheduler.now
        self.stripe.webhook_secret = "whsec_new"
        self._world.secret = {"apiKey": API_KEY, "webhookSecrets": ["whsec_new", WEBHOOK_SECRET]}

    def forge(self, intent_id: str) -> None:
        """Somebody who is not Stripe says that the bank holds the money."""
        now = int(self._world.scheduler.now)
        intent = self.stripe.account.intents.get(intent_id, param="intent")
        event = Event(
            id="evt_forged",
            type=WEBHOOKS[0],
            created=now,
            item=intent.authorize("ch_forged"),
            cause=BY_ITSELF,
        )
        body = event.as_body(pending_webhooks=1)
        headers = webhook_headers("whsec_forged", now, body)
        reply = self._receive(body, {name.lower(): value for name, value in headers.items()})
        if reply and reply.status == 200:
            msg = f"7: a forged event about {intent_id} was received"
            raise Violation(msg)

    def _is_applied(self, event: Any) -> None:
        """What is received is done: it does not come again."""
        intent = self.stripe.account.intents.get(event.item.id, param="intent")
        payment = self._world.dynamodb.item("payments", f"ORDER#{intent.metadata['order_id']}")
        is_held = event.type == WEBHOOKS[0] and intent.status == "requires_capture"
        if is_held and payment["status"]["S"] == "pending":
            msg = f"10: {event.type} of {intent.id} is received, and not applied"
            raise Violation(msg)

    def _is_due(self) -> bool:
        """Whether everybody knows the present secret of the webhooks."""
        return self._world.is_calm and self._world.scheduler.now > self.rotated_at + ROTATION

    def _receive(self, body: bytes, headers: Mapping[str, str]) -> Any:
        path = "/api/payments/webhook"
        return self._world.edge.request(None, "POST", path, body.decode(), headers)

    def _happened(self, event: Any) -> None:
        self._world.money.happened(event)
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
            reply = self._receive(body, headers)
            if reply and reply.status < 300:
                self._is_applied(event)
                return
            if reply and reply.status == 400 and self._is_due():
                msg = f"6: Stripe's own event {event.type} is refused"
                raise Violation(msg)
            self._world.sleep(pause)
        self._world.faults[Fault.NEVER] += 1

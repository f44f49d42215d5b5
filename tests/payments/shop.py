"""The payments service as a test works with it: its functions, its table and its Stripe account."""

from typing import Any

from payments import api, reconciler, subscriber, webhook
from payments.models import Payment
from payments.store import PaymentStore, order_key
from tests.bus import carried_event, deliver
from tests.gateway import Answer, Gateway, LambdaContext
from tests.payments.builders import BUYER, ORDER, order_event
from tests.payments.stripe_account import StripeAccount, signed
from ticketing.attributes import Item
from ticketing.dynamo import Table
from ticketing.events import OrderCancelled, OrderCompleted, OrderConfirmed, OrderCreated

VISA = "tok_visa"


class Shop:
    """One order of BUYER at 50.50 USD, unless a test says otherwise."""

    def __init__(self, store: PaymentStore, table: Table, stripe: StripeAccount) -> None:
        self.store = store
        self.table = table
        self.stripe = stripe

    def order_is_created(self, **changes: Any) -> list[int]:
        return deliver(subscriber.lambda_handler, order_event(OrderCreated, **changes))

    def order_is_confirmed(self) -> list[int]:
        return deliver(subscriber.lambda_handler, order_event(OrderConfirmed))

    def order_is_completed(self) -> list[int]:
        return deliver(subscriber.lambda_handler, order_event(OrderCompleted))

    def order_is_cancelled(self, **changes: Any) -> list[int]:
        """Returns [0] when the message is wanted again."""
        return deliver(subscriber.lambda_handler, order_event(OrderCancelled, **changes))

    def pay(self, token: str | None = None, user: str | None = BUYER) -> Answer:
        body = {"orderId": ORDER} | ({"token": token} if token else {})
        return Gateway(api.lambda_handler)("POST", "/api/payments", body, user=user)

    def show(self, user: str | None = BUYER) -> Answer:
        return Gateway(api.lambda_handler)("GET", f"/api/payments/{ORDER}", user=user)

    def send(self, body: str, headers: dict[str, str]) -> Answer:
        call = Gateway(webhook.lambda_handler)
        return call("POST", "/api/payments/webhook", body, headers=headers)

    def hear(self, kind: str, **changes: Any) -> Answer:
        """Receive Stripe's event `payment_intent.<kind>`, of which there is one."""
        body, headers = signed(self.stripe.event(kind) | changes)
        return self.send(body, headers)

    def hear_all(self) -> None:
        """Receive everything that Stripe has told so far, in order."""
        for event in self.stripe.events():
            self.send(*signed(event))

    def reconcile(self) -> None:
        reconciler.lambda_handler({}, Minutes(4))

    @property
    def payment(self) -> Payment:
        return self.store.payment(ORDER)

    @property
    def item(self) -> Item:
        item = self.table.get(order_key(ORDER))
        assert item
        return item

    @property
    def status(self) -> tuple[str, str | None]:
        """What the payment is here, and what its one intent is at Stripe."""
        intents = self.stripe.intents()
        assert len(intents) <= 1
        return self.payment.status, intents[0]["status"] if intents else None

    @property
    def announced(self) -> str | None:
        """The latest event's type."""
        return carried_event(self.item).detail_type if "outbox" in self.item else None


class Minutes(LambdaContext):
    """A function with this much time left."""

    def __init__(self, left: float) -> None:
        super().__init__()
        self.left = left

    def get_remaining_time_in_millis(self) -> int:
        return int(self.left * 60_000)


def problem(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.slug

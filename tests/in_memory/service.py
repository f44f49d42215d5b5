"""The functions, each in the environment that its template gives it, and what moves between them.

After every request the streams, the bus and Stripe's webhooks are worked off: there is no waiting.
"""

import json
import os
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from itertools import count
from typing import Any
from unittest.mock import patch

from cdk.catalogue import CONSUMERS
from cdk.local.stripe_double.account import Event
from payments.connection import Answer as StripeAnswer
from tests.gateway import LambdaContext
from tests.in_memory.account import SECRETS, Account
from tests.simulation.stripe import Stripe
from ticketing import aws, secrets

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "BUS_NAME": "bus",
    "COOKIE_SECURE": "false",
    "DEFAULT_CURRENCY": "usd",
    "FAILURES_PER_NETWORK": "1000000000",
    "ORIGIN_SECRET": "origin",
    "POWERTOOLS_METRICS_NAMESPACE": "Ticketing",
    "POWERTOOLS_SERVICE_NAME": "in-memory",
    "RESERVATION_SECONDS": "900",
    "SALE_PARTITIONS": "1",
    "SESSION_KEYS_SECRET": "session-keys",
    "SIGNUPS_PER_NETWORK": "1000000000",
    "STRIPE_SECRET": "stripe",
}

STORES = ("auth", "tickets", "orders", "payments")
PACKAGES = {*STORES, "outbox", "reference"}
TOLD_BY_STRIPE = frozenset(
    {
        "payment_intent.amount_capturable_updated",
        "payment_intent.canceled",
        "payment_intent.payment_failed",
        "payment_intent.succeeded",
    }
)
DELIVERIES = 5
"""After so many failures a message is a dead letter."""


class Service:
    """Everything that is deployed, but for the pages and the timers."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.account = Account(clock)
        self.stripe = Stripe(clock, SECRETS["stripe"]["apiKey"], webhook_secret())
        self.told: deque[Event] = deque()
        self.stripe.on_event = self._told
        self.dead_letters: list[Mapping[str, Any]] = []
        self._numbers = count(1)

    @contextmanager
    def running(self) -> Iterator["Service"]:
        """While this lasts, the functions of this process are this service's."""
        with patch.dict(os.environ, ENVIRONMENT):
            forget()
            for name in STORES:
                with patch.dict(os.environ, {"TABLE_NAME": name}):
                    import_module(f"{name}.store").store()
            self._lead_to_stripe()
            with self.account.reached():
                yield self
        forget()

    def call(self, function: str, event: Mapping[str, Any]) -> Any:
        """Run one function, such as `orders.api`."""
        return import_module(function).lambda_handler(event, LambdaContext())

    def settle(self) -> None:
        """Let happen what is under way, until nothing is."""
        account = self.account
        while account.changes or account.events or self.told:
            if account.changes:
                self._publish()
            elif account.events:
                self._deliver(account.events.popleft())
            else:
                self._tell(self.told.popleft())

    def _publish(self) -> None:
        """A batch of all streams, as the publisher gets them."""
        changes = [*self.account.changes]
        self.account.changes.clear()
        records = []
        for change in changes:
            images = {"NewImage": change.new, "OldImage": change.old}
            shown = {name: image for name, image in images.items() if image is not None}
            records.append({"dynamodb": {"SequenceNumber": str(change.sequence), **shown}})
        answer = self.call("outbox.publisher", {"Records": records})
        assert answer == {"batchItemFailures": []}

    def _deliver(self, entry: Mapping[str, Any]) -> None:
        """An event to every queue that its rules lead to."""
        envelope = {
            "version": "0",
            "id": "delivery",
            "source": entry["Source"],
            "detail-type": entry["DetailType"],
            "detail": json.loads(entry["Detail"]),
        }
        for consumer in CONSUMERS[entry["DetailType"]]:
            if consumer != "expiration":
                self._consume(consumer, json.dumps(envelope))

    def _consume(self, consumer: str, body: str) -> None:
        for receives in range(1, DELIVERIES + 1):
            record = {
                "messageId": str(next(self._numbers)),
                "receiptHandle": "receipt",
                "eventSource": "aws:sqs",
                "eventSourceARN": f"arn:aws:sqs:eu-west-1:123456789012:{consumer}",
                "attributes": {"ApproximateReceiveCount": str(receives)},
                "body": body,
            }
            answer = self.call(f"{consumer}.subscriber", {"Records": [record]})
            if not answer["batchItemFailures"]:
                return
        self.dead_letters.append(record)

    def _told(self, event: Event) -> None:
        if event.type in TOLD_BY_STRIPE:
            self.told.append(event)

    def _tell(self, event: Event) -> None:
        body, headers = self.stripe.webhook(event)
        context = {"requestId": event.id, "http": {"method": "POST"}}
        request = {
            "rawPath": "/api/payments/webhook",
            "headers": headers,
            "body": body.decode(),
            "requestContext": context,
        }
        answer = self.call("payments.webhook", request)
        assert answer["statusCode"] == 200, answer

    def _lead_to_stripe(self) -> None:
        connection = import_module("payments.stripe_gateway").gateway()._connection

        def request(
            method: str, url: str, headers: Mapping[str, str], body: str | None
        ) -> StripeAnswer:
            answer = self.stripe.request(method, url, headers, body)
            return StripeAnswer(answer.body, answer.status, answer.headers)

        connection.request = request


def webhook_secret() -> str:
    return str(SECRETS["stripe"]["webhookSecrets"][0])


def forget() -> None:
    """Make everything anew at its next use that containers keep: clients, secrets, settings."""
    aws.client.cache_clear()
    secrets.forget()
    for name, module in [*sys.modules.items()]:
        if name.partition(".")[0] in PACKAGES:
            for kept in vars(module).values():
                if hasattr(kept, "cache_clear"):
                    kept.cache_clear()

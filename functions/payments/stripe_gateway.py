"""Stripe, as this service needs it: all that is asked of Stripe's library is here.

An answer in doubt is asked for, not guessed: the library repeats a call under its idempotency key,
then the intent is retrieved. Of Stripe's errors only codes and ids are logged.
"""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import stripe

from payments.connection import Connection
from payments.intents import Event, Intent, IntentStatus
from payments.models import Payment
from payments.refusals import (
    AlreadyRefunded,
    CaptureImpossible,
    CardDeclined,
    Failed,
    InvalidSignature,
    Rejected,
    Throttled,
    TokenInvalid,
)
from payments.stripe_errors import error_in, meaning_of
from payments.stripe_http import Http
from ticketing import aws
from ticketing.errors import Unavailable
from ticketing.secrets import MAX_AGE, secret
from ticketing.telemetry import count, logger

API_VERSION = "2026-10-28.endive"
RETRIES = 2
SIGNATURE_SECONDS = 300
"""How old a webhook's signature may be."""

NEW_SECRETS_SECONDS = 10.0
"""How old the secrets may be by which a signature is refused."""

PAGE = 100

CREATIONS = ("create", *(f"create-{number}" for number in range(2, 11)))
"""The keys, one after the other, under which an intent is made."""

SKEW = timedelta(minutes=1)
"""How far Stripe's clock may be from ours."""


class StripeGateway:
    """PaymentIntents with manual capture, one for each order, and signed events.

    Every method raises Unavailable when Stripe cannot be asked in time.
    """

    def __init__(self, secret_name: str, api_base: str | None) -> None:
        self._secret_name = secret_name
        self._connection = Connection(stripe.ca_bundle_path)
        addresses: Any = {"api": api_base} if api_base else None
        self._stripe = stripe.StripeClient(
            "each call names the present key",
            base_addresses=addresses,
            http_client=Http(self._connection),
            max_network_retries=RETRIES,
            stripe_version=API_VERSION,
        ).v1

    def within(self, seconds: float) -> None:
        """All calls from now on have this much time together."""
        self._connection.within(seconds)

    def create(self, payment: Payment) -> Intent:
        """The order's intent, the same however often it is asked for. Raises AmountNotChargeable.

        A browser can confirm it with the Payment Element, and a server with a card's token: that
        works only without payment methods that lead the buyer to a page of their own. Where
        Stripe repeats a failure, the intent is looked for, or made under the next key. All
        requests try the same keys in the same order, so they come to the same intent.
        """
        for action in CREATIONS:
            try:
                return self._create(payment, action)
            except Failed:
                if intent := self._find(payment):
                    return intent
        raise Unavailable

    def _create(self, payment: Payment, action: str) -> Intent:
        params: Any = {
            "amount": payment.amount,
            "currency": payment.currency,
            "capture_method": "manual",
            "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
            "metadata": {
                "order_id": payment.order_id,
                "payment_id": payment.id,
                "correlation_id": payment.correlation_id,
            },
        }
        options = self._options(payment.order_id, action)
        return asked(lambda: self._stripe.payment_intents.create(params, options))

    def _find(self, payment: Payment) -> Intent | None:
        """The order's intent, if it was made by a request that failed."""
        recent = self.created_between(payment.created_at - SKEW, payment.expires_at + SKEW)
        return next((intent for intent in recent if intent.order_id == payment.order_id), None)

    def confirm(self, intent_id: str, token: str) -> Intent:
        """Try a card once. Raises CardDeclined, AuthenticationRequired or TokenInvalid.

        It has no idempotency key of ours: a decline stored under it would come back for a day.
        """
        method: dict[str, Any] = {"payment_method": token}
        if token.startswith("tok_"):
            method = {"payment_method_data": {"type": "card", "card": {"token": token}}}
        params: Any = {**method, "error_on_requires_action": True}
        confirm = self._stripe.payment_intents.confirm
        try:
            return self._or_look(intent_id, lambda: confirm(intent_id, params, self._options()))
        except (Rejected, TokenInvalid):
            intent = self.retrieve(intent_id)  # The token may be used up by this very payment.
        if intent.status == IntentStatus.PROCESSING or intent.is_paid:
            return intent
        raise TokenInvalid

    def capture(self, intent_id: str, order_id: str, *, again: bool) -> Intent:
        """Take all the money that is held. Raises CaptureImpossible.

        `again` leaves out the idempotency key, under which a failure may be stored.
        """
        options = self._options(None if again else order_id, "capture")
        capture = self._stripe.payment_intents.capture
        try:
            return self._or_look(intent_id, lambda: capture(intent_id, {}, options))
        except CardDeclined as declined:
            raise CaptureImpossible from declined

    def cancel(self, intent_id: str, order_id: str, *, again: bool) -> Intent:
        """Let go of the intent, and of the money if it is held; `again` as in `capture`."""
        options = self._options(None if again else order_id, "void")
        cancel = self._stripe.payment_intents.cancel
        return self._or_look(intent_id, lambda: cancel(intent_id, {}, options))

    def refund(self, intent_id: str, order_id: str) -> None:
        """Give back all the money that was taken."""
        options = self._options(order_id, "refund")
        with suppress(AlreadyRefunded):
            answered(lambda: self._stripe.refunds.create({"payment_intent": intent_id}, options))

    def retrieve(self, intent_id: str) -> Intent:
        """The intent as it is now."""
        retrieve = self._stripe.payment_intents.retrieve
        return asked(lambda: retrieve(intent_id, {}, self._options()))

    def created_between(self, since: datetime, until: datetime) -> Iterator[Intent]:
        """The account's intents that were created in this time, newest first."""
        params: Any = {
            "created": {"gte": int(since.timestamp()), "lte": int(until.timestamp())},
            "limit": PAGE,
        }
        page = answered(lambda: self._stripe.payment_intents.list(params, self._options()))
        intents = page.auto_paging_iter()
        while (intent := answered(lambda: next(intents, None))) is not None:
            yield Intent.read(intent.to_dict())

    def event(self, body: bytes, signature: str) -> Event:
        """The event in a webhook's body. Raises InvalidSignature or InvalidEvent."""
        for max_age in (MAX_AGE, NEW_SECRETS_SECONDS):
            secrets = secret(self._secret_name, max_age).get("webhookSecrets", [])
            if any(is_signed(body, signature, each) for each in secrets):
                return Event.parse(body)
        raise InvalidSignature

    def _or_look(self, intent_id: str, call: Callable[[], stripe.PaymentIntent]) -> Intent:
        """The intent after the call or, when its outcome is unknown, the intent as it is now."""
        try:
            return asked(call)
        except (Rejected, Throttled):
            raise
        except Unavailable:
            return self.retrieve(intent_id)

    def _options(self, order_id: str | None = None, action: str = "") -> Any:
        """The present API key and, for what is done once for an order, its idempotency key."""
        once = {"idempotency_key": f"order-{order_id}-{action}"} if order_id else {}
        return {"api_key": secret(self._secret_name)["apiKey"], **once}


def asked(call: Callable[[], stripe.PaymentIntent]) -> Intent:
    """The intent that Stripe answers with."""
    return Intent.read(answered(call).to_dict())


def answered[Answer](call: Callable[[], Answer]) -> Answer:
    """What Stripe answers; its errors become refusals of ours."""
    try:
        return call()
    except stripe.StripeError as failure:
        error = error_in(failure.json_body)
        refusal = meaning_of(error, failure.headers)
        if isinstance(refusal, Unavailable):
            count("StripeFailures")
            logger.warning(
                "stripe did not answer",
                error=type(failure).__name__,
                code=error.get("code"),
                status=failure.http_status,
                stripe_request_id=failure.request_id,
            )
    raise refusal


def is_signed(body: bytes, signature: str, webhook_secret: str) -> bool:
    """Whether the signature is one of this secret, and of the last minutes."""
    verify = stripe.WebhookSignature.verify_header
    try:
        return bool(verify(body, signature, webhook_secret, SIGNATURE_SECONDS))
    except (stripe.SignatureVerificationError, TypeError, ValueError):
        return False  # The library lets bytes that are no text pass through as other errors.


@cache
def gateway() -> StripeGateway:
    """The container's access to Stripe."""
    stripe.enable_telemetry = False
    stripe.set_app_info("ticketing")
    logging.getLogger("stripe").setLevel(logging.WARNING)  # It would tell tokens at INFO.
    aws.client("secretsmanager")
    return StripeGateway(os.environ["STRIPE_SECRET"], os.environ.get("STRIPE_API_BASE"))

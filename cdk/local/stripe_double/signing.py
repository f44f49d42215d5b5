"""Stripe's webhook signature: HMAC-SHA256 over `timestamp.body`, in the header Stripe-Signature."""

import hashlib
import hmac
from typing import NamedTuple


class Endpoint(NamedTuple):
    """Where events are sent, and the secret they are signed with."""

    url: str
    secret: str


def webhook_headers(secret: str, timestamp: int, body: bytes) -> dict[str, str]:
    """What is sent with a webhook's body."""
    return {
        "Content-Type": "application/json; charset=utf-8",
        "Stripe-Signature": signature(secret, timestamp, body),
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
    }


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """The header's value for a body sent at this time (seconds since the epoch)."""
    signed = f"{timestamp}.".encode() + body
    return f"t={timestamp},v1={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"

"""Stripe's events as the webhook reads them: of all that Stripe sends, this means something."""

from typing import Any

NAME = {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,255}$"}
AMOUNT = {"type": ["integer", "null"], "minimum": 0, "description": "Minor units of the currency."}

INTENT: dict[str, Any] = {
    "type": "object",
    "required": ["id", "object", "status", "currency"],
    "properties": {
        "id": NAME,
        "object": {"const": "payment_intent"},
        "status": {
            "type": "string",
            "examples": [
                "requires_payment_method",
                "requires_confirmation",
                "requires_action",
                "processing",
                "requires_capture",
                "succeeded",
                "canceled",
            ],
        },
        "currency": {"type": "string"},
        "amount_capturable": AMOUNT,
        "amount_received": AMOUNT,
        "metadata": {
            "type": ["object", "null"],
            "description": "`order_id` says which order it pays, if it is one of ours.",
        },
    },
}

ANYTHING_ELSE: dict[str, Any] = {
    "type": ["object", "null"],
    "properties": {"object": {"type": "string", "not": {"const": "payment_intent"}}},
}

EVENT: dict[str, Any] = {
    "type": "object",
    "description": "An event of Stripe's, signed as it is. Those about anything but a payment "
    "intent are received, and mean nothing.",
    "required": ["id", "type"],
    "properties": {
        "id": NAME,
        "type": {
            "type": "string",
            "examples": [
                "payment_intent.amount_capturable_updated",
                "payment_intent.succeeded",
                "payment_intent.canceled",
                "payment_intent.payment_failed",
            ],
        },
    },
    "anyOf": [
        {
            "required": ["created", "data"],
            "properties": {
                "created": {"type": "number", "description": "Seconds since 1970."},
                "data": {
                    "type": "object",
                    "required": ["object"],
                    "properties": {"object": INTENT},
                },
            },
        },
        {
            "properties": {
                "data": {"type": ["object", "null"], "properties": {"object": ANYTHING_ELSE}}
            }
        },
    ],
}

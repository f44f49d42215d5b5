"""Statuses: what each may become by the contract, and how others are told of it."""

ORDER_EDGES = {
    (None, "created"),
    ("created", "awaiting:payment"),
    ("created", "cancelled"),
    ("awaiting:payment", "complete"),
    ("awaiting:payment", "cancelled"),
}
TICKET_EDGES = {
    (None, "available"),
    ("available", "reserved"),
    ("available", "sold"),
    ("available", "withdrawn"),
    ("available", "available"),
    ("reserved", "available"),
    ("reserved", "reserved"),
    ("reserved", "sold"),
    ("reserved", "withdrawn"),
    ("withdrawn", "reserved"),
    ("withdrawn", "sold"),
    ("withdrawn", "withdrawn"),
}
"""A projection of the orders: it may skip what it was told too late. Sold is for good."""

PAYMENT_EDGES = {
    (None, "pending"),
    (None, "voided"),
    ("pending", "authorized"),
    ("pending", "voided"),
    ("pending", "failed"),
    ("authorized", "captured"),
    ("authorized", "voided"),
    ("authorized", "failed"),
    ("captured", "refunded"),
    ("voided", "refunded"),
}
EVENT_OF_ORDER = {
    "created": "order:created",
    "awaiting:payment": "order:confirmed",
    "complete": "order:completed",
    "cancelled": "order:cancelled",
}
EVENT_OF_PAYMENT = {
    "authorized": "payment:authorized",
    "captured": "payment:created",
    "failed": "payment:failed",
}
"""What a payment's status is told as; the others are told to nobody."""

LIVE = ("created", "awaiting:payment", "complete")

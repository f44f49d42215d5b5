"""What the API says, as tests need it."""

from typing import Any

SCRIPT = "<script>alert(1)</script>"


def a_ticket(**changes: Any) -> dict[str, Any]:
    """A ticket of `seller` that can be bought."""
    usual = {
        "id": "ticket-1",
        "title": "The Velvet Foxes",
        "price": 34.5,
        "currency": "usd",
        "venue": "Paradiso, Amsterdam",
        "startsAt": "2026-12-02T19:30:00.000Z",
        "startsAtOffset": "+01:00",
        "userId": "seller",
        "version": 3,
        "status": "available",
        "orderId": None,
        "createdAt": "2026-11-23T04:33:05.849Z",
    }
    return usual | changes


def an_order(**changes: Any) -> dict[str, Any]:
    """An order of `buyer` that waits for its payment for 15 minutes."""
    usual = {
        "id": "order-1",
        "userId": "buyer",
        "status": "created",
        "expiresAt": "2026-11-23T05:15:00.000Z",
        "createdAt": "2026-11-23T05:00:00.000Z",
        "version": 0,
        "cancelReason": None,
        "ticket": {
            "id": "ticket-1",
            "title": "The Velvet Foxes",
            "price": 34.5,
            "currency": "usd",
            "version": 3,
        },
    }
    return usual | changes


def a_problem(slug: str, *errors: dict[str, str]) -> dict[str, Any]:
    """Problem details; one error for each field, or one of no field."""
    return {"type": slug, "errors": list(errors) or [{"message": slug}]}

"""Concurrency as data: which functions get no more than a part of the account's limit, and batches.

What is kept for a function is also the most that it gets. These are the ones that a flood reaches
or that wait for somebody else; the rest of an account's 1,000 stays for reservations, lists and
events.
"""

from cdk.settings import Settings

RESERVED = {
    "auth-api": 50,
    "auth-authorizer": 300,
    "payments-api": 100,
    "payments-subscriber": 50,
    "payments-webhook": 50,
    "web-pages": 200,
}
"""Invocations at once, by service and module.

Whoever has a session asks the authorizer with a first request and every five minutes, for up to a
second when it starts cold. If it is throttled they get a bare 500 of the gateway's.

A slow Stripe keeps a payment waiting for 20 s: without a limit, the 25 that are admitted in a
second would be 500 at once. Each of them is captured by an event of its own: 50 at once are 25 a
second even if Stripe takes 2 s for it.
"""

BATCHES = {"payments-subscriber": 3}
"""Messages that a function gets at once of its queue, where ten would not end in its time."""


def reserved(function: str, settings: Settings) -> int | None:
    """What a stage keeps for a function."""
    return RESERVED.get(function) if settings.reserve_concurrency else None

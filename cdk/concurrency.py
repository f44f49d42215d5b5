"""Concurrency as data: which functions may use up no more than their part of the account's limit.

What is kept for a function is also the most that it gets. These are the ones that a flood reaches
or that wait for somebody else; the rest of an account's 1,000 stays for reservations, lists and
events.
"""

RESERVED = {
    "auth-api": 50,
    "auth-authorizer": 50,
    "payments-api": 100,
    "payments-webhook": 50,
    "web-pages": 200,
}
"""Invocations at once, by service and module. A slow Stripe keeps a payment waiting for up to 28 s:
without a limit, the 25 that are admitted in a second would be 700 at once.
"""

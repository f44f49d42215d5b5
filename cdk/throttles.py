"""Throttles as data: the routes that admit less than the API does, since each call costs more."""

SHARES = {
    "POST /api/users/signup": 0.04,
    "POST /api/users/signin": 0.1,
    "POST /api/payments": 0.05,
}
"""By route key, the part of the stage's rate. With 500 a second: 20 sign-ups and 50 sign-ins, whose
passwords take 24 ms of a processor each; 25 payments, which is what Stripe takes at one endpoint.
"""

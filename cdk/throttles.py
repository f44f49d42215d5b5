"""Throttles as data: the routes that admit less than the API does, since each call costs more."""

SHARES = {
    "POST /api/users/signup": 0.04,
    "POST /api/users/signin": 0.1,
    "POST /api/users/password": 0.02,
    "DELETE /api/users/me": 0.02,
    "POST /api/payments": 0.05,
    "POST /api/payments/webhook": 0.2,
}
"""By route key, the part of the stage's rate. With 500 a second: 20 sign-ups, 50 sign-ins, 10
changes of a password and 10 erasures, each of which takes 24 ms of a processor (a change 48); 25
payments, which is what Stripe takes at one endpoint; and the four events that Stripe sends for each
of those.
"""

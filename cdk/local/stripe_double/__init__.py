"""A double of Stripe for this machine: payment intents, refunds, test cards and webhooks.

It speaks Stripe's own HTTP API, so the official SDK is its client; it knows nothing of its callers.
A parameter is honored or refused; none is silently ignored.
Everything lives in memory. `python -m cdk.local.stripe_double --help` starts it.

form, params            the bracketed form encoding, and the checks of what was sent
errors, currencies      the refusals; minimum and maximum amounts
cards, payment_methods  the documented test cards, their tokens, and what they stand for
intents, charges, refunds   pure rules: what each object may become
account                 everything stored, and the events that changes cause
network                 what the bank answers to a confirmed intent
*_commands, operations  the API's operations: read (validation) and perform (execution)
idempotency, faults     what surrounds every call: saved answers, and failures on demand
api                     what a request is answered with, without HTTP
signing, deliveries     webhooks: signed, retried until a 2xx
edge, hooks, server     HTTP: /v1 as Stripe's, /_double for tests, the process
"""

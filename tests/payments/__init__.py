"""Payments: rules, conditions, HTTP, events, and Stripe behind a socket."""

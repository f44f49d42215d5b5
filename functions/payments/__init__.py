"""Payments: the money of an order, held, then taken or let go. Only this service knows Stripe."""

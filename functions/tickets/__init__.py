"""Tickets: what sellers list, and what buyers can see of it."""

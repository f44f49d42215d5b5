"""Tickets: rules, conditions, HTTP and the events of orders."""

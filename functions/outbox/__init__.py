"""The outbox: what a table's items announce, on its way to the bus."""

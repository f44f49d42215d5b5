"""The outbox publisher: from a table's stream onto the bus."""

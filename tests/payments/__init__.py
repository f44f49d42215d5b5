"""Orders: rules, conditions, HTTP, events and the sweeper."""

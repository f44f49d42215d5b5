"""People at a browser, at the running service."""

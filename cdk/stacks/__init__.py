"""One stack for each service, and the platform below them; each can be deployed alone."""

"""The reference: what the API says of itself, and the answer to what no service answers."""

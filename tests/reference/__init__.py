"""The API's description, and the answer to what no service answers."""

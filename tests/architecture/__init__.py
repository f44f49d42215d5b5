"""The house rules: where code may live, what it may import, and how large it may grow."""

"""The contracts: what is written down is what the code does, and what was promised still holds."""

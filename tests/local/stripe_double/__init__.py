"""The double of Stripe: its rules in memory, and its API through the official SDK."""

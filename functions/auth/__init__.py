"""The auth service: accounts, sessions, and who is calling."""

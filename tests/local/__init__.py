"""The local runtime."""

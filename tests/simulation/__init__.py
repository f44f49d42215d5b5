"""The whole service in one process, under a schedule that a seed decides."""

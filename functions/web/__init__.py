"""The web client: HTML for browsers, made from the public API and nothing else."""

"""Mutants: the product with one plausible mistake in it, each of which the simulation must find."""

"""The design budgets of the project, measured: `make bench`. Nothing here is a test."""

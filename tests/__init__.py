"""The tests: one folder for each service, and one for each kind of test that spans services."""

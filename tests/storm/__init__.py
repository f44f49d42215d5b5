"""Many people at a service that really runs, while much of it fails."""

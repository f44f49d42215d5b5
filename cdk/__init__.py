"""The infrastructure: what is deployed, decided here and nowhere else."""

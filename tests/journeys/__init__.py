"""Journeys over HTTP through the running service."""

"""Logs and metrics: a JSON line for each request or event, no personal data; metrics in EMF."""

import os
from datetime import datetime

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit, single_metric

logger = Logger()
"""Names the service and level from the environment; carries the correlation id in every line."""


def count(metric: str, value: int = 1) -> None:
    """Add to a business metric, such as `OrdersCreated`, in the service's dimension."""
    _emit(metric, MetricUnit.Count, value)


def lag(happened_at: datetime, seen_at: datetime) -> None:
    """Record how long an event took to reach its consumer."""
    _emit("ConsumerLag", MetricUnit.Milliseconds, (seen_at - happened_at).total_seconds() * 1000)


def _emit(name: str, unit: MetricUnit, value: float) -> None:
    service = os.environ.get("POWERTOOLS_SERVICE_NAME", "ticketing")
    with single_metric(name=name, unit=unit, value=value, default_dimensions={"service": service}):
        pass

"""Secrets: read from Secrets Manager, kept for a bounded time so that a rotation is seen."""

import json
import time
from typing import Any

from ticketing import aws

MAX_AGE = 300.0
"""Seconds."""

_cache: dict[str, tuple[float, dict[str, Any]]] = {}


def secret(name: str) -> dict[str, Any]:
    """The JSON object stored under `name` (an ARN or a name), at most MAX_AGE old."""
    read_at, value = _cache.get(name, (-MAX_AGE, {}))
    if time.monotonic() - read_at >= MAX_AGE:
        answer = aws.client("secretsmanager").get_secret_value(SecretId=name)
        value = json.loads(answer["SecretString"])
        _cache[name] = (time.monotonic(), value)
    return value


def forget() -> None:
    """Read every secret again at its next use."""
    _cache.clear()

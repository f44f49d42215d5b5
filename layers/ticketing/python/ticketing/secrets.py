"""Secrets: read from Secrets Manager, kept for a bounded time so that a rotation is seen."""

import json
import math
import time
from typing import Any

from ticketing import aws

MAX_AGE = 300.0
"""Seconds."""

_cache: dict[str, tuple[float, dict[str, Any]]] = {}


def secret(name: str, max_age: float = MAX_AGE) -> dict[str, Any]:
    """The JSON object stored under `name` (an ARN or a name), at most `max_age` seconds old.

    While Secrets Manager is out of reach, the one read before is still good.
    """
    read_at, value = _cache.get(name, (-math.inf, {}))
    if time.monotonic() - read_at >= max_age:
        try:
            value = _read(name)
        except Exception as error:
            if not (value and aws.is_transient(error)):
                raise
        _cache[name] = (time.monotonic(), value)
    return value


def _read(name: str) -> dict[str, Any]:
    answer = aws.client("secretsmanager").get_secret_value(SecretId=name)
    value: dict[str, Any] = json.loads(answer["SecretString"])
    return value


def forget() -> None:
    """Read every secret again at its next use."""
    _cache.clear()

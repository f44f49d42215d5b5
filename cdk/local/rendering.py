"""A function's JSON log lines, for people: what happened, and the id of the request behind it."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

HIDDEN = frozenset(
    {
        "cold_start",
        "correlation_id",
        "exception",
        "exception_name",
        "function_arn",
        "function_memory_size",
        "function_name",
        "function_request_id",
        "level",
        "location",
        "message",
        "sampling_rate",
        "service",
        "stack_trace",
        "timestamp",
        "xray_trace_id",
    }
)
"""What a line says elsewhere, or what interests nobody on this machine."""

REQUEST = ("route", "method", "status", "duration_ms")

COLORS = {"WARNING": "\033[33m", "ERROR": "\033[31m", "CRITICAL": "\033[31m"}
DIM, PLAIN = "\033[2m", "\033[0m"


class Line(NamedTuple):
    """One line of the stream."""

    label: str
    """Of the function: `orders/api`."""

    level: str
    text: str
    cause: str = ""
    """The correlation id."""

    trace: str = ""

    def shown(self, *, color: bool) -> str:
        """As the terminal gets it, at this moment."""
        time = datetime.now(UTC).astimezone().strftime("%H:%M:%S.%f")[:-3]
        begin = COLORS.get(self.level, PLAIN) if color else ""
        dim, end = (DIM, PLAIN) if color else ("", "")
        cause = f"  {dim}[{self.cause}]{end}" if self.cause else ""
        trace = "".join(f"\n    {line}" for line in self.trace.splitlines())
        head = f"{dim}{time}{end} {self.label:<19} {begin}{self.level:<7}{end}"
        return f"{head} {self.text}{cause}{trace}"

    @property
    def urgent(self) -> bool:
        """Whether it may not be missed."""
        return self.level in COLORS


def render(label: str, printed: str) -> Line | None:
    """What a function printed; None if it is none of people's business, like a metric."""
    try:
        record = json.loads(printed)
    except ValueError:
        record = None
    if not isinstance(record, dict):
        return Line(label, "", printed) if printed.strip() else None
    if "_aws" in record:
        return None
    return Line(
        label,
        str(record.get("level", "")),
        _text(record),
        str(record.get("correlation_id") or ""),
        str(record.get("exception") or ""),
    )


def _text(record: Mapping[str, Any]) -> str:
    if all(key in record for key in REQUEST):
        return _request(record)
    extras = [f"{key}={_value(record[key])}" for key in record if key not in HIDDEN]
    return " ".join([str(record.get("message", "")), *extras])


def _request(record: Mapping[str, Any]) -> str:
    """The line that ends a request."""
    route = str(record["route"]).removeprefix("ANY ").removeprefix(f"{record['method']} ")
    extras = [
        f"{key}={_value(record[key])}" for key in record if key not in HIDDEN and key not in REQUEST
    ]
    text = f"{record['method']} {route} -> {record['status']} in {record['duration_ms']} ms"
    return " ".join([text, *extras])


def _value(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)

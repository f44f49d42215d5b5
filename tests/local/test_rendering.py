"""Log lines for people: what is shown of what functions print."""

import json
import re

from cdk.local.rendering import render


def shown(printed: str) -> str:
    line = render("orders/api", printed)
    assert line
    return re.sub(r"^\d\d:\d\d:\d\d\.\d\d\d ", "", line.shown(color=False))


def test_a_line_names_function_level_message_facts_and_correlation() -> None:
    record = {
        "level": "INFO",
        "location": "reserve:10",
        "message": "ticket reserved",
        "timestamp": "2026-11-23 04:23:07,863+0000",
        "service": "orders",
        "order_id": "o1",
        "count": 2,
        "correlation_id": "c1",
    }
    expected = "orders/api          INFO    ticket reserved order_id=o1 count=2  [c1]"
    assert shown(json.dumps(record)) == expected


def test_the_end_of_a_request_is_told_shortly() -> None:
    record = {
        "level": "INFO",
        "message": "request",
        "route": "POST /api/orders",
        "method": "POST",
        "status": 201,
        "duration_ms": 12.5,
        "correlation_id": "c1",
    }
    assert shown(json.dumps(record)).endswith("POST /api/orders -> 201 in 12.5 ms  [c1]")
    record |= {"route": "ANY /api/orders/{proxy+}", "method": "PATCH", "status": 405}
    assert "PATCH /api/orders/{proxy+} -> 405" in shown(json.dumps(record))


def test_an_exception_follows_its_line() -> None:
    record = {"level": "ERROR", "message": "defect", "exception": "Traceback:\n  boom"}
    assert shown(json.dumps(record)).splitlines()[1:] == ["    Traceback:", "      boom"]


def test_metrics_and_empty_lines_are_not_shown() -> None:
    assert render("orders/api", json.dumps({"_aws": {}, "OrdersCreated": 1})) is None
    assert render("orders/api", "  ") is None


def test_what_is_not_json_is_shown_as_it_is() -> None:
    assert shown("plain words").endswith(" plain words")
    assert shown("42").endswith(" 42")


def test_only_problems_are_urgent() -> None:
    levels = {"INFO": False, "WARNING": True, "ERROR": True, "": False}
    for level, urgent in levels.items():
        line = render("orders/api", json.dumps({"level": level, "message": "x"}))
        assert line
        assert line.urgent is urgent


def test_color_is_only_added_where_it_is_wanted() -> None:
    line = render("orders/api", json.dumps({"level": "ERROR", "message": "x"}))
    assert line
    assert "\033[" not in line.shown(color=False)
    assert "\033[31mERROR" in line.shown(color=True)

"""Telemetry: metrics in CloudWatch's embedded format, in the service's dimension."""

from datetime import UTC, datetime, timedelta

from tests.ticketing.conftest import Log
from ticketing.telemetry import count, lag


def test_a_business_metric_is_counted_for_its_service(log: Log) -> None:
    count("OrdersCreated")
    (line,) = log.metrics()
    assert line["OrdersCreated"] == [1]
    assert line["service"] == "test"
    (metrics,) = line["_aws"]["CloudWatchMetrics"]
    assert metrics == {
        "Namespace": "Ticketing",
        "Dimensions": [["service"]],
        "Metrics": [{"Name": "OrdersCreated", "Unit": "Count"}],
    }


def test_a_metric_can_grow_by_more_than_one(log: Log) -> None:
    count("EventsPublished", 7)
    assert log.metrics()[0]["EventsPublished"] == [7]


def test_lag_is_the_way_of_an_event_in_milliseconds(log: Log) -> None:
    happened = datetime(2026, 11, 23, 12, tzinfo=UTC)
    lag(happened, happened + timedelta(seconds=1.5))
    (line,) = log.metrics()
    assert line["ConsumerLag"] == [1500]
    assert line["_aws"]["CloudWatchMetrics"][0]["Metrics"][0]["Unit"] == "Milliseconds"

"""Alarms: whatever needs a person calls one, who is told where to read what to do."""

import re

import pytest

from cdk.artifacts import ROOT
from cdk.settings import DEV, PROD
from tests.infrastructure.conftest import Synthesize
from tests.infrastructure.templates import Resource, Templates, target

ALARM = "AWS::CloudWatch::Alarm"

CALLED_AT = {
    ("ApproximateNumberOfMessagesVisible", 1, 5),
    ("IteratorAge", 300_000, 5),
    ("RecordsSetAside", 1, 5),
    ("Errors", 2, 3),
    ("Errors", 2, 15),
    ("PaymentsMismatched", 1, 5),
    ("5xx", 10, 5),
}
"""A metric, what it has to reach, and within how many minutes."""


@pytest.fixture(scope="module")
def alarms(prod: Templates) -> list[Resource]:
    return prod.resources(ALARM)


def watched(alarms: list[Resource], metric: str, dimension: str) -> set[str]:
    """The paths of what the alarms on a metric look at."""
    return {
        f"{alarm.stack}/{target(each['Value'])}"
        for alarm in of_metric(alarms, metric)
        for each in alarm.properties["Dimensions"]
        if each["Name"] == dimension
    }


def of_metric(alarms: list[Resource], metric: str) -> list[Resource]:
    return [alarm for alarm in alarms if alarm.properties["MetricName"] == metric]


def test_every_dead_letter_queue_has_one(prod: Templates, alarms: list[Resource]) -> None:
    queues = {one.path for one in prod.resources("AWS::SQS::Queue") if "DeadLetters" in one.id}
    assert len(queues) == 5
    assert watched(alarms, "ApproximateNumberOfMessagesVisible", "QueueName") == queues


def test_every_publisher_has_one(prod: Templates, alarms: list[Resource]) -> None:
    functions = prod.functions().items()
    publishers = {one.path for name, one in functions if name.endswith("-publisher")}
    assert len(publishers) == 4
    assert watched(alarms, "IteratorAge", "FunctionName") == publishers


def test_a_record_that_is_set_aside_has_one_in_each_service(alarms: list[Resource]) -> None:
    services = {
        each["Value"]
        for alarm in of_metric(alarms, "RecordsSetAside")
        for each in alarm.properties["Dimensions"]
    }
    assert services == {"auth", "tickets", "orders", "payments"}


def test_every_function_that_a_schedule_calls_has_one(
    prod: Templates, alarms: list[Resource]
) -> None:
    schedules = prod.resources("AWS::Scheduler::Schedule")
    called = {f"{one.stack}/{target(one.properties['Target']['Arn'])}" for one in schedules}
    assert len(called) == 2
    assert watched(alarms, "Errors", "FunctionName") == called


def test_other_money_than_the_amount_has_one(alarms: list[Resource]) -> None:
    [mismatch] = of_metric(alarms, "PaymentsMismatched")
    assert mismatch.properties["Namespace"] == PROD.prefix
    assert mismatch.properties["Dimensions"] == [{"Name": "service", "Value": "payments"}]


def test_requests_that_fail_have_one(alarms: list[Resource]) -> None:
    [failures] = of_metric(alarms, "5xx")
    assert failures.stack == "Platform"


def test_each_calls_as_soon_as_its_metric_reaches_what_it_has_to(alarms: list[Resource]) -> None:
    found = [alarm.properties for alarm in alarms]
    assert {(one["MetricName"], one["Threshold"], one["Period"] / 60) for one in found} == CALLED_AT
    assert {one["EvaluationPeriods"] for one in found} == {1}
    assert {one["ComparisonOperator"] for one in found} == {"GreaterThanOrEqualToThreshold"}


def test_all_of_them_call_the_stages_topic(alarms: list[Resource]) -> None:
    for alarm in alarms:
        [action] = alarm.properties["AlarmActions"]
        assert f":{PROD.prefix}-alarms" in str(action)
        assert alarm.properties["TreatMissingData"] == "notBreaching"


def test_each_leads_to_a_section_of_the_runbook(alarms: list[Resource]) -> None:
    titles = re.findall(r"^## (.+)$", (ROOT / "docs" / "operations.md").read_text(), re.MULTILINE)
    for alarm in alarms:
        why = alarm.properties["AlarmDescription"]
        assert "docs/operations.md" in why
        section = why.partition("docs/operations.md, ")[2]
        assert not section or section in titles


def test_cloudwatch_may_call_and_an_operator_hears_it(synthesize: Synthesize) -> None:
    templates = synthesize(PROD.replace(alarm_email="ops@example.com"))
    [subscription] = templates.resources("AWS::SNS::Subscription")
    assert subscription.properties["Endpoint"] == "ops@example.com"
    [policy] = templates.resources("AWS::SNS::TopicPolicy")
    allowed = [
        one for one in policy.properties["PolicyDocument"]["Statement"] if one["Effect"] == "Allow"
    ]
    [statement] = allowed
    assert statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    }


def test_there_are_none_where_nobody_watches(synthesize: Synthesize) -> None:
    assert synthesize(DEV).resources(ALARM, "AWS::SNS::Topic") == []

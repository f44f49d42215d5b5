"""Nothing is lost on the way: what cannot be delivered or applied is kept where it can be found."""

import json
from datetime import timedelta

import pytest

from cdk.catalogue import CONSUMERS
from cdk.republish import BUCKET, PUBLISHER
from cdk.settings import PROD
from cdk.tables import TABLES
from cdk.throttles import SHARES
from tests.infrastructure.templates import Resource, Templates, target
from ticketing.outbox import EventType

DAY = int(timedelta(days=1).total_seconds())


CONSUMED = {
    "auth": {"auth": ["user:erased"]},
    "tickets": {
        "orders": ["order:created", "order:completed", "order:cancelled"],
        "auth": ["user:erased"],
    },
    "orders": {
        "auth": ["user:erased"],
        "tickets": ["ticket:created", "ticket:updated"],
        "payments": ["payment:authorized", "payment:created", "payment:failed"],
        "expiration": ["expiration:complete"],
    },
    "payments": {
        "orders": ["order:created", "order:confirmed", "order:completed", "order:cancelled"]
    },
    "expiration": {"orders": ["order:created"]},
}
"""The contract, from the consumers' side."""


def queue(templates: Templates, mapping: Resource) -> Resource:
    return templates.of(mapping.stack, target(mapping.properties["EventSourceArn"]))


def mappings(templates: Templates, source_type: str) -> list[Resource]:
    return [
        one
        for one in templates.resources("AWS::Lambda::EventSourceMapping")
        if queue(templates, one).type == source_type
    ]


def routed(templates: Templates) -> set[tuple[str, str, str]]:
    """(producer, detail-type, consumer) of every rule on the bus."""
    return {
        (origin, name, rule.stack.lower())
        for rule in templates.resources("AWS::Events::Rule")
        for origin in rule.properties["EventPattern"]["source"]
        for name in rule.properties["EventPattern"]["detail-type"]
    }


def test_rules_route_each_event_to_its_consumers_and_to_nobody_else(prod: Templates) -> None:
    assert routed(prod) == {
        (f"ticketing.{producer}", name, consumer)
        for consumer, received in CONSUMED.items()
        for producer, names in received.items()
        for name in names
    }


def test_the_catalogue_names_the_events_that_exist() -> None:
    assert set(CONSUMERS) == set(EventType)


def test_every_rule_is_on_our_bus_and_each_target_has_a_dead_letter_queue(prod: Templates) -> None:
    rules = prod.resources("AWS::Events::Rule")
    assert rules
    for rule in rules:
        assert rule.properties["EventBusName"] == "ticketing"
        for one in rule.properties["Targets"]:
            letters = prod.of(rule.stack, target(one["DeadLetterConfig"]["Arn"]))
            assert letters.properties["MessageRetentionPeriod"] == 14 * DAY


def test_a_rule_may_send_to_its_target_and_its_dead_letter_queue(prod: Templates) -> None:
    allowed = {
        (policy.stack, target(statement["Resource"]), target(sender))
        for policy in prod.resources("AWS::SQS::QueuePolicy")
        for statement in policy.properties["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
        for sender in [statement["Condition"]["ArnEquals"]["aws:SourceArn"]]
    }
    for rule in prod.resources("AWS::Events::Rule"):
        for one in rule.properties["Targets"]:
            assert (rule.stack, target(one["DeadLetterConfig"]["Arn"]), rule.id) in allowed
            if prod.of(rule.stack, target(one["Arn"])).type == "AWS::SQS::Queue":
                assert (rule.stack, target(one["Arn"]), rule.id) in allowed


def test_every_consumed_queue_gives_up_after_five_receives(prod: Templates) -> None:
    consumed = mappings(prod, "AWS::SQS::Queue")
    assert {one.stack for one in consumed} == {"Auth", "Tickets", "Orders", "Payments"}
    for mapping in consumed:
        redrive = queue(prod, mapping).properties["RedrivePolicy"]
        letters = prod.of(mapping.stack, target(redrive["deadLetterTargetArn"]))
        assert redrive["maxReceiveCount"] == 5
        assert letters.properties["MessageRetentionPeriod"] == 14 * DAY


def test_operators_find_each_queue_and_its_dead_letters(prod: Templates) -> None:
    """To move letters back takes both: what a rule could not deliver was in no queue before."""
    for mapping in mappings(prod, "AWS::SQS::Queue"):
        told = prod.template(mapping.stack)["Outputs"]
        assert told["QueueArn"]["Value"] == mapping.properties["EventSourceArn"]
        redrive = queue(prod, mapping).properties["RedrivePolicy"]
        assert told["DeadLettersArn"]["Value"] == redrive["deadLetterTargetArn"]


def test_a_dead_letter_outlives_the_message_it_was(prod: Templates) -> None:
    """The clock of a message goes on in the dead-letter queue: it must be the longer one."""
    for one in prod.resources("AWS::SQS::Queue"):
        if "RedrivePolicy" in one.properties:
            assert one.properties["MessageRetentionPeriod"] < 14 * DAY


def test_a_queue_waits_six_function_timeouts_before_it_hands_out_again(prod: Templates) -> None:
    for mapping in mappings(prod, "AWS::SQS::Queue"):
        function = prod.of(mapping.stack, target(mapping.properties["FunctionName"]))
        visibility = queue(prod, mapping).properties["VisibilityTimeout"]
        assert visibility >= 6 * function.properties["Timeout"]


def test_a_queue_is_worked_off_in_parts_and_within_bounds(prod: Templates) -> None:
    for mapping in mappings(prod, "AWS::SQS::Queue"):
        assert mapping.properties["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert 2 <= mapping.properties["ScalingConfig"]["MaximumConcurrency"] <= 50


def test_captures_keep_up_with_the_payments_that_are_admitted(prod: Templates) -> None:
    """Stripe takes 0.7 s for most captures; also when it takes two, none may wait behind others."""
    admitted = PROD.throttle_rate * SHARES["POST /api/payments"]
    [mapping] = [one for one in mappings(prod, "AWS::SQS::Queue") if one.stack == "Payments"]
    assert mapping.properties["ScalingConfig"]["MaximumConcurrency"] >= admitted * 2


def test_no_queue_asks_for_more_than_its_function_gets(prod: Templates) -> None:
    """What is throttled loses a receive."""
    for mapping in mappings(prod, "AWS::SQS::Queue"):
        function = prod.of(mapping.stack, target(mapping.properties["FunctionName"]))
        most = function.properties.get("ReservedConcurrentExecutions", 1000)
        assert mapping.properties["ScalingConfig"]["MaximumConcurrency"] <= most


def test_who_may_defer_an_event_may_do_so_for_as_long_as_it_takes(prod: Templates) -> None:
    """Lambda cuts a function off that got its own messages some 16 times; nobody else needs that.

    https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
    """
    senders = {
        (policy.stack, target(role))
        for policy in prod.resources("AWS::IAM::Policy")
        for statement in policy.properties["PolicyDocument"]["Statement"]
        for role in policy.properties["Roles"]
        if "sqs:SendMessage" in statement["Action"]
    }
    assert senders
    for function in prod.resources("AWS::Lambda::Function"):
        role = function.stack, target(function.properties["Role"])
        allowed = "Allow" if role in senders else None
        assert function.properties.get("RecursiveLoop") == allowed, function


def test_every_queue_is_encrypted_and_refuses_plain_http(prod: Templates) -> None:
    refusing = {
        (policy.stack, target(one))
        for policy in prod.resources("AWS::SQS::QueuePolicy")
        for one in policy.properties["Queues"]
        if any(
            statement["Effect"] == "Deny"
            and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
            for statement in policy.properties["PolicyDocument"]["Statement"]
        )
    }
    for one in prod.resources("AWS::SQS::Queue"):
        assert one.properties["SqsManagedSseEnabled"] is True
        assert (one.stack, one.id) in refusing


def test_every_stream_has_one_publisher_that_isolates_and_keeps_poison(prod: Templates) -> None:
    published = mappings(prod, "AWS::DynamoDB::GlobalTable")
    assert sorted(one.stack for one in published) == ["Auth", "Orders", "Payments", "Tickets"]
    for mapping in published:
        found = mapping.properties
        assert found["BisectBatchOnFunctionError"] is True
        assert found["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert found["MaximumRetryAttempts"] == -1, "an outage uses up any number within minutes"
        assert DAY / 2 < found["MaximumRecordAgeInSeconds"] <= DAY - 4 * 3600
        assert found["StartingPosition"] == "TRIM_HORIZON"
        kept = prod.of(
            mapping.stack, target(found["DestinationConfig"]["OnFailure"]["Destination"])
        )
        assert kept.type == "AWS::S3::Bucket", "other destinations drop the payload"
        publisher = prod.of(mapping.stack, target(found["FunctionName"]))
        told = publisher.properties["Environment"]["Variables"]["FAILURES_BUCKET"]
        assert target(told) == kept.id


def test_operators_find_each_publisher_and_its_bucket(prod: Templates) -> None:
    published = {one.stack: one.properties for one in mappings(prod, "AWS::DynamoDB::GlobalTable")}
    assert {stack.lower() for stack in published} == set(TABLES)
    for stack, mapping in published.items():
        told = prod.template(stack)["Outputs"]
        bucket = mapping["DestinationConfig"]["OnFailure"]["Destination"]
        assert told[BUCKET]["Value"] == {"Ref": target(bucket)}
        assert told[PUBLISHER]["Value"] == {"Ref": target(mapping["FunctionName"])}


def test_a_publisher_is_shown_only_items_that_carry_an_event(prod: Templates) -> None:
    """What it is shown can end in its bucket for failures: an account must not."""
    for mapping in mappings(prod, "AWS::DynamoDB::GlobalTable"):
        (one,) = mapping.properties["FilterCriteria"]["Filters"]
        stamp = json.loads(one["Pattern"])["dynamodb"]["NewImage"]["outbox"]["M"]
        assert stamp == {"type": {"S": [{"exists": True}]}}


def test_what_failed_is_kept_private_and_encrypted(prod: Templates) -> None:
    buckets = prod.resources("AWS::S3::Bucket")
    assert buckets
    for bucket in buckets:
        assert set(bucket.properties["PublicAccessBlockConfiguration"].values()) == {True}
        assert "BucketEncryption" in bucket.properties


def test_the_bus_archives_our_events(prod: Templates) -> None:
    archive = prod.resources("AWS::Events::Archive")[0].properties
    assert archive["EventPattern"] == {"source": [{"prefix": "ticketing."}]}
    assert archive["RetentionDays"] == 90


@pytest.mark.parametrize(
    ("name", "rate"),
    [("orders-sweeper", "rate(1 minute)"), ("payments-reconciler", "rate(5 minutes)")],
)
def test_what_converges_runs_on_a_schedule(prod: Templates, name: str, rate: str) -> None:
    function = prod.functions()[name]
    schedules = {
        (one.stack, target(one.properties["Target"]["Arn"])): one
        for one in prod.resources("AWS::Scheduler::Schedule")
    }
    assert schedules[function.stack, function.id].properties["ScheduleExpression"] == rate

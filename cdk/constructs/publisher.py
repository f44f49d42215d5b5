"""A table's publisher: its stream, through one function, onto the bus.

It is shown only items that carry an event: what else a table holds, such as addresses of people, is
its service's own business. A record that fails for good goes to a bucket, by Lambda or by the
function itself: of all destinations only that one keeps the payload.
"""

import json

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from constructs import Construct

from cdk.constructs.acknowledge import acknowledge
from cdk.constructs.alarm import PERIOD, add_alarm, business_metric
from cdk.constructs.service import Service
from cdk.constructs.service_function import FunctionSpec, ServiceFunction
from cdk.constructs.service_table import ServiceTable

READ_STREAM = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator")

FOR_EVER = -1
"""Only a record's age ends its retries. The function sets aside what can never be published, so all
that is tried again waits for the bus, and those behind it wait for the same."""

MAX_AGE = Duration.hours(20)
"""Of the 24 that a record lives in the stream: what is left is for writing down all that failed."""

LATE = Duration.minutes(5)
"""When somebody has to know of a record that is not published."""

RUNBOOK = "docs/operations.md, A stream record could not be published"

CARRIES_EVENT = {"dynamodb": {"NewImage": {"outbox": {"M": {"type": {"S": [{"exists": True}]}}}}}}
"""https://docs.aws.amazon.com/lambda/latest/dg/with-ddb-filtering.html."""


class TablePublisher(Construct):
    """Sends the events that a service's items carry."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        service: Service,
        table: ServiceTable,
        bus: events.IEventBus,
    ) -> None:
        super().__init__(scope, construct_id)
        self.failures = _failures(self)
        self.function = ServiceFunction(
            self,
            "Publisher",
            service,
            FunctionSpec(
                module="publisher",
                package="outbox",
                purpose=f"Publishes the events that items of {service.name} carry",
                timeout=Duration.seconds(30),
                memory_mb=service.settings.worker_memory_mb,
            ),
            {"BUS_NAME": bus.event_bus_name, "FAILURES_BUCKET": self.failures.bucket_name},
        )
        self.function.allow("events:PutEvents", on=[bus.event_bus_arn])
        self.function.allow(*READ_STREAM, on=[table.stream_arn])
        self.function.allow_within(
            table.table,
            "/stream/*",
            "dynamodb:ListStreams",
            why="ListStreams is of a table, not of one stream",
        )
        self.function.allow("s3:ListBucket", on=[self.failures.bucket_arn])
        self.function.allow_within(
            self.failures,
            "/aws/lambda/*",
            "s3:PutObject",
            why="Lambda chooses the names of objects",
        )
        self._map(table)
        self._watch(service)

    def _watch(self, service: Service) -> None:
        add_alarm(
            self,
            "LateAlarm",
            service.settings,
            self.function.function.metric("IteratorAge", statistic="Maximum", period=PERIOD),
            at_least=LATE.to_milliseconds(),
            why=f"Events of {service.name} are not published: {RUNBOOK}",
        )
        add_alarm(
            self,
            "UnreadableAlarm",
            service.settings,
            business_metric(service.settings, service.name, "RecordsSetAside"),
            at_least=1,
            why=f"{service.name} cannot publish an event at all: {RUNBOOK}",
        )

    def _map(self, table: ServiceTable) -> None:
        """Start at the oldest record: a write before the mapping was there must not be missed.

        No batching window: a purchase passes through publishers five times, one after the other.
        """
        mapping = lambda_.CfnEventSourceMapping(
            self,
            "Mapping",
            event_source_arn=table.stream_arn,
            function_name=self.function.target.function_arn,
            filter_criteria=lambda_.CfnEventSourceMapping.FilterCriteriaProperty(
                filters=[
                    lambda_.CfnEventSourceMapping.FilterProperty(pattern=json.dumps(CARRIES_EVENT))
                ]
            ),
            starting_position="TRIM_HORIZON",
            batch_size=100,
            maximum_batching_window_in_seconds=0,
            bisect_batch_on_function_error=True,
            maximum_retry_attempts=FOR_EVER,
            maximum_record_age_in_seconds=int(MAX_AGE.to_seconds()),
            function_response_types=["ReportBatchItemFailures"],
            destination_config=lambda_.CfnEventSourceMapping.DestinationConfigProperty(
                on_failure=lambda_.CfnEventSourceMapping.OnFailureProperty(
                    destination=self.failures.bucket_arn
                )
            ),
        )
        mapping.node.add_dependency(self.function.role)


def _failures(scope: Construct) -> s3.Bucket:
    """It outlives its stack: a bucket that holds something cannot be deleted."""
    bucket = s3.Bucket(
        scope,
        "Failures",
        encryption=s3.BucketEncryption.S3_MANAGED,
        enforce_ssl=True,
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        removal_policy=RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
        lifecycle_rules=[s3.LifecycleRule(expiration=Duration.days(90))],
    )
    acknowledge(
        bucket,
        "S1",
        "Only Lambda and the publisher write here, and only what failed; none is served",
    )
    return bucket

"""A deployed stage as the command that publishes again sees it, and what Lambda keeps there."""

import json
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO
from typing import Any

import boto3
from botocore.exceptions import ClientError
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends

from cdk.republish import BUCKET, PUBLISHER
from cdk.settings import PROD
from cdk.tables import TABLES
from outbox import publisher
from tests.conftest import REGION
from tests.gateway import LambdaContext
from tests.outbox.records import BusDouble, Record, a_record, an_item

KEY = "aws/lambda/mapping/shard/2026/11/23/2026-11-23T12.00.00-{}"


def a_failure(*records: Record, **changes: Any) -> bytes:
    """A batch that was given up, as Lambda writes it down."""
    return json.dumps(
        {
            "requestContext": {
                "requestId": "316aa6d0-8154-xmpl-9af7-85d5f4a6bc81",
                "functionArn": "arn:aws:lambda:eu-west-1:123456789012:function:publisher",
                "condition": "RetryAttemptsExhausted",
                "approximateInvokeCount": 21,
            },
            "responseContext": {
                "statusCode": 200,
                "executedVersion": "$LATEST",
                "functionError": None,
            },
            "version": "1.0",
            "timestamp": "2026-11-23T12:00:00.000Z",
            "DDBStreamBatchInfo": {
                "shardId": "shardId-00000001573689847184-864758bb",
                "startSequenceNumber": "1",
                "endSequenceNumber": "1",
                "approximateArrivalOfFirstRecord": "2026-11-23T11:00:00Z",
                "approximateArrivalOfLastRecord": "2026-11-23T11:00:00Z",
                "batchSize": len(records),
                "streamArn": "arn:aws:dynamodb:eu-west-1:123456789012:table/t/stream/s",
            },
            "payload": json.dumps({"Records": records}),
            **changes,
        }
    ).encode()


def of_events(*event_ids: str) -> bytes:
    return a_failure(*(a_record(number, an_item(each)) for number, each in enumerate(event_ids, 1)))


class Stage:
    """The stacks of a deployed stage: their buckets in memory, and publishers that run here."""

    def __init__(self, bus: BusDouble) -> None:
        self.bus = bus
        self.invoked: list[str] = []
        self.broken: set[str] = set()
        self.stacks = {
            f"{PROD.prefix}-{service}": {BUCKET: f"{service}-bucket", PUBLISHER: f"{service}-pub"}
            for service in TABLES
        }
        self._real_client: Any = boto3.client
        self._s3: Any = boto3.client("s3")
        for service in TABLES:
            self._s3.create_bucket(
                Bucket=f"{service}-bucket",
                CreateBucketConfiguration={"LocationConstraint": REGION},
            )

    def client(self, service: Any) -> Any:
        """In the place of boto3's."""
        return self if service in ("cloudformation", "lambda") else self._real_client(service)

    def describe_stacks(self, *, StackName: str) -> Any:  # noqa: N803 - AWS's own name
        if StackName not in self.stacks:
            error: Any = {"Code": "ValidationError", "Message": f"Stack {StackName} does not exist"}
            raise ClientError({"Error": error}, "DescribeStacks")
        told = self.stacks[StackName].items()
        outputs = [{"OutputKey": key, "OutputValue": value} for key, value in told]
        return {"Stacks": [{"Outputs": outputs} if outputs else {}]}

    def invoke(self, *, FunctionName: str, Payload: str) -> Any:  # noqa: N803
        self.invoked.append(FunctionName)
        if FunctionName in self.broken:
            body = b'{"errorType": "Sandbox.Timedout", "errorMessage": "timed out"}'
            return {"StatusCode": 200, "FunctionError": "Unhandled", "Payload": BytesIO(body)}
        context: Any = LambdaContext()
        with redirect_stdout(StringIO()):
            answer = publisher.lambda_handler(json.loads(Payload), context)
        return {"StatusCode": 200, "Payload": BytesIO(json.dumps(answer).encode())}

    def keep(self, service: str, name: str, body: bytes, *, age: int = 0) -> None:
        """Put an object into a service's bucket, so many minutes ago."""
        bucket, key = f"{service}-bucket", KEY.format(name)
        self._s3.put_object(Bucket=bucket, Key=key, Body=body)
        stored = s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets[bucket].keys[key]
        stored.last_modified = datetime.now(UTC).replace(tzinfo=None) - timedelta(minutes=age)

    def left(self) -> dict[str, list[str]]:
        """The names of what is kept, by service; without those that keep nothing."""
        found = {
            service: self._s3.list_objects_v2(Bucket=f"{service}-bucket").get("Contents", [])
            for service in TABLES
        }
        return {
            service: [each["Key"].removeprefix(KEY.format("")) for each in objects]
            for service, objects in found.items()
            if objects
        }

    def published(self) -> list[str]:
        """The ids of the events on the bus."""
        return [json.loads(entry["Detail"])["metadata"]["id"] for entry in self.bus.arrived]

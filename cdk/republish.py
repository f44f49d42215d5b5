"""`python -m cdk.republish STAGE`: sends again the events whose records could not be published.

They lie in the bucket of their service's publisher, which is invoked with them once more: it alone
decides what is published, and in which order. What it has published is deleted, so a run that was
stopped is gone on with by the next one; an event that comes twice is ignored by its consumers.
"""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from pydantic import BaseModel, Field, Json, ValidationError

from cdk.commands import carry_out, outputs
from cdk.settings import STAGES
from cdk.tables import TABLES

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client

BUCKET, PUBLISHER = "FailuresBucket", "PublisherName"
"""Outputs of each stack that publishes."""


class Batch(BaseModel):
    """What the publisher is invoked with."""

    records: list[dict[str, Any]] = Field(alias="Records", min_length=1)


class FailedInvocation(BaseModel):
    """What Lambda writes down of a batch that it gave up; the event is JSON within the JSON.

    https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
    """

    payload: Json[Batch]


@dataclass(frozen=True, slots=True)
class Outbox:
    """A service's publisher, and the bucket for what it could not publish."""

    s3: "S3Client"
    functions: "LambdaClient"
    service: str
    bucket: str
    publisher: str

    def failures(self) -> list[str]:
        """The keys of all that lies in the bucket, oldest first."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket)
        found = [each for page in pages for each in page.get("Contents", [])]
        return [each["Key"] for each in sorted(found, key=lambda each: each["LastModified"])]

    def read(self, key: str) -> Batch:
        """Raises ValidationError for an object that is no failed invocation."""
        body = self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        return FailedInvocation.model_validate_json(body).payload

    def publishes(self, batch: Batch) -> bool:
        """Whether all of a batch is published now."""
        answer = self.functions.invoke(
            FunctionName=self.publisher, Payload=batch.model_dump_json(by_alias=True)
        )
        if "FunctionError" in answer:
            return False
        return not json.load(answer["Payload"])["batchItemFailures"]

    def delete(self, key: str) -> None:
        self.s3.delete_object(Bucket=self.bucket, Key=key)


def republish(outbox: Outbox) -> None:
    """Send again what can be read, up to the first that cannot be published: order matters."""
    for key in outbox.failures():
        name = f"{outbox.service}: {key}"
        try:
            batch = outbox.read(key)
        except ValidationError:
            print(f"{name} is left: it is no failed invocation")
            continue
        if not outbox.publishes(batch):
            print(f"{name} is left, with all behind it: the log of {outbox.publisher} says why")
            return
        outbox.delete(key)
        print(f"{name} is sent again")


def show(outbox: Outbox) -> None:
    """List what is there, and send nothing."""
    for key in outbox.failures():
        print(f"{outbox.service}: {key}")


def find(stage: str) -> list[Outbox]:
    """Those of all services of a deployed stage. Raises MissingOutputError."""
    s3, functions = boto3.client("s3"), boto3.client("lambda")
    return [
        Outbox(s3, functions, service, *outputs(stage, service, BUCKET, PUBLISHER))
        for service in TABLES
    ]


def main() -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(prog="python -m cdk.republish")
    parser.add_argument("stage", choices=STAGES)
    parser.add_argument("--dry-run", action="store_true", help="only list what is there")
    arguments = parser.parse_args()
    act = show if arguments.dry_run else republish
    return carry_out(lambda: of_every_service(arguments.stage, act))


def of_every_service(stage: str, act: Callable[[Outbox], None]) -> int:
    """1 if something is left then, as an exit status."""
    outboxes = find(stage)
    for outbox in outboxes:
        act(outbox)
    left = sum(len(outbox.failures()) for outbox in outboxes)
    print(f"{left} left" if left else "nothing is left")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())

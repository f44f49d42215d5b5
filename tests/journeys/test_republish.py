"""An event that could not be published, and the command that sends it again."""

import json
import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from cdk.republish import BUCKET
from tests.journeys.people import Person, eventually

pytestmark = pytest.mark.journey

KEY = "aws/lambda/mapping/shard/2026/11/23/2026-11-23T12.00.00-of-a-journey"

type AwsClient = Callable[[Any], Any]


def failures_bucket(aws_client: AwsClient) -> str:
    """Where Lambda keeps what tickets could not publish; the emulator puts nothing there."""
    stacks = aws_client("cloudformation").describe_stacks(StackName="ticketing-local-tickets")
    outputs = {one["OutputKey"]: one["OutputValue"] for one in stacks["Stacks"][0]["Outputs"]}
    return str(outputs[BUCKET])


def test_a_ticket_whose_event_was_lost_can_be_bought_after_one_command(
    seller: Person,
    buyer: Person,
    aws_client: AwsClient,
    endpoints: dict[str, Any],
    operator: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    ticket = seller.lists()
    key, tables = {"pk": {"S": f"TICKET#{ticket['id']}"}}, endpoints["tables"]
    dynamodb, s3, bucket = aws_client("dynamodb"), aws_client("s3"), failures_bucket(aws_client)
    eventually(lambda: "Item" in dynamodb.get_item(TableName=tables["orders"], Key=key), bool)
    dynamodb.delete_item(TableName=tables["orders"], Key=key)
    item = dynamodb.get_item(TableName=tables["tickets"], Key=key)["Item"]

    def fail(image: dict[str, Any]) -> None:
        change = {"SequenceNumber": "1", "Keys": key, "NewImage": image}
        payload = {"Records": [{"eventSource": "aws:dynamodb", "dynamodb": change}]}
        s3.put_object(Bucket=bucket, Key=KEY, Body=json.dumps({"payload": json.dumps(payload)}))

    fail(item | {"title": {"N": "1"}})
    again = operator("cdk.republish", "local")
    assert (again.returncode, again.stderr) == (1, "")
    assert f"tickets: {KEY} is left" in again.stdout
    fail(item)
    listed = operator("cdk.republish", "local", "--dry-run")
    assert (listed.returncode, listed.stdout) == (1, f"tickets: {KEY}\n1 left\n")
    sent = operator("cdk.republish", "local")
    assert (sent.returncode, sent.stderr) == (0, "")
    assert sent.stdout == f"tickets: {KEY} is sent again\nnothing is left\n"
    eventually(lambda: buyer.tries_to_reserve(ticket).status_code, lambda status: status == 201)

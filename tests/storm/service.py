"""The service from inside: what is stored and under way, and what an operator can do."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import boto3
import httpx

from tests.journeys.stripe_account import StripeAccount
from tests.storm.remains import Remains
from ticketing.attributes import Item, from_attributes

UNDER_WAY = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
ALL = (*UNDER_WAY, "ApproximateNumberOfMessagesDelayed")


class Service:
    """A running service, by what its `endpoints.json` says."""

    def __init__(self, endpoints: Mapping[str, Any]) -> None:
        self.url: str = endpoints["app"]
        self.stripe = StripeAccount(endpoints["stripe"], endpoints["stripeKey"])
        self._endpoints = endpoints
        self._dynamodb = self._client("dynamodb")
        self._sqs = self._client("sqs")
        self._lambda = self._client("lambda")

    def _client(self, service: Any) -> Any:
        return boto3.client(
            service,
            endpoint_url=self._endpoints["aws"],
            region_name=self._endpoints["region"],
            aws_access_key_id=self._endpoints["accessKey"],
            aws_secret_access_key=self._endpoints["secretKey"],
        )

    def remains(self) -> Remains:
        """What is stored, and what is at Stripe."""
        return Remains(
            orders=self._items("orders", "ORDER"),
            tickets=self._items("tickets", "TICKET"),
            copies=self._items("orders", "TICKET"),
            payments=self._items("payments", "ORDER"),
            intents=self.stripe.intents(),
            refunds=self.stripe.refunds(),
        )

    def _items(self, service: str, prefix: str) -> dict[str, Item]:
        """What a service stores, by the part of the key behind `prefix#`."""
        pages = self._dynamodb.get_paginator("scan").paginate(
            TableName=self._endpoints["tables"][service], ConsistentRead=True
        )
        items = [from_attributes(item) for page in pages for item in page["Items"]]
        parts = [(item["pk"].partition("#"), item) for item in items]
        return {key: item for (kind, _, key), item in parts if kind == prefix}

    def messages(self, counts: Sequence[str] = ALL) -> dict[str, int]:
        """How many messages each queue holds that is not empty, dead letters included."""
        queues = self._endpoints["queues"].items()
        lengths = {name: self._length(url, counts) for name, url in queues}
        return {name: length for name, length in lengths.items() if length}

    def _length(self, url: str, counts: Sequence[Any]) -> int:
        found = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=counts)
        return sum(map(int, found["Attributes"].values()))

    def processes(self) -> list[dict[str, Any]]:
        """Which processes run which functions of the product now: `function` and `pid`."""
        found = httpx.get(self._endpoints["processes"]).json()
        return [each for each in found if not each["function"].startswith("local/")]

    # What an operator does

    def run(self, handler: str) -> None:
        """Call a function now that a schedule calls every few minutes: `orders.sweeper`."""
        functions = self._lambda.get_paginator("list_functions").paginate()
        for function in (each for page in functions for each in page["Functions"]):
            if function["Handler"].startswith(handler):
                self._lambda.invoke(FunctionName=function["FunctionName"], Payload=json.dumps({}))

    def redrive(self) -> int:
        """Send back what lies in the dead-letter queues; says how many messages that were."""
        queues = self._endpoints["queues"]
        pairs = {name: f"{name}-dead-letters" for name in queues}
        return sum(
            self._move(queues[dead], queues[name]) for name, dead in pairs.items() if dead in queues
        )

    def _move(self, source: str, target: str) -> int:
        moved = 0
        while messages := self._sqs.receive_message(QueueUrl=source, MaxNumberOfMessages=10).get(
            "Messages"
        ):
            for message in messages:
                self._sqs.send_message(QueueUrl=target, MessageBody=message["Body"])
                self._sqs.delete_message(QueueUrl=source, ReceiptHandle=message["ReceiptHandle"])
                moved += 1
        return moved

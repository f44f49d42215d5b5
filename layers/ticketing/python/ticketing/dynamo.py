"""One table: consistent reads by key, pages of an index, conditional writes that can be refused.

botocore sends a write again whose answer was lost: it meets its own outbox stamp, and succeeded. If
another write came between, it is refused: the condition of a claim, a withdrawal or a settlement is
then false for good, and that of an edit is of one version. Only a counter may be off by one. A
transaction has a token of botocore's, by which DynamoDB knows it again.
"""

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError

from ticketing.attributes import Item, from_attributes, to_attributes
from ticketing.errors import Unavailable
from ticketing.paging import invalid_cursor
from ticketing.writes import Delete, Put, Update, Write, is_own, request_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

__all__ = ["Delete", "Item", "Put", "Table", "Update"]

PAUSES = (0.0, 0.05, 0.1, 0.2, 0.4)
"""Seconds, at most, before each attempt at a call that others contend with."""

PAGE = 100
"""Items that one query reads where all are wanted."""

CONTENTION = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
"""Why DynamoDB cancels a transaction that it may apply at the next attempt."""


class Table:
    """One service's table: its primary key is the string `pk`; reads by key are consistent."""

    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        self._client = client
        self._name = name

    def get(self, key: str) -> Item | None:
        """The item with this primary key."""
        answer = self._client.get_item(
            TableName=self._name, Key={"pk": {"S": key}}, ConsistentRead=True
        )
        return from_attributes(answer["Item"]) if "Item" in answer else None

    def get_many(self, *keys: str) -> dict[str, Item]:
        """The items with these primary keys, 1 to 100. Raises Unavailable while throttled."""
        wanted = [{"pk": {"S": key}} for key in dict.fromkeys(keys)]
        request = {"Keys": wanted, "ConsistentRead": True}
        found = _persist(lambda: self._get_all({self._name: cast("Any", request)}))
        return {item["pk"]: item for item in found}

    def query(  # noqa: PLR0913 - the parts of one query
        self,
        index: str,
        partition: tuple[str, str],
        *,
        limit: int,
        start: Mapping[str, str] | None = None,
        newest_first: bool = True,
        up_to: tuple[str, str] | None = None,
    ) -> list[Item]:
        """At most `limit` items of an index's partition, in the order of its sort key.

        `start` is the last item of the page before: its `pk` and the index's keys. `up_to` bounds
        the sort key from above, inclusive. The index lags behind the table a little.
        Raises Invalid for a `start` that cannot be in the partition.
        """
        request = self._partition(index, partition, up_to)
        if start:
            request["ExclusiveStartKey"] = to_attributes(start)
        try:
            answer = self._client.query(**request, ScanIndexForward=not newest_first, Limit=limit)
        except ClientError as error:
            if start and error.response["Error"]["Code"] == "ValidationException":
                raise invalid_cursor() from error
            raise
        return [from_attributes(item) for item in answer["Items"]]

    def every(self, index: str, partition: tuple[str, str]) -> Iterator[Item]:
        """All items of an index's partition, newest first, read by the hundred as they are wanted.

        The index lags behind the table a little.
        """
        request = self._partition(index, partition)
        while True:
            answer = self._client.query(**request, ScanIndexForward=False, Limit=PAGE)
            yield from map(from_attributes, answer["Items"])
            if "LastEvaluatedKey" not in answer:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def write(self, write: Write) -> Item:
        """Apply one write; returns the item as it is then, empty once it is deleted.

        Raises the write's refusal, or Unavailable while a transaction holds the item.
        """
        return _persist(lambda: self._write(write))

    def transact(self, *writes: Write) -> None:
        """Apply every write or none of them.

        Raises the refusal of the first write whose condition failed, or Unavailable while other
        writes hold the same items.
        """
        _persist(lambda: self._transact(writes))

    def _partition(
        self, index: str, partition: tuple[str, str], up_to: tuple[str, str] | None = None
    ) -> dict[str, Any]:
        """What a query says of where it looks."""
        condition = "#partition = :partition"
        names, values = {"#partition": partition[0]}, {":partition": {"S": partition[1]}}
        if up_to:
            condition += " AND #sort <= :sort"
            names["#sort"], values[":sort"] = up_to[0], {"S": up_to[1]}
        return {
            "TableName": self._name,
            "IndexName": index,
            "KeyConditionExpression": condition,
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": values,
        }

    def _get_all(self, request: Mapping[str, Any]) -> list[Item]:
        answer = self._client.batch_get_item(RequestItems=request)
        if answer.get("UnprocessedKeys"):
            raise _Contended
        return [from_attributes(item) for item in answer["Responses"].get(self._name, [])]

    def _write(self, write: Write) -> Item:
        request = request_of(write, self._name)
        try:
            if isinstance(write, Put):
                self._client.put_item(**request)
                return {**write.item, "pk": write.key}
            if isinstance(write, Delete):
                self._client.delete_item(**request)
                return {}
            answer = self._client.update_item(**request, ReturnValues="ALL_NEW")
            return from_attributes(answer["Attributes"])
        except self._client.exceptions.TransactionConflictException as error:
            raise _Contended from error
        except self._client.exceptions.ConditionalCheckFailedException as error:
            found = _found(cast("Any", error.response))
            if found and is_own(write, found):
                return found
            raise write.refusal(found) from error

    def _transact(self, writes: Sequence[Write]) -> None:
        items = [{type(write).__name__: request_of(write, self._name)} for write in writes]
        try:
            self._client.transact_write_items(TransactItems=cast("Any", items))
        except self._client.exceptions.TransactionCanceledException as error:
            reasons = cast("Any", error.response)["CancellationReasons"]
            for write, reason in zip(writes, reasons, strict=True):
                if reason["Code"] == "ConditionalCheckFailed":
                    raise write.refusal(_found(reason)) from error
            if any(reason["Code"] in CONTENTION for reason in reasons):
                raise _Contended from error
            raise


class _Contended(Exception):
    """Others are at work on the same items; botocore does not repeat a call for that."""


def _persist[Answer](attempt: Callable[[], Answer]) -> Answer:
    """What the first attempt without contention returns. Raises Unavailable when none was."""
    for pause in PAUSES:
        time.sleep(random.uniform(0, pause))  # noqa: S311 - jitter
        with suppress(_Contended):
            return attempt()
    message = "In high demand, try again"
    raise Unavailable(message)


def _found(response: Mapping[str, Any]) -> Item | None:
    return from_attributes(response["Item"]) if response.get("Item") else None

"""Conditional writes: what each one changes, on what condition, and the refusal that a failed condition stands for.

A write whose answer was lost is sent again by botocore and then finds its own outbox stamp: that is success.
"""

import random
import re
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError

from ticketing.attributes import Item, from_attributes, to_attribute, to_attributes
from ticketing.errors import Unavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

CONFLICT_ATTEMPTS = 5
CONFLICT_PAUSE = 0.05
"""Seconds before the second attempt at most; doubles each time."""

NAME = re.compile(r"#(\w+)")


@dataclass(frozen=True, kw_only=True)
class Write(ABC):
    """A conditional write of the item with primary key `key`.

    In `condition`, `#name` is the attribute `name` and `:value` is from `values`. A failed condition
    raises what `refusal` makes of the item found, or of None when there was none.
    """

    key: str
    condition: str
    refusal: Callable[[Item | None], Exception]
    values: Mapping[str, object] = field(default_factory=dict)

    def expression(self) -> str:
        """The update expression; empty for a put."""
        return ""

    @abstractmethod
    def stamped(self) -> Any:
        """The outbox stamp that this write leaves on the item, if any."""

    def placeholders(self) -> dict[str, object]:
        """Everything that the expressions name with a colon."""
        return dict(self.values)

    def request(self, table: str) -> dict[str, Any]:
        """The parameters that PutItem, UpdateItem and their transactional forms share."""
        names = NAME.findall(f"{self.condition} {self.expression()}")
        values = {f":{name}": to_attribute(value) for name, value in self.placeholders().items()}
        request: dict[str, Any] = {
            "TableName": table,
            "ConditionExpression": self.condition,
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        if names:
            request["ExpressionAttributeNames"] = {f"#{name}": name for name in names}
        if values:
            request["ExpressionAttributeValues"] = values
        return request


@dataclass(frozen=True, kw_only=True)
class Put(Write):
    """Writes a whole item in place of any other."""

    item: Mapping[str, object]

    def stamped(self) -> Any:
        return self.item.get("outbox")

    def request(self, table: str) -> dict[str, Any]:
        return super().request(table) | {"Item": to_attributes({"pk": self.key, **self.item})}


@dataclass(frozen=True, kw_only=True)
class Update(Write):
    """Sets attributes, sets those still missing, adds to counters and removes attributes."""

    set: Mapping[str, object] = field(default_factory=dict)
    set_once: Mapping[str, object] = field(default_factory=dict)
    add: Mapping[str, int] = field(default_factory=dict)
    remove: Sequence[str] = ()

    def stamped(self) -> Any:
        return self.set.get("outbox")

    def expression(self) -> str:
        sets = [f"#{name} = :set_{name}" for name in self.set]
        sets += [f"#{name} = if_not_exists(#{name}, :set_{name})" for name in self.set_once]
        clauses = {
            "SET": sets,
            "ADD": [f"#{name} :add_{name}" for name in self.add],
            "REMOVE": [f"#{name}" for name in self.remove],
        }
        return " ".join(f"{word} {', '.join(parts)}" for word, parts in clauses.items() if parts)

    def placeholders(self) -> dict[str, object]:
        sets = {f"set_{name}": value for name, value in (*self.set.items(), *self.set_once.items())}
        return super().placeholders() | sets | {f"add_{name}": by for name, by in self.add.items()}

    def request(self, table: str) -> dict[str, Any]:
        return super().request(table) | {
            "Key": {"pk": {"S": self.key}},
            "UpdateExpression": self.expression(),
        }


class Table:
    """One service's table: string primary key `pk`, strongly consistent reads."""

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
        """The items with these primary keys, at most 100, by key. Raises Unavailable when throttled."""
        wanted = {"Keys": [{"pk": {"S": key}} for key in keys], "ConsistentRead": True}
        answer = self._client.batch_get_item(RequestItems={self._name: cast("Any", wanted)})
        if answer.get("UnprocessedKeys"):
            raise Unavailable
        found = map(from_attributes, answer["Responses"].get(self._name, []))
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

        `start` is the last item of the page before: its `pk` and the index's keys. `up_to` bounds the
        sort key from above, inclusive.
        """
        attribute, value = partition
        names, values = {"#partition": attribute}, {":partition": {"S": value}}
        condition = "#partition = :partition"
        if up_to:
            names["#sort"], values[":sort"] = up_to[0], {"S": up_to[1]}
            condition += " AND #sort <= :sort"
        more: dict[str, Any] = {"ExclusiveStartKey": to_attributes(start)} if start else {}
        answer = self._client.query(
            TableName=self._name,
            IndexName=index,
            KeyConditionExpression=condition,
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=values,
            ScanIndexForward=not newest_first,
            Limit=limit,
            **more,
        )
        return [from_attributes(item) for item in answer["Items"]]

    def write(self, write: Put | Update) -> Item:
        """Apply one write; returns the item as it is then. Raises the write's refusal."""
        request = write.request(self._name)
        try:
            if isinstance(write, Put):
                self._client.put_item(**request)
                return {"pk": write.key, **write.item}
            answer = self._client.update_item(**request, ReturnValues="ALL_NEW")
            return from_attributes(answer["Attributes"])
        except self._client.exceptions.ConditionalCheckFailedException as error:
            found = _found(cast("Any", error.response))
            if _is_own(write, found):
                return cast("Item", found)
            raise write.refusal(found) from error

    def transact(self, *writes: Put | Update) -> None:
        """Apply every write or none of them.

        Raises the refusal of the first write whose condition failed. A transaction cancelled only because
        another one touched the same items is tried again with jitter; after that raises Unavailable.
        """
        items = [{type(write).__name__: write.request(self._name)} for write in writes]
        for attempt in range(CONFLICT_ATTEMPTS):
            try:
                self._client.transact_write_items(TransactItems=cast("Any", items))
            except self._client.exceptions.TransactionCanceledException as error:
                reasons = cast("Any", error.response)["CancellationReasons"]
                if _raise_refusal(writes, reasons, error):
                    return
                time.sleep(random.uniform(0, CONFLICT_PAUSE * 2**attempt))  # noqa: S311 - jitter
            else:
                return
        message = "In high demand, try again"
        raise Unavailable(message)


def _raise_refusal(writes: Sequence[Write], reasons: Sequence[Any], error: ClientError) -> bool:
    """Raise what the failed conditions stand for; True when the writes had been applied before."""
    failed = [
        (write, _found(reason))
        for write, reason in zip(writes, reasons, strict=True)
        if reason["Code"] == "ConditionalCheckFailed"
    ]
    if any(_is_own(write, found) for write, found in failed):
        return True
    for write, found in failed:
        raise write.refusal(found) from error
    if not any(reason["Code"] in ("TransactionConflict", "ThrottlingError") for reason in reasons):
        raise error
    return False


def _found(response: Mapping[str, Any]) -> Item | None:
    return from_attributes(response["Item"]) if response.get("Item") else None


def _is_own(write: Write, found: Item | None) -> bool:
    """Whether the item found carries the stamp of this very write."""
    stamp = write.stamped()
    return bool(stamp and found and found.get("outbox", {}).get("id") == stamp["id"])

"""Tables and their indexes: what is stored, what changed, and what a late index shows."""

from bisect import bisect_left, insort
from collections import ChainMap
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from tests.simulation.dynamodb.refusals import InvalidItem
from tests.simulation.dynamodb.values import Item, Value

type Entry = tuple[str, str]
"""An item's place in its partition of an index: its sort key, then its primary key."""

MAX_KEY = 2048


class Change(NamedTuple):
    """What a write made of one item: `old` is None for a new one, `new` for a deleted one."""

    table: str
    key: str
    old: Item | None
    new: Item | None
    sequence: int
    """Counts the changes of all tables, from 1."""


class Index:
    """A global secondary index of all attributes; it holds the items that have both its keys."""

    def __init__(self, definition: Mapping[str, Any]) -> None:
        self.name: str = definition["IndexName"]
        keys = {key["KeyType"]: key["AttributeName"] for key in definition["KeySchema"]}
        assert keys.keys() == {"HASH", "RANGE"}, f"{self.name}: one partition and one sort key"
        assert definition["Projection"] == {"ProjectionType": "ALL"}, f"{self.name}: not all"
        self.partition, self.sort = keys["HASH"], keys["RANGE"]
        self.entries: dict[str, list[Entry]] = {}

    def place(self, key: str, item: Item | None) -> tuple[str, Entry] | None:
        """The partition of an item and its place there, if it has one."""
        if not item or self.partition not in item or self.sort not in item:
            return None
        return item[self.partition]["S"], (item[self.sort]["S"], key)

    def follow(self, key: str, old: Item | None, new: Item | None) -> None:
        partition, sort = self.partition, self.sort
        if (
            old
            and new
            and old.get(partition) is new.get(partition)
            and old.get(sort) is new.get(sort)
        ):
            return
        was, now = self.place(key, old), self.place(key, new)
        if was:
            entries = self.entries[was[0]]
            del entries[bisect_left(entries, was[1])]
        if now:
            insort(self.entries.setdefault(now[0], []), now[1])


class Table:
    """Items by their primary key, which is one string."""

    def __init__(self, definition: Mapping[str, Any], ttl: str | None) -> None:
        self.name: str = definition["TableName"]
        self.ttl = ttl
        ((self.key, kind),) = [(k["AttributeName"], k["KeyType"]) for k in definition["KeySchema"]]
        types = {each["AttributeType"] for each in definition["AttributeDefinitions"]}
        assert (kind, types) == ("HASH", {"S"}), f"{self.name}: keys that are not one string"
        indexes = map(Index, definition.get("GlobalSecondaryIndexes", ()))
        self.indexes = {index.name: index for index in indexes}
        self.items: dict[str, Item] = {}
        self._replaced: list[tuple[str, Item | None]] = []
        self._index_keys = {
            key for index in self.indexes.values() for key in (index.partition, index.sort)
        }

    def store(self, key: str, new: Item | None) -> None:
        """Replace, add or delete an item."""
        old = self.items.get(key)
        if new is None:
            del self.items[key]
        else:
            self.items[key] = new
        self._replaced.append((key, old))
        for index in self.indexes.values():
            index.follow(key, old, new)

    def before(self, lag: int) -> dict[str, Item | None]:
        """What the latest `lag` changes replaced, as it was before all of them."""
        return dict(reversed(self._replaced[-lag:])) if lag else {}

    def partition(
        self, index: Index, value: str, lag: int
    ) -> tuple[Sequence[Entry], Mapping[str, Item]]:
        """An index's entries in order as they were `lag` changes ago, and the items by key."""
        entries = index.entries.get(value, [])
        if not lag:
            return entries, self.items
        stale = self.before(lag)
        places = [index.place(key, item) for key, item in stale.items()]
        entries = [entry for entry in entries if entry[1] not in stale]
        entries += [place[1] for place in places if place and place[0] == value]
        return sorted(entries), ChainMap(stale, self.items)  # type: ignore[arg-type]

    def key_of(self, key: Mapping[str, Value]) -> str:
        """The primary key that a request names. Raises InvalidItem for another table's."""
        if key.keys() != {self.key} or "S" not in key[self.key]:
            message = "The provided key element does not match the schema"
            raise InvalidItem(message)
        return self._checked_key(key[self.key]["S"])

    def key_in(self, item: Item) -> str:
        """The primary key of a whole item. Raises InvalidItem for none or another type."""
        if "S" not in item.get(self.key, ()):
            found = "Type mismatch for" if self.key in item else "Missing"
            message = f"One or more parameter values were invalid: {found} key {self.key}"
            raise InvalidItem(message)
        return self._checked_key(item[self.key]["S"])

    def check_index_keys(self, item: Item) -> None:
        """Raises InvalidItem for an attribute that an index can not have as its key."""
        for key in self._index_keys & item.keys():
            if not item[key].get("S"):
                message = f"One or more parameter values were invalid: index key {key}"
                raise InvalidItem(message)

    def _checked_key(self, key: str) -> str:
        if not 0 < len(key.encode()) <= MAX_KEY:
            message = f"One or more parameter values are not valid: size of key {self.key}"
            raise InvalidItem(message)
        return key

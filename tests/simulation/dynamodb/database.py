"""The service: operations by their name on the wire, and the changes they make, in order."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from tests.simulation.dynamodb.queries import query
from tests.simulation.dynamodb.refusals import Invalid, Refusal, no_such_table
from tests.simulation.dynamodb.tables import Change, Table
from tests.simulation.dynamodb.transactions import Outcome, Transactions
from tests.simulation.dynamodb.values import Item, Value, copied
from tests.simulation.dynamodb.writes import check_parameters, write_of

MAX_KEYS = 100
RETURNS = {
    "Put": ("NONE", "ALL_OLD"),
    "Update": ("NONE", "ALL_OLD", "ALL_NEW"),
    "Delete": ("NONE", "ALL_OLD"),
}
FIVE_YEARS = 5 * 365 * 86400
"""Seconds; what is due for longer is taken for a mistake, and kept."""


class Answer(NamedTuple):
    """What the wire carries back."""

    status: int
    body: dict[str, Any]


class DynamoDB:
    """All tables of an account."""

    def __init__(self, clock: Callable[[], float], *, shares: bool = False) -> None:
        """`clock` gives seconds since 1970; `shares` for a caller that encodes answers at once."""
        self.on_change: Callable[[Change], None] = lambda _change: None
        self.lag: Callable[[str, str], int] = lambda _table, _index: 0
        self._clock = clock
        self._tables: dict[str, Table] = {}
        self._transactions = Transactions(clock, self._table)
        self._changes = 0
        self._fresh: Callable[[Any], Any] = (lambda answer: answer) if shares else copied
        self._operations = {
            "GetItem": self._get_item,
            "BatchGetItem": self._batch_get_item,
            "PutItem": lambda request: self._write("Put", request),
            "UpdateItem": lambda request: self._write("Update", request),
            "DeleteItem": lambda request: self._write("Delete", request),
            "Query": self._query,
            "TransactWriteItems": self._transact_write_items,
        }

    def create(self, definition: Mapping[str, Any], ttl: str | None = None) -> None:
        """Create a table by CreateTable's arguments; `ttl` is the attribute of its time to live."""
        self._tables[definition["TableName"]] = Table(definition, ttl)

    def call(self, operation: str, request: dict[str, Any]) -> Answer:
        """The answer to one request; what is stored shares nothing with it, unless `shares`."""
        assert operation in self._operations, f"{operation} is not built"
        try:
            return Answer(200, self._fresh(self._operations[operation](self._fresh(request))))
        except Refusal as refusal:
            return Answer(400, self._fresh(refusal.body()))

    def item(self, table: str, key: str) -> Item | None:
        return self._tables[table].items.get(key)

    def items(self, table: str) -> Mapping[str, Item]:
        """A table's items by their keys: a view that follows the table."""
        return MappingProxyType(self._tables[table].items)

    def is_done(self, request: Mapping[str, Any]) -> bool:
        """Whether a transaction with this one's token succeeded."""
        return self._transactions.knows(request.get("ClientRequestToken", ""))

    def expire(self) -> None:
        """Delete each item whose time to live is over."""
        now = self._clock()
        for table in self._tables.values():
            due = [
                key for key, item in table.items.items() if _is_due(item.get(table.ttl or ""), now)
            ]
            for key in due:
                self._commit([(table, key, table.items[key], None)])

    def _get_item(self, request: Mapping[str, Any]) -> dict[str, Any]:
        check_parameters(request, {"TableName", "Key", "ConsistentRead"})
        table = self._table(request["TableName"])
        found = self._read(table, request, table.key_of(request["Key"]))
        return {"Item": found} if found else {}

    def _batch_get_item(self, request: Mapping[str, Any]) -> dict[str, Any]:
        check_parameters(request, {"RequestItems"})
        wanted = {self._table(name): each for name, each in request["RequestItems"].items()}
        if not 0 < sum(len(each["Keys"]) for each in wanted.values()) <= MAX_KEYS:
            message = "Too many items requested for the BatchGetItem call"
            raise Invalid(message)
        responses = {table.name: self._read_all(table, each) for table, each in wanted.items()}
        return {"Responses": responses, "UnprocessedKeys": {}}

    def _read_all(self, table: Table, request: Mapping[str, Any]) -> list[Item]:
        check_parameters(request, {"Keys", "ConsistentRead"})
        keys = [table.key_of(key) for key in request["Keys"]]
        if len({*keys}) < len(keys):
            message = "Provided list of item keys contains duplicates"
            raise Invalid(message)
        return [found for key in keys if (found := self._read(table, request, key))]

    def _read(self, table: Table, request: Mapping[str, Any], key: str) -> Item | None:
        assert request.get("ConsistentRead"), f"{table.name}: a read by key may be stale"
        return table.items.get(key)

    def _query(self, request: Mapping[str, Any]) -> dict[str, Any]:
        table = self._table(request["TableName"])
        assert "IndexName" in request, f"{table.name}: a query without an index is not built"
        index = table.indexes.get(request["IndexName"])
        if index is None:
            message = "The table does not have the specified index"
            raise Invalid(message)
        return query(request, table, index, self.lag(table.name, index.name))

    def _write(self, kind: str, request: Mapping[str, Any]) -> dict[str, Any]:
        parameters = dict(request)
        returns = parameters.pop("ReturnValues", "NONE")
        assert returns in RETURNS[kind], f"{kind} with {returns} is not built"
        write = write_of(kind, parameters, self._table(request["TableName"]))
        old, new = write.outcome()
        self._commit([(write.table, write.key, old, new)])
        shown = {"ALL_OLD": old, "ALL_NEW": new}.get(returns)
        return {"Attributes": shown} if shown else {}

    def _transact_write_items(self, request: Mapping[str, Any]) -> dict[str, Any]:
        self._commit(self._transactions.outcomes(request))
        return {}

    def _table(self, name: str) -> Table:
        if name not in self._tables:
            raise no_such_table()
        return self._tables[name]

    def _commit(self, outcomes: Iterable[Outcome]) -> None:
        """Apply every outcome; then tell of those that changed anything."""
        changes = []
        for table, key, old, new in outcomes:
            if new != old:
                table.store(key, new)
                self._changes += 1
                changes.append(Change(table.name, key, old, new, self._changes))
        for change in changes:
            self.on_change(change)


def _is_due(ttl: Value | None, now: float) -> bool:
    """Whether a time to live is over; what is no number, or five years ago, is none."""
    return ttl is not None and "N" in ttl and now - FIVE_YEARS < float(ttl["N"]) < now

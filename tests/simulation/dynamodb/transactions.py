"""Transactions: every write of one or none, and at most once for one token."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.simulation.dynamodb.refusals import (
    Canceled,
    ConditionFailed,
    Invalid,
    InvalidItem,
    other_request,
)
from tests.simulation.dynamodb.tables import Table
from tests.simulation.dynamodb.values import Item, copied, encoded
from tests.simulation.dynamodb.writes import Write, check_parameters, write_of

PARAMETERS = {"TransactItems", "ClientRequestToken"}
MAX_ACTIONS, MAX_BYTES, MAX_TOKEN = 100, 4 * 1024 * 1024, 36
MEMORY = 600
"""Seconds for which DynamoDB knows a token again."""

INNOCENT: Mapping[str, Any] = {"Code": "None"}

type Outcome = tuple[Table, str, Item | None, Item | None]
"""A table, a key in it, the item now, and what it is to be."""


class Tokens:
    """The tokens of transactions that were committed."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._committed: dict[str, tuple[float, Any]] = {}

    def is_done(self, request: Mapping[str, Any]) -> bool:
        """Whether this very transaction was committed. Raises Refusal for another one's token."""
        token = request.get("ClientRequestToken", "")
        if len(token) > MAX_TOKEN:
            message = "ClientRequestToken must have length less than or equal to 36"
            raise Invalid(message)
        at, actions = self._committed.get(token, (0.0, None))
        if actions is None or self._clock() >= at + MEMORY:
            return False
        if actions != request["TransactItems"]:
            raise other_request()
        return True

    def remember(self, request: Mapping[str, Any]) -> None:
        if token := request.get("ClientRequestToken"):
            self._committed[token] = self._clock(), copied(request["TransactItems"])


def outcomes_of(request: Mapping[str, Any], table_of: Callable[[str], Table]) -> list[Outcome]:
    """What a transaction makes of each of its items. Raises Canceled or Invalid."""
    check_parameters(request, PARAMETERS)
    writes = _writes(request["TransactItems"], table_of)
    outcomes: list[Outcome] = []
    reasons: list[Mapping[str, Any]] = []
    for write in writes:
        try:
            outcomes.append((write.table, write.key, *write.outcome()))
            reasons.append(INNOCENT)
        except (ConditionFailed, InvalidItem) as refusal:
            reasons.append(refusal.reason())
    if len(outcomes) < len(writes):
        raise Canceled(reasons)
    return outcomes


def _writes(actions: Sequence[Mapping[str, Any]], table_of: Callable[[str], Table]) -> list[Write]:
    """The writes, checked without their items: the first that is invalid cancels them all."""
    if not 0 < len(actions) <= MAX_ACTIONS or len(encoded(actions)) > MAX_BYTES:
        message = "TransactItems must be 1 to 100 and not larger than 4 MB"
        raise Invalid(message)
    writes: list[Write] = []
    for place, action in enumerate(actions):
        ((kind, request),) = action.items()
        try:
            writes.append(write_of(kind, request, table_of(request["TableName"])))
        except InvalidItem as refusal:
            reasons = [INNOCENT] * len(actions)
            reasons[place] = refusal.reason()
            raise Canceled(reasons) from refusal
    if len({(write.table.name, write.key) for write in writes}) < len(writes):
        message = "Transaction request cannot include multiple operations on one item"
        raise Invalid(message)
    return writes

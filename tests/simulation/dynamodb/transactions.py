"""Transactions: every write of one or none, and at most once for one token."""

import math
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
from tests.simulation.dynamodb.values import Item, decoded, encoded
from tests.simulation.dynamodb.writes import Write, check_parameters, write_of

MAX_ACTIONS, MAX_BYTES, MAX_TOKEN = 100, 4 * 1024 * 1024, 36
MEMORY = 600
"""Seconds for which DynamoDB knows a token again."""

INNOCENT: Mapping[str, Any] = {"Code": "None"}

type Action = Mapping[str, Mapping[str, Any]]
"""A write's parameters, by its kind."""

type Outcome = tuple[Table, str, Item | None, Item | None]
"""A table, a key in it, the item now, and what it is to be."""


class Transactions:
    """What transactions come to, and the tokens of those that succeeded."""

    def __init__(self, clock: Callable[[], float], table_of: Callable[[str], Table]) -> None:
        self._clock = clock
        self._table_of = table_of
        self._succeeded: dict[str, tuple[float, bytes]] = {}

    def outcomes(self, request: Mapping[str, Any]) -> list[Outcome]:
        """What becomes of each item; nothing, if the same was asked with the same token before.

        Raises Canceled, or another Refusal.
        """
        check_parameters(request, {"TransactItems", "ClientRequestToken"})
        actions, token = request["TransactItems"], request.get("ClientRequestToken", "")
        known = encoded(actions)
        if len(actions) not in range(1, MAX_ACTIONS + 1) or len(known) > MAX_BYTES:
            message = "A transaction has 1 to 100 actions, and at most 4 MB"
            raise Invalid(message)
        if self._is_repeated(token, actions):
            return []
        outcomes = _outcomes(self._writes(actions))
        if token:
            self._succeeded[token] = self._clock(), known
        return outcomes

    def knows(self, token: str) -> bool:
        """Whether a transaction with this token succeeded a while ago."""
        return self._clock() < self._succeeded.get(token, (-math.inf, b""))[0] + MEMORY

    def _is_repeated(self, token: str, actions: Sequence[Action]) -> bool:
        if len(token) > MAX_TOKEN:
            message = "ClientRequestToken must have at most 36 characters"
            raise Invalid(message)
        if not self.knows(token):
            return False
        if decoded(self._succeeded[token][1]) != actions:
            raise other_request()
        return True

    def _writes(self, actions: Sequence[Action]) -> list[Write]:
        """The writes, checked without their items: the first that is invalid cancels them all."""
        writes: list[Write] = []
        for place, action in enumerate(actions):
            ((kind, request),) = action.items()
            try:
                writes.append(write_of(kind, request, self._table_of(request["TableName"])))
            except InvalidItem as refusal:
                reasons = [INNOCENT] * len(actions)
                reasons[place] = refusal.reason()
                raise Canceled(reasons) from refusal
        if len({(write.table.name, write.key) for write in writes}) < len(writes):
            message = "Transaction request cannot include multiple operations on one item"
            raise Invalid(message)
        return writes


def _outcomes(writes: Sequence[Write]) -> list[Outcome]:
    """What becomes of each item. Raises Canceled with the reason of every write that is refused."""
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

"""Indexes that are behind: what a query finds that the latest changes have not reached yet."""

from collections import defaultdict
from typing import Any

from tests.simulation.dynamodb import Change
from tests.simulation.faults import Fault

LAGS = (100.0, 1.0, 10.0)
"""Seconds of changes that an index does not show: less than tickets gives it to settle."""


class Indexes:
    """The global secondary indexes of one world."""

    def __init__(self, world: Any) -> None:
        self._world = world
        self._changes: defaultdict[str, list[float]] = defaultdict(list)
        """When each change of a table was made."""

    def changed(self, change: Change) -> None:
        self._changes[change.table].append(self._world.scheduler.now)

    def query(self, request: dict[str, Any]) -> Any:
        """What an index answers that is behind."""
        world = self._world
        since = world.scheduler.now - LAGS[world.pick(len(LAGS))]
        late = sum(moment > since for moment in self._changes[request["TableName"]])
        if late and world.is_behind:
            world.faults[Fault.STALE] += 1
        world.dynamodb.lag = lambda _table, _index: late
        answer = world.dynamodb.call("Query", request)
        world.dynamodb.lag = lambda _table, _index: 0
        return answer

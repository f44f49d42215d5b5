"""The orders table and its store."""

from collections.abc import Callable, Iterator

import pytest

from orders import api
from orders import store as room
from orders.store import OrderStore
from ticketing.dynamo import Table


@pytest.fixture
def table(make_table: Callable[[str], Table], monkeypatch: pytest.MonkeyPatch) -> Iterator[Table]:
    monkeypatch.setenv("RESERVATION_SECONDS", "900")
    room.store.cache_clear()
    api.reservation.cache_clear()
    yield make_table("orders")
    room.store.cache_clear()


@pytest.fixture
def store(table: Table) -> OrderStore:
    return room.store()

"""The tickets table and its store."""

from collections.abc import Callable, Iterator

import pytest

from ticketing.dynamo import Table
from tickets import api
from tickets import store as room
from tickets.store import TicketStore


@pytest.fixture
def default_currency(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tickets cost US dollars unless their sellers say otherwise."""
    monkeypatch.setenv("DEFAULT_CURRENCY", "usd")
    api.default_currency.cache_clear()


@pytest.fixture
def table(
    make_table: Callable[[str], Table], default_currency: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Table]:
    monkeypatch.setenv("SALE_PARTITIONS", "1")
    room.store.cache_clear()
    yield make_table("tickets")
    room.store.cache_clear()


@pytest.fixture
def store(table: Table) -> TicketStore:
    return room.store()

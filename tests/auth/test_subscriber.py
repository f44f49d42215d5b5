"""What auth does once an account is erased: in the end, nothing of it is in the table."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from auth import subscriber
from auth.models import Session
from auth.refresh_tokens import RefreshToken
from auth.store import AccountStore, user_key
from tests.auth.builders import NOON, an_account, create
from tests.bus import deliver, user_erased
from ticketing import aws
from ticketing import subscriber as shared
from ticketing.dynamo import Table

ERASED = user_erased("user-1")
LATER = NOON + timedelta(minutes=20)
"""When every token of the user's is over."""


def receive(*events: Any) -> list[int]:
    return deliver(subscriber.lambda_handler, *events)


def begin(store: AccountStore, number: int, user_id: str = "user-1") -> None:
    """One more session."""
    session_id = f"01993b4e-0000-7000-8000-{number:012}"
    session = Session.begin(session_id, an_account(user_id=user_id), NOON)
    store.sessions.begin(session, RefreshToken.first(session_id))


def sessions(store: AccountStore, user_id: str = "user-1") -> int:
    return len([*store.sessions.of_user(user_id)])


def test_the_sessions_are_deleted_and_no_other_ones(
    store: AccountStore, clock: list[datetime], deferred: list[Any]
) -> None:
    for number in range(3):
        begin(store, number)
    begin(store, 9, "user-2")
    assert receive(ERASED) == []
    assert (sessions(store), sessions(store, "user-2")) == (0, 1)


def test_a_session_that_began_meanwhile_is_deleted_by_a_later_delivery(
    store: AccountStore, clock: list[datetime], deferred: list[dict[str, Any]]
) -> None:
    assert receive(ERASED) == []
    begin(store, 1)
    assert [message["DelaySeconds"] for message in deferred] == [15 * 60]
    clock[0] = LATER
    assert receive(ERASED) == []
    assert sessions(store) == 0
    assert len(deferred) == 1


def test_an_account_that_a_backup_brought_back_goes_again(
    store: AccountStore, table: Table, clock: list[datetime], deferred: list[Any]
) -> None:
    clock[0] = NOON + timedelta(days=30)
    create(store, an_account(), NOON)
    assert receive(ERASED, ERASED) == []
    left = aws.client("dynamodb").scan(TableName=table._name)["Items"]
    assert [item["pk"]["S"].partition("#")[0] for item in left] == ["SIGNUPS"]  # Of a network.
    assert table.get(user_key("user-1")) is None
    assert deferred == []


def test_many_sessions_are_deleted_over_several_deliveries(
    store: AccountStore,
    clock: list[datetime],
    deferred: list[dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shared, "PORTION", 2)
    clock[0] = LATER
    for number in range(5):
        begin(store, number)
    left = []
    for _ in range(3):
        assert receive(ERASED) == []
        left.append(sessions(store))
    assert left == [3, 1, 0]
    assert [message["DelaySeconds"] for message in deferred] == [5, 5]

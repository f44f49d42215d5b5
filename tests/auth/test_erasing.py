"""Erasing an account: all of it goes in one moment, and nobody needs to remember it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest

from auth.models import Account
from auth.refusals import AlreadyErased
from auth.store import AccountStore, attempts_key, email_key, erased_key, user_key
from tests.auth.builders import ANN, NOON, WRONG, an_account, create
from tests.auth.client import (
    change_password,
    erase,
    fail,
    refresh,
    refresh_token_of,
    sign_in,
    sign_up,
    user_of,
)
from tests.bus import carried_event
from ticketing import aws
from ticketing.attributes import from_attributes
from ticketing.dynamo import Table, Update
from ticketing.errors import Unavailable
from ticketing.events import UserErased
from ticketing.outbox import Cause

pytestmark = pytest.mark.usefixtures("table")

CAUSE = Cause("request-1", "request-1", NOON)


def stored(table: Table) -> dict[str, dict[str, Any]]:
    """Everything in the table, by key."""
    answer = aws.client("dynamodb").scan(TableName=table._name)
    return {item["pk"]: item for item in map(from_attributes, answer["Items"])}


def test_an_erased_account_leaves_its_id_and_the_event(table: Table) -> None:
    before = datetime.now(UTC)
    user_id = user_of(sign_up())
    answer = erase(user_id)
    assert (answer.status, answer.body) == (204, "")
    later = ("SESSION#", "SIGNUPS#")  # The consumer's, and of a network, not of a person.
    left = {key: item for key, item in stored(table).items() if not key.startswith(later)}
    assert set(left) == {erased_key(user_id)}
    item = left[erased_key(user_id)]
    event = carried_event(item)
    assert isinstance(event, UserErased)
    assert event.data.id == user_id
    assert event.metadata.correlation_id == "request-1"
    expected = before + timedelta(minutes=15)
    assert expected <= event.data.tokens_expire_at < expected + timedelta(seconds=10)
    assert timedelta(hours=23) < datetime.fromtimestamp(item["ttl"], UTC) - before


def test_neither_table_nor_event_nor_log_knows_the_person(table: Table, log: Any) -> None:
    fail(1)
    user_id = user_of(sign_up())
    password_hash = (table.get(email_key(ANN)) or {})["password_hash"]
    assert erase(user_id).status == 204
    text = str(stored(table)) + log.getvalue()
    assert ANN not in text
    assert attempts_key(ANN) not in text
    assert password_hash not in text
    assert user_id in text


def test_the_cookies_are_cleared() -> None:
    answer = erase(user_of(sign_up()))
    assert [cookie.partition("=")[0] for cookie in answer.cookies] == [
        "__Host-session",
        "__Host-refresh",
    ]
    assert all("Max-Age=0" in cookie for cookie in answer.cookies)


def test_no_session_goes_on_and_nobody_signs_in() -> None:
    mine, other = sign_up(), sign_in()
    erase(user_of(mine))
    assert refresh(refresh_token_of(mine)).status == 401
    assert refresh(refresh_token_of(other)).status == 401
    assert sign_in().status == 401
    assert change_password(user_of(mine)).status == 401


def test_the_address_can_sign_up_again_as_somebody_else() -> None:
    first = user_of(sign_up())
    erase(first)
    again = sign_up(password="another one")
    assert again.status == 201
    assert user_of(again) != first
    assert erase(first, "anything").status == 204
    assert sign_in(password="another one").status == 200


def test_erasing_twice_is_fine() -> None:
    user_id = user_of(sign_up())
    assert erase(user_id).status == 204
    answer = erase(user_id)
    assert (answer.status, len(answer.cookies)) == (204, 2)


def test_a_wrong_password_erases_nothing(table: Table) -> None:
    user_id = user_of(sign_up())
    answer = erase(user_id, WRONG)
    assert (answer.status, answer.slug, answer.cookies) == (400, "wrong-password", [])
    assert [error["field"] for error in answer.json["errors"]] == ["password"]
    assert sign_in().status == 200
    assert table.get(erased_key(user_id)) is None


def test_guesses_count_as_those_of_a_sign_in() -> None:
    user_id = user_of(sign_up())
    assert [erase(user_id, WRONG).status for _ in range(6)] == [400] * 5 + [429]
    assert sign_in().status == 429


@pytest.mark.parametrize("password", [None, "", 1, ["x"]])
def test_bad_input_is_refused(password: Any) -> None:
    answer = erase(user_of(sign_up()), password)
    assert (answer.status, answer.slug) == (400, "invalid-input")


def test_nobody_erases_an_account() -> None:
    sign_up()
    answer = erase(None)
    assert (answer.status, answer.slug) == (401, "not-signed-in")
    assert sign_in().status == 200


def test_of_two_erasures_at_once_both_succeed_and_one_announces(
    store: AccountStore, table: Table
) -> None:
    user_id = user_of(sign_up())
    owner, found = store.owner(user_id), store.find(ANN)
    erase(user_id)
    announced = table.get(erased_key(user_id))
    with (
        patch.object(AccountStore, "owner", return_value=owner),
        patch.object(AccountStore, "find", return_value=found),
    ):
        assert erase(user_id).status == 204
    assert table.get(erased_key(user_id)) == announced


def test_a_password_that_changed_meanwhile_erases_nothing(
    store: AccountStore, table: Table
) -> None:
    user_id = user_of(sign_up())
    checked = store.find(ANN)
    change_password(user_id, new="a new one")
    with patch.object(AccountStore, "find", return_value=checked):
        answer = erase(user_id)
    assert (answer.status, answer.slug) == (503, "unavailable")
    assert table.get(erased_key(user_id)) is None
    assert sign_in(password="a new one").status == 200


def test_erasing_is_two_reads_and_one_transaction(calls: list[str]) -> None:
    user_id = user_of(sign_up())
    calls.clear()
    erase(user_id)
    assert calls == ["GetItem", "BatchGetItem", "TransactWriteItems"]


def an_erasure(store: AccountStore, account: Account) -> None:
    store.erase(account, NOON + timedelta(minutes=15), CAUSE)


def test_an_account_is_erased_once(store: AccountStore, table: Table) -> None:
    account = an_account()
    create(store, account, NOON)
    an_erasure(store, account)
    before = stored(table)
    with pytest.raises(AlreadyErased):
        an_erasure(store, account)
    assert stored(table) == before


def test_only_with_the_hash_that_was_checked_is_an_account_erased(
    store: AccountStore, table: Table
) -> None:
    account = an_account()
    create(store, account, NOON)
    before = stored(table)
    with pytest.raises(Unavailable):
        an_erasure(store, account._replace(password_hash="another"))
    assert stored(table) == before


def test_what_a_backup_brought_back_is_deleted(store: AccountStore, table: Table) -> None:
    create(store, an_account(), NOON)
    store.forget("user-1")
    assert (table.get(email_key(ANN)), table.get(user_key("user-1"))) == (None, None)
    store.forget("user-1")


def test_the_address_of_another_account_is_left_alone(store: AccountStore, table: Table) -> None:
    create(store, an_account(), NOON)
    now_of_another = Update(
        email_key(ANN),
        set={"user_id": "user-2"},
        condition="attribute_exists(pk)",
        refusal=AssertionError,
    )
    table.write(now_of_another)
    store.forget("user-1")
    assert store.find(ANN)[0] == an_account(user_id="user-2")
    assert table.get(user_key("user-1")) is None

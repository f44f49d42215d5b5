"""A new password: the old one opens nothing any more, and neither does any old session."""

from typing import Any
from unittest.mock import patch

import pytest

from auth import passwords
from auth.store import AccountStore
from tests.auth.builders import ANN, PASSWORD, WRONG
from tests.auth.client import (
    change_password,
    current_user,
    kept,
    refresh,
    refresh_token_of,
    session_of,
    sign_in,
    sign_up,
    user_of,
)

pytestmark = pytest.mark.usefixtures("table")

NEW = "a new one"


def test_the_new_password_opens_the_account_and_the_old_one_does_not() -> None:
    user = sign_up()
    assert change_password(user_of(user)).status == 200
    assert sign_in(password=PASSWORD).status == 401
    assert sign_in(password=NEW).json == user.json


def test_every_session_ends_but_the_new_one_of_the_caller() -> None:
    mine, other = sign_up(), sign_in()
    answer = change_password(user_of(mine))
    assert set(answer.json) == {"id", "email", "token", "refreshToken"}
    assert set(kept(answer)) == {"session", "refresh"}
    assert refresh(refresh_token_of(mine)).status == 401
    assert refresh(refresh_token_of(other)).status == 401
    assert refresh(refresh_token_of(answer)).status == 200
    assert current_user(Authorization=f"Session {session_of(answer)}") == mine.json


def test_a_wrong_current_password_changes_nothing() -> None:
    mine = sign_up()
    answer = change_password(user_of(mine), WRONG)
    assert (answer.status, answer.slug) == (400, "wrong-password")
    error = {"message": "The password is wrong", "field": "currentPassword"}
    assert answer.json["errors"] == [error]
    assert answer.cookies == []
    assert refresh(refresh_token_of(mine)).status == 200
    assert sign_in().status == 200


def test_guesses_count_as_those_of_a_sign_in() -> None:
    user_id = user_of(sign_up())
    statuses = [change_password(user_id, WRONG).status for _ in range(6)]
    assert statuses == [400] * 5 + [429]
    assert sign_in().status == 429


@pytest.mark.parametrize(
    ("current", "new", "field"),
    [
        (PASSWORD, "short", "newPassword"),
        (PASSWORD, "x" * 129, "newPassword"),
        (PASSWORD, None, "newPassword"),
        ("", NEW, "currentPassword"),
        (1, NEW, "currentPassword"),
    ],
)
def test_bad_input_is_refused(current: Any, new: Any, field: str) -> None:
    answer = change_password(user_of(sign_up()), current, new)
    assert (answer.status, answer.slug) == (400, "invalid-input")
    assert [error["field"] for error in answer.json["errors"]] == [field]


def test_nobody_changes_a_password() -> None:
    sign_up()
    answer = change_password(None)
    assert (answer.status, answer.slug) == (401, "not-signed-in")
    assert change_password("user of an account that is gone").status == 401


def test_of_two_changes_at_once_one_is_made(store: AccountStore) -> None:
    user_id = user_of(sign_up())
    stale = store.find(ANN)
    first = change_password(user_id, new="the first one")
    with patch.object(AccountStore, "find", return_value=stale):
        answer = change_password(user_id, new="the second one")
    assert (answer.status, answer.slug) == (503, "unavailable")
    assert refresh(refresh_token_of(first)).status == 200
    assert sign_in(password="the first one").status == 200


def test_an_old_password_checked_just_before_the_change_begins_no_lasting_session() -> None:
    user_id = user_of(sign_up())

    def change_meanwhile(*_: str) -> bool:
        checking.stop()
        return change_password(user_id).status == 200

    checking = patch.object(passwords, "matches", change_meanwhile)
    checking.start()
    late = sign_in()
    assert late.status == 200
    assert refresh(refresh_token_of(late)).status == 401


def test_a_change_is_two_reads_and_one_transaction(calls: list[str]) -> None:
    user_id = user_of(sign_up())
    calls.clear()
    change_password(user_id)
    assert calls == ["GetItem", "BatchGetItem", "TransactWriteItems"]

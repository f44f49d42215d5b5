"""What the auth table holds, and every condition on it."""

from datetime import timedelta
from typing import Any

import pytest

from auth.models import Account, Attempts
from auth.refusals import EmailInUse, TooManyAttempts
from auth.sessions import session_key
from auth.store import AccountStore, attempts_key
from tests.auth.builders import (
    ANN,
    BOB,
    NOON,
    SESSION_ID,
    a_refresh_token,
    a_session,
    an_account,
    an_owner,
    create,
)
from ticketing.dynamo import Table
from ticketing.errors import Unavailable


def test_an_account_is_stored_under_its_address_and_its_id(
    store: AccountStore, table: Table
) -> None:
    create(store, an_account(password_hash="hash"), NOON)
    assert table.get(f"EMAIL#{ANN}") == {
        "pk": f"EMAIL#{ANN}",
        "email": ANN,
        "user_id": "user-1",
        "password_hash": "hash",
        "epoch": 0,
        "created_at": "2026-11-23T12:00:00.000Z",
    }
    assert table.get("USER#user-1") == {
        "pk": "USER#user-1",
        "email": ANN,
        "epoch": 0,
        "created_at": "2026-11-23T12:00:00.000Z",
    }
    assert (table.get(session_key(SESSION_ID)) or {})["user_id"] == "user-1"


def test_of_two_sign_ups_of_one_address_one_makes_an_account(
    store: AccountStore, table: Table
) -> None:
    first = an_account(user_id="first")
    create(store, first, NOON)
    with pytest.raises(EmailInUse) as refused:
        create(store, an_account(user_id="second"), NOON)
    assert refused.value.errors == (("Email is already in use", "email"),)
    assert store.find(ANN) == (first, Attempts(), 0)
    assert table.get("USER#second") is None


def test_an_id_is_never_given_twice(store: AccountStore) -> None:
    create(store, an_account(), NOON)
    with pytest.raises(Unavailable):
        create(store, an_account(email=BOB), NOON)
    assert store.find(BOB) == (None, Attempts(), 0)


def test_a_guess_is_counted_for_a_name_that_nobody_has(store: AccountStore, table: Table) -> None:
    store.count_guess(ANN, Attempts(), NOON)
    assert store.find(ANN) == (None, Attempts(1, NOON), 0)
    tomorrow = int((NOON + timedelta(days=1)).timestamp())
    assert (table.get(attempts_key(ANN)) or {})["ttl"] == tomorrow


def test_the_names_that_are_guessed_at_are_not_stored(store: AccountStore, table: Table) -> None:
    store.count_guess(ANN, Attempts(), NOON)
    assert ANN not in str(table.get(attempts_key(ANN)))


def test_guesses_at_once_are_counted_up_to_the_free_ones(store: AccountStore) -> None:
    nothing_known = Attempts()
    for _ in range(5):
        store.count_guess(ANN, nothing_known, NOON)
    with pytest.raises(TooManyAttempts) as refused:
        store.count_guess(ANN, nothing_known, NOON + timedelta(seconds=1))
    assert refused.value.headers == {"Retry-After": "29"}
    assert store.find(ANN)[1] == Attempts(5, NOON)


def test_after_a_lock_one_of_the_guesses_at_once_is_counted(store: AccountStore) -> None:
    later = NOON + timedelta(minutes=1)
    for _ in range(5):
        store.count_guess(ANN, Attempts(), NOON)
    known = store.find(ANN)[1]
    store.count_guess(ANN, known, later)
    with pytest.raises(TooManyAttempts) as refused:
        store.count_guess(ANN, known, later)
    assert refused.value.headers == {"Retry-After": "60"}
    assert store.find(ANN)[1] == Attempts(6, later)


def test_the_right_password_starts_the_count_anew(store: AccountStore) -> None:
    for _ in range(5):
        store.count_guess(ANN, Attempts(), NOON)
    store.forget_guesses(ANN)
    assert store.find(ANN)[1].failures == 0
    store.count_guess(ANN, Attempts(), NOON)
    assert store.find(ANN)[1] == Attempts(1, NOON)


def test_a_count_that_is_gone_is_not_brought_back(store: AccountStore, table: Table) -> None:
    store.forget_guesses(ANN)
    assert table.get(attempts_key(ANN)) is None


def test_guesses_at_one_name_do_not_touch_another(store: AccountStore) -> None:
    store.count_guess(ANN, Attempts(), NOON)
    assert store.find(BOB)[1] == Attempts()


def test_a_hash_is_replaced(store: AccountStore) -> None:
    account = an_account(password_hash="old")
    create(store, account, NOON)
    store.replace_hash(account, "new")
    assert store.find(ANN)[0] == Account("user-1", ANN, "new")


def test_a_hash_that_was_replaced_meanwhile_stays(store: AccountStore) -> None:
    account = an_account(password_hash="old")
    create(store, account, NOON)
    store.replace_hash(account, "of another password")
    store.replace_hash(account, "of the old password")
    assert store.find(ANN)[0] == Account("user-1", ANN, "of another password")


@pytest.mark.parametrize("before", [2, 5])
def test_a_guess_whose_answer_was_lost_counts_once(
    store: AccountStore, table: Table, monkeypatch: pytest.MonkeyPatch, before: int
) -> None:
    seen = Attempts()
    for _ in range(before):
        store.count_guess(ANN, seen, NOON)
        _, seen, _ = store.find(ANN)
    client = store._table._client
    update_item = client.update_item

    def lose_the_first_answer(**request: Any) -> Any:
        update_item(**request)
        return update_item(**request)

    monkeypatch.setattr(client, "update_item", lose_the_first_answer)
    store.count_guess(ANN, seen, NOON + timedelta(hours=1))
    assert store.find(ANN)[1].failures == before + 1


def test_a_new_epoch_is_the_same_by_address_and_by_id(store: AccountStore) -> None:
    create(store, an_account(), NOON)
    store.end_sessions(an_owner(0))
    store.end_sessions(an_owner(0))
    account, *_ = store.find(ANN)
    assert account == an_account(epoch=2)
    assert store.owner("user-1") == an_owner(2)


def test_no_epoch_makes_an_account(store: AccountStore) -> None:
    store.end_sessions(an_owner(0))
    assert store.owner("user-1") is None
    assert store.find(ANN)[0] is None


def test_a_password_is_changed_with_the_epoch_and_the_session(
    store: AccountStore, table: Table
) -> None:
    seen = an_account(password_hash="old")
    create(store, seen, NOON)
    changed = seen.with_password("new")
    session = a_session(id="session-2", epoch=1)
    store.change_password(seen, changed, session, a_refresh_token())
    assert store.find(ANN)[0] == an_account(password_hash="new", epoch=1)
    assert store.owner("user-1") == an_owner(1)
    assert (table.get(session_key("session-2")) or {})["epoch"] == 1


@pytest.mark.parametrize("meanwhile", ["another password", "everywhere"])
def test_what_changed_meanwhile_is_not_overwritten(
    store: AccountStore, table: Table, meanwhile: str
) -> None:
    seen = an_account(password_hash="old")
    create(store, seen, NOON)
    if meanwhile == "everywhere":
        store.end_sessions(an_owner(0))
    else:
        store.replace_hash(seen, "hash of today's parameters")
    before = store.find(ANN)[0]
    with pytest.raises(Unavailable):
        store.change_password(
            seen, seen.with_password("new"), a_session(id="session-2"), a_refresh_token()
        )
    assert store.find(ANN)[0] == before
    assert table.get(session_key("session-2")) is None


def test_an_account_whose_session_cannot_begin_is_not_made(store: AccountStore) -> None:
    token = create(store, an_account(), NOON)
    bobs = an_account(user_id="user-2", email=BOB)
    with pytest.raises(Unavailable):
        create(store, bobs, NOON)  # The id of the session is taken.
    assert store.find(BOB)[0] is None
    assert store.sessions.find(token, NOON) == a_session()

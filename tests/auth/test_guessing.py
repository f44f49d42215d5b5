"""What guessing at passwords comes to."""

from datetime import timedelta

import pytest

from auth import passwords
from auth.models import Attempts, Found
from auth.store import AccountStore, attempts_key
from tests.auth.builders import ANN, BOB, NOON, PASSWORD, WRONG
from tests.auth.client import fail, sign_in, sign_up
from ticketing.dynamo import Table

pytestmark = pytest.mark.usefixtures("table", "noon")

INVALID = {
    "type": "invalid-credentials",
    "title": "Invalid credentials",
    "status": 401,
    "errors": [{"message": "Invalid credentials"}],
    "requestId": "request-1",
}


@pytest.fixture
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """No time passes, however long a hash takes."""
    monkeypatch.setattr("ticketing.request.now", lambda: NOON)


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer() -> None:
    sign_up()
    wrong, unknown = sign_in(ANN, WRONG), sign_in(BOB, WRONG)
    assert (wrong.status, wrong.json) == (unknown.status, unknown.json) == (401, INVALID)
    assert wrong.headers == unknown.headers
    assert wrong.cookies == unknown.cookies == []


def test_a_wrong_password_and_an_unknown_address_take_the_same_steps(
    monkeypatch: pytest.MonkeyPatch, calls: list[str]
) -> None:
    sign_up()
    hashes: list[str] = []
    matches = passwords.matches

    def note(password_hash: str, password: str) -> bool:
        hashes.append(password_hash)
        return matches(password_hash, password)

    monkeypatch.setattr(passwords, "matches", note)
    steps = []
    for email in (ANN, BOB):
        calls.clear()
        for _ in range(6):
            sign_in(email, WRONG)
        steps.append((len(hashes), list(calls)))
        hashes.clear()
    assert steps[0] == steps[1]
    assert steps[0][0] == 5


def test_a_password_of_nobodys_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "NOBODYS", passwords.hashed(PASSWORD))
    assert sign_in().status == 401


@pytest.mark.parametrize("password", ["short", "x" * 30_000])
def test_a_password_of_the_wrong_length_is_just_wrong(password: str) -> None:
    sign_up()
    assert sign_in(password=password).json == INVALID


@pytest.mark.parametrize("email", [ANN, BOB])
def test_five_wrong_passwords_lock_a_name_whoever_has_it(email: str) -> None:
    sign_up(ANN)
    fail(5, email)
    for password in (WRONG, PASSWORD):
        answer = sign_in(email, password)
        assert (answer.status, answer.slug) == (429, "too-many-attempts")
        assert answer.headers["retry-after"] == "30"
        assert answer.cookies == []


def test_a_locked_name_locks_no_other() -> None:
    sign_up()
    fail(5, BOB)
    assert sign_in().status == 200


def test_attempts_while_locked_do_not_lengthen_the_lock(store: AccountStore) -> None:
    fail(5)
    before = store.find(ANN)[1]
    assert sign_in(password=WRONG).status == 429
    assert store.find(ANN)[1] == before


def an_old_lock(store: AccountStore) -> None:
    for _ in range(5):
        store.count_guess(ANN, Attempts(), NOON - timedelta(seconds=30))


def test_after_the_lock_the_right_password_starts_anew(store: AccountStore) -> None:
    sign_up()
    an_old_lock(store)
    assert sign_in().status == 200
    fail(5)
    assert sign_in().status == 429


def test_after_the_lock_a_wrong_password_locks_for_twice_as_long(store: AccountStore) -> None:
    sign_up()
    an_old_lock(store)
    assert sign_in(password=WRONG).status == 401
    assert sign_in().headers["retry-after"] == "60"


def test_a_guess_is_counted_before_it_is_checked(
    store: AccountStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that guesses sent at once cannot all be checked against the same count."""
    sign_up()
    fail(1)
    stale = store.find(ANN)
    fail(4)
    monkeypatch.setattr(AccountStore, "find", lambda *_: stale)
    monkeypatch.setattr(passwords, "matches", lambda *_: pytest.fail("checked"))
    assert sign_in().status == 429


def test_first_guesses_sent_at_once_are_told_no_more_than_the_free_ones(
    monkeypatch: pytest.MonkeyPatch, table: Table
) -> None:
    monkeypatch.setattr(AccountStore, "find", lambda *_: Found(None, Attempts(), 0))
    statuses = [sign_in(password=WRONG).status for _ in range(8)]
    assert statuses == [401] * 5 + [429] * 3
    assert (table.get(attempts_key(ANN)) or {})["failures"] == 5


def test_after_a_failure_sign_in_counts_and_clears(calls: list[str]) -> None:
    sign_up()
    fail(1)
    calls.clear()
    sign_in()
    assert calls == ["BatchGetItem", "UpdateItem", "DeleteItem", "PutItem"]
    calls.clear()
    sign_in()
    assert calls == ["BatchGetItem", "PutItem"]

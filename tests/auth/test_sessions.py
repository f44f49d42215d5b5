"""The sessions in the table: which refresh token is the right one, whatever comes twice or late."""

from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auth.models import OVERLAP, SESSION_LIFE, Session
from auth.refresh_tokens import RefreshToken
from auth.refusals import SessionEnded
from auth.sessions import SessionStore, session_key
from auth.store import AccountStore
from tests.auth.builders import NOON, SESSION_ID, a_refresh_token, a_session
from ticketing.dynamo import Table
from ticketing.errors import Unavailable

SECOND = timedelta(seconds=1)
LATER = NOON + timedelta(minutes=15)


@pytest.fixture
def sessions(store: AccountStore) -> SessionStore:
    return store.sessions


@pytest.fixture
def token(sessions: SessionStore) -> RefreshToken:
    """The first one of a session that began at noon."""
    first = a_refresh_token()
    sessions.begin(a_session(), first)
    return first


def item(table: Table) -> dict[str, Any]:
    return table.get(session_key(SESSION_ID)) or {}


def test_a_session_is_stored_without_its_token(table: Table, token: RefreshToken) -> None:
    noon_in_30_days = NOON + timedelta(days=30)
    assert item(table) == {
        "pk": f"SESSION#{SESSION_ID}",
        "user_id": "user-1",
        "epoch": 0,
        "token_hash": token.hash,
        "expires_at": "2026-12-23T12:00:00.000Z",
        "ttl": int(noon_in_30_days.timestamp()),
    }


def test_a_session_begins_once(sessions: SessionStore, token: RefreshToken) -> None:
    with pytest.raises(Unavailable):
        sessions.begin(a_session(), a_refresh_token())
    sessions.begin(a_session(), token)  # The same write again, because its answer was lost.


def test_a_token_is_replaced_and_neither_is_stored(
    sessions: SessionStore, table: Table, token: RefreshToken
) -> None:
    session, successor = sessions.refresh(token, LATER)
    assert session == a_session(refreshed_at=LATER)
    assert successor != token
    found = item(table)
    assert found["token_hash"] == successor.hash
    assert found["ttl"] == int((NOON + SESSION_LIFE).timestamp())
    assert token.secret not in str(found)
    assert successor.secret not in str(found)


def test_each_successor_has_one_of_its_own(sessions: SessionStore, token: RefreshToken) -> None:
    seen = [token]
    for minutes in range(0, 100, 10):
        _, successor = sessions.refresh(seen[-1], LATER + timedelta(minutes=minutes))
        seen.append(successor)
    assert len(set(seen)) == 11


def test_the_same_token_soon_again_gets_the_same_successor(
    sessions: SessionStore, table: Table, token: RefreshToken
) -> None:
    """A second tab asks at the same time, or the answer was lost."""
    first = sessions.refresh(token, LATER)
    stored = item(table)
    assert sessions.refresh(token, LATER + SECOND) == first
    assert sessions.refresh(token, LATER - SECOND) == first  # By a clock that is a little behind.
    assert sessions.refresh(token, LATER + OVERLAP) == first
    assert item(table) == stored


@pytest.mark.parametrize("after", [OVERLAP + SECOND, timedelta(days=1)])
def test_a_token_that_is_used_again_later_ends_the_session_for_everybody(
    sessions: SessionStore, table: Table, token: RefreshToken, after: timedelta
) -> None:
    _, successor = sessions.refresh(token, LATER)
    with pytest.raises(SessionEnded):
        sessions.refresh(token, LATER + after)
    with pytest.raises(SessionEnded):
        sessions.refresh(successor, LATER + after)
    assert not {"token_hash", "previous_hash"} & set(item(table))


def test_a_new_token_is_not_replaced_at_once(
    sessions: SessionStore, table: Table, token: RefreshToken
) -> None:
    """Else the third of many tabs at once would come with a token from before the last one."""
    _, second = sessions.refresh(token, LATER)
    stored = item(table)
    for each in (second, token, second, token):
        assert sessions.refresh(each, LATER + OVERLAP)[1] == second
    assert item(table) == stored
    _, third = sessions.refresh(second, LATER + OVERLAP + SECOND)
    assert third not in (second, token)


def test_a_token_from_before_the_last_one_ends_the_session_at_once(
    sessions: SessionStore, token: RefreshToken
) -> None:
    _, second = sessions.refresh(token, LATER)
    later = LATER + OVERLAP + SECOND
    _, third = sessions.refresh(second, later)
    with pytest.raises(SessionEnded):
        sessions.refresh(token, later)
    with pytest.raises(SessionEnded):
        sessions.refresh(third, later)


@given(st.lists(st.integers(0, 5), min_size=2, max_size=12))
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_tabs_that_wake_together_stay_signed_in_in_whatever_order_answers_come(
    sessions: SessionStore, order: list[int]
) -> None:
    """Each tab sends what the browser has; an answer that comes late overwrites a later one."""
    sessions.forget(SESSION_ID)
    jar = a_refresh_token()
    sessions.begin(a_session(), jar)
    answers: list[RefreshToken] = []
    for pick in order:
        _, answer = sessions.refresh(jar, LATER + len(answers) * SECOND)
        answers.append(answer)
        jar = answers[pick % len(answers)]
    assert sessions.find(jar, LATER + timedelta(minutes=15)) is not None


def test_a_made_up_token_ends_the_session_that_it_names(
    sessions: SessionStore, token: RefreshToken
) -> None:
    """Whoever knows the session's id had one of its tokens."""
    with pytest.raises(SessionEnded):
        sessions.refresh(a_refresh_token(), LATER)
    with pytest.raises(SessionEnded):
        sessions.refresh(token, LATER)


def test_a_session_that_nobody_began_is_not_made(sessions: SessionStore, table: Table) -> None:
    with pytest.raises(SessionEnded):
        sessions.refresh(a_refresh_token(), NOON)
    sessions.end(SESSION_ID)
    assert table.get(session_key(SESSION_ID)) is None


def test_no_refresh_lengthens_the_life_of_a_session(
    sessions: SessionStore, table: Table, token: RefreshToken
) -> None:
    _, token = sessions.refresh(token, NOON + SESSION_LIFE - SECOND)
    with pytest.raises(SessionEnded):
        sessions.refresh(token, NOON + SESSION_LIFE)
    assert item(table)["token_hash"] == token.hash  # It ended by itself: no write is needed.


def test_a_replaced_token_does_not_work_beyond_the_life_of_its_session(
    sessions: SessionStore, token: RefreshToken
) -> None:
    sessions.refresh(token, NOON + SESSION_LIFE - SECOND)
    with pytest.raises(SessionEnded):
        sessions.refresh(token, NOON + SESSION_LIFE)


def test_a_session_that_was_ended_cannot_go_on(
    sessions: SessionStore, table: Table, token: RefreshToken
) -> None:
    _, successor = sessions.refresh(token, LATER)
    sessions.end(SESSION_ID)
    sessions.end(SESSION_ID)
    ended = item(table)
    for each in (token, successor):
        with pytest.raises(SessionEnded):
            sessions.refresh(each, LATER)
    assert item(table) == ended


def test_a_session_is_found_by_its_token_and_for_a_moment_by_the_one_before(
    sessions: SessionStore, token: RefreshToken
) -> None:
    assert sessions.find(token, NOON) == a_session()
    _, successor = sessions.refresh(token, LATER)
    assert sessions.find(successor, LATER) == a_session(refreshed_at=LATER)
    assert sessions.find(token, LATER) == a_session(refreshed_at=LATER)
    assert sessions.find(token, LATER + OVERLAP + SECOND) is None
    assert sessions.find(a_refresh_token(), LATER) is None
    assert sessions.find(successor, NOON + SESSION_LIFE) is None


def test_a_replacement_whose_answer_was_lost_is_told_again(
    sessions: SessionStore, token: RefreshToken
) -> None:
    client = sessions._table._client
    update_item = client.update_item

    def lose_the_first_answer(**request: Any) -> Any:
        update_item(**request)
        return update_item(**request)

    with patch.object(client, "update_item", lose_the_first_answer):
        _, successor = sessions.refresh(token, LATER)
    assert sessions.find(successor, LATER) == a_session(refreshed_at=LATER)


def test_of_two_refreshes_at_once_both_get_what_one_of_them_stored(
    sessions: SessionStore, token: RefreshToken
) -> None:
    client = sessions._table._client
    update_item = client.update_item
    won: list[tuple[Session, RefreshToken]] = []

    def come_second(**request: Any) -> Any:
        racing.stop()
        won.append(sessions.refresh(token, LATER))
        return update_item(**request)

    racing = patch.object(client, "update_item", come_second)
    racing.start()
    assert [sessions.refresh(token, LATER)] == won

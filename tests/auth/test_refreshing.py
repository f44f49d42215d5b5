"""Going on with a session, as a browser and as an API client does it."""

from datetime import timedelta

import pytest

from auth.models import OVERLAP
from auth.refresh_tokens import RefreshToken
from auth.sessions import session_key
from auth.store import AccountStore
from tests.auth.builders import ANN, SESSION_ID, a_refresh_token, a_session, now, outage
from tests.auth.client import (
    OWN,
    WANTS_TOKEN,
    current_user,
    gateway,
    kept,
    refresh,
    refresh_token_of,
    session_of,
    sign_in,
    sign_up,
    user_of,
)
from tests.gateway import Answer
from ticketing import secrets
from ticketing.dynamo import Table

pytestmark = pytest.mark.usefixtures("table")


def refresh_in_browser(token: str) -> Answer:
    headers = OWN | {"Cookie": f"__Host-refresh={token}"}
    return gateway("POST", "/api/users/refresh", headers=headers)


def test_a_browser_gets_both_cookies_anew() -> None:
    user = sign_up().json
    answer = refresh_in_browser(refresh_token_of(sign_in()))
    assert (answer.status, answer.json) == (200, user)
    assert current_user(Authorization=f"Session {session_of(answer)}") == user
    assert refresh_in_browser(refresh_token_of(answer)).status == 200


def test_an_api_client_gets_both_tokens_in_the_body() -> None:
    tokens = sign_up(**WANTS_TOKEN).json
    answer = refresh(tokens["refreshToken"])
    assert answer.headers["preference-applied"] == "return=token"
    assert set(answer.json) == {"id", "email", "token", "refreshToken"}
    assert answer.json["refreshToken"] != tokens["refreshToken"]
    assert current_user(Authorization=f"Bearer {answer.json['token']}")["email"] == ANN


def test_the_session_stays_the_same() -> None:
    first = sign_up()
    second = refresh(refresh_token_of(first))
    assert refresh_token_of(second).split(".")[0] == refresh_token_of(first).split(".")[0]
    assert user_of(second) == user_of(first)


def test_two_tabs_at_once_stay_signed_in() -> None:
    token = refresh_token_of(sign_up())
    answers = [refresh_in_browser(token) for _ in range(3)]
    assert [answer.status for answer in answers] == [200] * 3
    (successor,) = {refresh_token_of(answer) for answer in answers}
    assert refresh_in_browser(successor).status == 200


@pytest.mark.parametrize("token", ["", "a.b.c", f"{SESSION_ID}.{'a' * 43}"])
def test_what_is_no_token_of_a_session_is_401_and_its_cookies_go(token: str) -> None:
    for answer in (refresh(token), refresh_in_browser(token)):
        assert (answer.status, answer.slug) == (401, "session-ended")
        assert answer.headers["www-authenticate"] == "Bearer"
        assert kept(answer) == {"session": "", "refresh": ""}


def test_nothing_is_read_for_a_text_that_cannot_be_a_token(calls: list[str]) -> None:
    refresh("made up")
    assert calls == []


def test_a_copy_of_a_token_ends_the_session(store: AccountStore) -> None:
    sign_up()
    token, long_ago = a_refresh_token(), now() - OVERLAP - timedelta(seconds=1)
    store.sessions.begin(a_session(long_ago, user_id=user_of(sign_in())), token)
    _, successor = store.sessions.refresh(token, long_ago)
    assert refresh(str(token)).status == 401
    assert refresh(str(successor)).status == 401


def test_the_access_token_ends_with_its_session(store: AccountStore) -> None:
    user_id = user_of(sign_up())
    token, soon = a_refresh_token(), now() + timedelta(seconds=30)
    store.sessions.begin(a_session(user_id=user_id)._replace(expires_at=soon), token)
    answer = refresh(str(token))
    assert answer.status == 200
    lives = [int(cookie.partition("Max-Age=")[2].partition(";")[0]) for cookie in answer.cookies]
    assert all(0 < life <= 30 for life in lives)


def test_a_session_of_an_account_that_is_gone_has_ended(store: AccountStore) -> None:
    token = a_refresh_token()
    store.sessions.begin(a_session(now()), token)
    answer = refresh(str(token))
    assert (answer.status, answer.slug) == (401, "session-ended")


def test_a_refresh_without_session_keys_can_be_sent_again() -> None:
    token = refresh_token_of(sign_up())
    secrets.forget()
    with outage("secretsmanager"):
        assert refresh(token).status == 503
    assert refresh(token).status == 200


def test_a_refresh_is_one_write_and_one_read(calls: list[str]) -> None:
    token = refresh_token_of(sign_up())
    calls.clear()
    refresh(token)
    assert calls == ["UpdateItem", "GetItem"]
    calls.clear()
    refresh(token)
    assert calls == ["UpdateItem", "GetItem"]


def test_no_token_is_stored(table: Table) -> None:
    tokens = [refresh_token_of(sign_up())]
    for _ in range(3):
        tokens.append(refresh_token_of(refresh(tokens[-1])))
    item = str(table.get(session_key(tokens[0].split(".")[0])))
    assert "token_hash" in item
    for token in tokens:
        parsed = RefreshToken.parse(token)
        assert parsed is not None
        assert parsed.secret not in item

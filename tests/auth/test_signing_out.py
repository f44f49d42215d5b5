"""Ending one session, and all of an account."""

from datetime import timedelta

import pytest

from auth.store import AccountStore
from tests.auth.builders import ANN, BOB, SESSION_ID, a_refresh_token, a_session, a_token, now
from tests.auth.client import (
    OWN,
    kept,
    refresh,
    refresh_token_of,
    session_of,
    sign_in,
    sign_out,
    sign_up,
    user_of,
)
from tests.gateway import Answer

pytestmark = pytest.mark.usefixtures("table")


def bearer(answer: Answer) -> dict[str, str]:
    return {"Authorization": f"Bearer {session_of(answer)}"}


def is_alive(answer: Answer) -> bool:
    return refresh(refresh_token_of(answer)).status == 200


@pytest.mark.parametrize("headers", [{}, OWN | {"Authorization": "Session whatever"}])
def test_sign_out_clears_both_cookies_also_without_a_session(headers: dict[str, str]) -> None:
    answer = sign_out(**headers)
    assert (answer.status, answer.json) == (200, {})
    rules = "Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax"
    assert answer.cookies == [f"__Host-session=; {rules}", f"__Host-refresh=; {rules}"]


def test_sign_out_ends_its_own_session_and_no_other() -> None:
    mine, other = sign_up(), sign_in()
    assert sign_out(**bearer(mine)).status == 200
    assert not is_alive(mine)
    assert is_alive(other)


def test_a_browser_whose_access_token_has_expired_ends_its_session_too() -> None:
    mine, other = sign_up(), sign_in()
    expired = {"Authorization": f"Session {a_token(now() - timedelta(minutes=16))}"}
    cookie = {"Cookie": f"__Host-refresh={refresh_token_of(mine)}"}
    assert sign_out(**OWN, **expired, **cookie).status == 200
    assert not is_alive(mine)
    assert is_alive(other)


def test_an_api_client_can_sign_out_with_its_refresh_token() -> None:
    mine = sign_up()
    assert sign_out({"refreshToken": refresh_token_of(mine)}).status == 200
    assert not is_alive(mine)


def test_a_made_up_refresh_token_ends_nothing(store: AccountStore) -> None:
    user_id = user_of(sign_up())
    token = a_refresh_token()
    store.sessions.begin(a_session(now(), user_id=user_id), token)
    assert sign_out({"refreshToken": f"{SESSION_ID}.{'a' * 43}"}).status == 200
    assert refresh(str(token)).status == 200


def test_signing_out_everywhere_ends_every_session_of_the_account() -> None:
    mine, other, bobs = sign_up(ANN), sign_in(ANN), sign_up(BOB)
    answer = sign_out({"everywhere": True}, **bearer(mine))
    assert (answer.status, kept(answer)) == (200, {"session": "", "refresh": ""})
    assert not is_alive(mine)
    assert not is_alive(other)
    assert is_alive(bobs)
    assert is_alive(sign_in(ANN))


def test_everywhere_takes_an_access_token() -> None:
    mine = sign_up()
    for body in ({"everywhere": True}, {"everywhere": True, "refreshToken": "a.b"}):
        answer = sign_out(body)
        assert (answer.status, answer.slug) == (401, "not-signed-in")
    assert is_alive(mine)


def test_everywhere_of_an_account_that_is_gone_is_401() -> None:
    assert sign_out({"everywhere": True}, Authorization=f"Bearer {a_token()}").status == 401


def test_a_session_that_began_just_before_everywhere_ends_too(store: AccountStore) -> None:
    """It had read the account, and was stored after the others were ended."""
    first = sign_up()
    account, *_ = store.find(ANN)
    assert account is not None
    sign_out({"everywhere": True}, **bearer(first))
    token = a_refresh_token()
    store.sessions.begin(a_session(now(), user_id=account.user_id, epoch=account.epoch), token)
    assert refresh(str(token)).status == 401


def test_what_signing_out_costs(calls: list[str]) -> None:
    mine, other = sign_up(), sign_in()
    calls.clear()
    sign_out()
    assert calls == []
    sign_out(**bearer(mine))
    assert calls == ["UpdateItem"]
    calls.clear()
    sign_out({"refreshToken": refresh_token_of(other)})
    assert calls == ["GetItem", "UpdateItem"]
    calls.clear()
    sign_out({"everywhere": True}, **bearer(mine))
    assert calls == ["GetItem", "TransactWriteItems"]

"""What a token says, where it is presented, and how long it lasts."""

from datetime import timedelta

import jwt
import pytest

from auth import sessions
from auth.sessions import Session
from tests.auth.builders import (
    ANN,
    a_token,
    claims,
    now,
)

pytestmark = pytest.mark.usefixtures("keys")

DAY = timedelta(days=1)


def test_a_session_says_who_and_until_when() -> None:
    at = now()
    assert sessions.verify(a_token(at)) == Session("user-1", ANN, int((at + DAY).timestamp()))


def test_a_token_names_its_key_its_issuer_and_its_audience() -> None:
    at = now()
    token = a_token(at)
    assert jwt.get_unverified_header(token) == {"alg": "HS256", "typ": "JWT", "kid": "k1"}
    assert jwt.decode(token, options={"verify_signature": False}) == claims(at)


def test_the_longest_address_fits_into_a_token_and_a_cookie() -> None:
    email = f"{'\u00f6' * 32}@{'.'.join(['\u00f6' * 30] * 3)}.xy"
    token = sessions.mint("0" * 36, email, now())
    assert len(token) < sessions.MAX_TOKEN_LENGTH
    assert sessions.verify(token) is not None


def test_a_session_ends() -> None:
    assert sessions.verify(a_token(now() - DAY + timedelta(seconds=10))) is not None
    assert sessions.verify(a_token(now() - DAY - timedelta(seconds=10))) is None


def test_clocks_may_differ_a_little() -> None:
    assert sessions.verify(a_token(now() + timedelta(seconds=3))) is not None
    assert sessions.verify(a_token(now() + timedelta(seconds=60))) is None


@pytest.mark.parametrize(
    ("authorization", "cookies", "token"),
    [
        ("Bearer a", {}, "a"),
        ("bearer  a ", {}, "a"),
        ("Session a", {}, "a"),
        ("Bearer a", {"session": "b"}, "a"),
        ("Bearer", {"session": "b"}, ""),
        ("Anonymous", {}, ""),
        ("Anonymous", {"session": "b"}, "b"),
        ("Basic YTpi", {"session": "b"}, "b"),
        ("", {"session": "b"}, "b"),
        ("", {"other": "b"}, ""),
        ("", {}, ""),
    ],
)
def test_the_header_wins_over_the_cookie(
    authorization: str, cookies: dict[str, str], token: str
) -> None:
    assert sessions.presented(authorization, cookies) == token


def test_a_cookie_is_out_of_reach_for_scripts_other_sites_and_plain_http() -> None:
    assert str(sessions.cookie("a")) == (
        "session=a; Path=/; Max-Age=86400; HttpOnly; Secure; SameSite=Lax"
    )


def test_an_ended_session_leaves_no_cookie() -> None:
    assert str(sessions.cookie("", sessions.ENDED)).startswith("session=; Path=/; Max-Age=0;")


def test_only_a_deployment_without_tls_sends_cookies_in_the_clear(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COOKIE_SECURE", "false")
    assert "Secure" not in str(sessions.cookie("a"))

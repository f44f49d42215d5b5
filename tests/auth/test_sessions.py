"""Tokens: what is minted, and everything that is nobody."""

import hashlib
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import jwt
import pytest
from botocore.exceptions import EndpointConnectionError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auth import sessions
from auth.sessions import Session
from tests.auth.builders import (
    ANN,
    CURRENT_KEY,
    OLDER_KEY,
    claims,
    encode,
    forge,
    outage,
    put_keys,
    without,
)
from ticketing import secrets

pytestmark = pytest.mark.usefixtures("keys")

NEW_KEY = "2" * 64
DAY = timedelta(days=1)


def now() -> datetime:
    return datetime.now(UTC)


def a_token(at: datetime | None = None) -> str:
    return sessions.mint("user-1", ANN, at or now())


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


def test_a_token_made_by_hand_with_the_key_is_a_session() -> None:
    """The matrix below would prove nothing if its tokens were bad for another reason."""
    assert sessions.verify(forge(claims())) is not None
    assert sessions.verify(forge(claims(), key=OLDER_KEY, kid="k0")) is not None


@pytest.mark.parametrize(
    ("key", "header"),
    [
        (NEW_KEY, {}),
        (OLDER_KEY, {}),
        (CURRENT_KEY, {"kid": "k0"}),
        (CURRENT_KEY, {"kid": "k2"}),
        (CURRENT_KEY, {"kid": ""}),
        (CURRENT_KEY, {"kid": None}),
        (CURRENT_KEY, {"kid": 1}),
        (CURRENT_KEY, {"kid": ["k1"]}),
        ("k1", {"kid": "current"}),
        ("", {"kid": "k2"}),
        ("None", {"kid": "k2"}),
        (CURRENT_KEY, {"alg": "none"}),
        (CURRENT_KEY, {"alg": "None"}),
        (CURRENT_KEY, {"alg": "hs256"}),
        (CURRENT_KEY, {"alg": "HS512"}),
        (CURRENT_KEY, {"alg": "RS256"}),
        (CURRENT_KEY, {"alg": ""}),
        (CURRENT_KEY, {"alg": None}),
        (CURRENT_KEY, {"alg": ["HS256"]}),
        (CURRENT_KEY, {"crit": ["exp"], "exp": 1}),
        (CURRENT_KEY, {"crit": []}),
        (CURRENT_KEY, {"b64": False}),
    ],
)
def test_a_token_with_another_key_or_algorithm_is_nobody(key: str, header: dict[str, Any]) -> None:
    assert sessions.verify(forge(claims(), key, **header)) is None


@pytest.mark.parametrize("digest", [hashlib.sha384, hashlib.sha512])
def test_another_algorithm_is_nobody_even_with_the_right_key(digest: object) -> None:
    name = {hashlib.sha384: "HS384", hashlib.sha512: "HS512"}[digest]  # type: ignore[index]
    assert sessions.verify(forge(claims(), digest=digest, alg=name)) is None  # type: ignore[arg-type]


def test_an_unsigned_token_is_nobody() -> None:
    header, payload, _ = forge(claims(), alg="none").split(".")
    assert sessions.verify(f"{header}.{payload}.") is None
    assert sessions.verify(f"{header}.{payload}") is None


def test_a_token_without_a_key_id_is_nobody() -> None:
    _, payload, _ = forge(claims()).split(".")
    signed = f"{encode(b'{"alg":"HS256"}')}.{payload}"
    signature = forge(claims()).rsplit(".", maxsplit=1)[1]
    assert sessions.verify(f"{signed}.{signature}") is None


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "somebody else"},
        {"iss": ["ticketing/auth"]},
        {"aud": "another api"},
        {"aud": ["ticketing/api"]},
        {"exp": int(now().timestamp()) - 60},
        {"exp": 0},
        {"exp": "soon"},
        {"exp": float("inf")},
        {"exp": float("nan")},
        {"iat": int(now().timestamp()) + 600},
        {"iat": "then"},
        {"nbf": int(now().timestamp()) + 600},
        {"sub": 1},
        *({name: None} for name in sessions.CLAIMS),
    ],
)
def test_a_token_that_says_something_else_is_nobody(changes: dict[str, Any]) -> None:
    assert sessions.verify(forge(claims(**changes))) is None


@pytest.mark.parametrize("name", sessions.CLAIMS)
def test_a_token_that_leaves_a_claim_out_is_nobody(name: str) -> None:
    assert sessions.verify(forge(without(name, claims()))) is None


@pytest.mark.parametrize("payload", [None, [], "user-1", 1, [[]] * 100])
def test_a_token_that_makes_no_claims_is_nobody(payload: object) -> None:
    assert sessions.verify(forge(payload)) is None


def test_a_session_ends() -> None:
    assert sessions.verify(a_token(now() - DAY + timedelta(seconds=10))) is not None
    assert sessions.verify(a_token(now() - DAY - timedelta(seconds=10))) is None


def test_clocks_may_differ_a_little() -> None:
    assert sessions.verify(a_token(now() + timedelta(seconds=3))) is not None
    assert sessions.verify(a_token(now() + timedelta(seconds=60))) is None


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "...",
        "a.b.c",
        "e30.e30.e30",
        f"{encode(b'[]')}.e30.e30",
        f"{encode(b'\xff')}.e30.e30",
        f"{encode(b'[' * 1500)}.e30.e30",
        f"{encode(b'{"kid":' + b'9' * 1200 + b'}')}.e30.e30",
        "null",
        "undefined",
        "\0",
        "\ud800",
        "e30.e30.\u00e9",
    ],
)
def test_what_is_no_token_is_nobody(token: str) -> None:
    assert sessions.verify(token) is None


def test_a_token_is_taken_as_it_was_minted_or_not_at_all() -> None:
    token = a_token()
    header, payload, signature = token.split(".")
    for changed in (
        f" {token}",
        f"{token}\n",
        f"{token}=",
        f"{token}.",
        f"{token}.{signature}",
        f"{header}.{encode(b'{}')}.{signature}",
        f"{header}.{payload}.{signature[:-1]}",
        f"{header}.{payload}.{signature.swapcase()}",
        token + "A" * sessions.MAX_TOKEN_LENGTH,
    ):
        assert sessions.verify(changed) is None


texts = st.text(st.characters()) | st.from_regex(r"[\w-]{1,40}\.[\w-]{0,40}\.[\w-]{0,40}")
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
lasting = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200
)


@lasting
@given(texts)
def test_no_text_is_somebody(text: str) -> None:
    assert sessions.verify(text) is None


@lasting
@given(st.dictionaries(st.sampled_from(["alg", "kid", "typ", "crit", "b64", "zip"]), values))
def test_no_header_makes_an_unsigned_token_somebody(header: dict[str, Any]) -> None:
    assert sessions.verify(forge(claims(), key=NEW_KEY, **header)) is None


@lasting
@given(values | st.dictionaries(st.sampled_from(sessions.CLAIMS), values))
def test_no_payload_breaks_the_check_of_a_signed_token(payload: object) -> None:
    assert sessions.verify(forge(payload)) is None


@lasting
@given(st.integers(0), st.characters(categories=["L", "N", "P"]))
def test_no_change_of_one_character_is_somebody(place: int, character: str) -> None:
    token = forge(claims(datetime(2100, 1, 1, tzinfo=UTC), iat=0))
    place %= len(token)
    changed = token[:place] + character + token[place + 1 :]
    assert changed == token or sessions.verify(changed) is None


def test_a_rotation_keeps_the_sessions_that_there_are() -> None:
    before = a_token()
    put_keys({"current": "k2", "k2": NEW_KEY, "k1": CURRENT_KEY})
    secrets.forget()
    after = a_token()
    assert jwt.get_unverified_header(after)["kid"] == "k2"
    assert sessions.verify(before) is not None
    assert sessions.verify(after) is not None


def test_a_key_that_was_removed_ends_its_sessions() -> None:
    token = a_token()
    put_keys({"current": "k2", "k2": NEW_KEY})
    secrets.forget()
    assert sessions.verify(token) is None


class Clock(SimpleNamespace):
    """The age of secrets, moved by hand."""

    seconds = 1000.0

    def monotonic(self) -> float:
        return self.seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(secrets, "time", clock)
    return clock


def test_a_key_is_known_soon_after_a_rotation(clock: Clock) -> None:
    a_token()
    put_keys({"current": "k2", "k2": NEW_KEY, "k1": CURRENT_KEY})
    token = forge(claims(), key=NEW_KEY, kid="k2")
    assert sessions.verify(token) is None
    clock.seconds += sessions.UNKNOWN_KEY_AGE
    assert sessions.verify(token) is not None


def test_made_up_key_ids_do_not_flood_the_secret_store(clock: Clock, calls: list[str]) -> None:
    for number in range(100):
        assert sessions.verify(forge(claims(), kid=f"made-up-{number}")) is None
    assert calls == ["GetSecretValue"]
    clock.seconds += sessions.UNKNOWN_KEY_AGE
    for number in range(100):
        sessions.verify(forge(claims(), kid=f"made-up-{number}"))
    assert calls == ["GetSecretValue"] * 2


def test_keys_are_read_again_after_a_while(clock: Clock, calls: list[str]) -> None:
    token = a_token()
    clock.seconds += secrets.MAX_AGE - 1
    sessions.verify(token)
    assert calls == ["GetSecretValue"]
    clock.seconds += 1
    sessions.verify(token)
    assert calls == ["GetSecretValue"] * 2


def test_sessions_outlive_an_outage_of_the_secret_store(clock: Clock) -> None:
    token = a_token()
    clock.seconds += secrets.MAX_AGE
    with outage("secretsmanager"):
        assert sessions.verify(token) is not None


def test_without_any_keys_nobody_can_be_told_from_somebody() -> None:
    with outage("secretsmanager"), pytest.raises(EndpointConnectionError):
        sessions.verify(forge(claims()))


def test_a_key_that_is_too_short_signs_nothing() -> None:
    put_keys({"current": "k1", "k1": "short"})
    secrets.forget()
    with pytest.raises(jwt.InvalidKeyError):
        a_token()
    assert sessions.verify(forge(claims(), key="short")) is None


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

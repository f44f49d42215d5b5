"""Tokens that are nobody: the matrix of forgeries, and whatever else may be sent."""

import hashlib
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auth import access_tokens
from tests.auth.builders import (
    CURRENT_KEY,
    NEW_KEY,
    OLDER_KEY,
    a_token,
    claims,
    encode,
    forge,
    now,
    without,
)

pytestmark = pytest.mark.usefixtures("keys")


def test_a_token_made_by_hand_with_the_key_is_a_session() -> None:
    """The matrix below would prove nothing if its tokens were bad for another reason."""
    assert access_tokens.verify(forge(claims())) is not None
    assert access_tokens.verify(forge(claims(), key=OLDER_KEY, kid="k0")) is not None


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
    assert access_tokens.verify(forge(claims(), key, **header)) is None


@pytest.mark.parametrize("digest", [hashlib.sha384, hashlib.sha512])
def test_another_algorithm_is_nobody_even_with_the_right_key(digest: object) -> None:
    name = {hashlib.sha384: "HS384", hashlib.sha512: "HS512"}[digest]  # type: ignore[index]
    assert access_tokens.verify(forge(claims(), digest=digest, alg=name)) is None  # type: ignore[arg-type]


def test_an_unsigned_token_is_nobody() -> None:
    header, payload, _ = forge(claims(), alg="none").split(".")
    assert access_tokens.verify(f"{header}.{payload}.") is None
    assert access_tokens.verify(f"{header}.{payload}") is None


def test_a_token_without_a_key_id_is_nobody() -> None:
    _, payload, _ = forge(claims()).split(".")
    signed = f"{encode(b'{"alg":"HS256"}')}.{payload}"
    signature = forge(claims()).rsplit(".", maxsplit=1)[1]
    assert access_tokens.verify(f"{signed}.{signature}") is None


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
        {"iat": int(now().timestamp()) + 86_400},
        {"iat": "then"},
        {"nbf": int(now().timestamp()) + 86_400},
        {"sub": 1},
        *({name: None} for name in access_tokens.CLAIMS),
    ],
)
def test_a_token_that_says_something_else_is_nobody(changes: dict[str, Any]) -> None:
    assert access_tokens.verify(forge(claims(**changes))) is None


@pytest.mark.parametrize("name", access_tokens.CLAIMS)
def test_a_token_that_leaves_a_claim_out_is_nobody(name: str) -> None:
    assert access_tokens.verify(forge(without(name, claims()))) is None


@pytest.mark.parametrize("payload", [None, [], "user-1", 1, [[]] * 100])
def test_a_token_that_makes_no_claims_is_nobody(payload: object) -> None:
    assert access_tokens.verify(forge(payload)) is None


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
    assert access_tokens.verify(token) is None


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
        token + "A" * access_tokens.MAX_TOKEN_LENGTH,
    ):
        assert access_tokens.verify(changed) is None


texts = st.text(st.characters()) | st.from_regex(r"[\w-]{1,40}\.[\w-]{0,40}\.[\w-]{0,40}")

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)

lasting = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)


@lasting
@given(texts)
def test_no_text_is_somebody(text: str) -> None:
    assert access_tokens.verify(text) is None


@lasting
@given(st.dictionaries(st.sampled_from(["alg", "kid", "typ", "crit", "b64", "zip"]), values))
def test_no_header_makes_an_unsigned_token_somebody(header: dict[str, Any]) -> None:
    assert access_tokens.verify(forge(claims(), key=NEW_KEY, **header)) is None


@lasting
@given(values | st.dictionaries(st.sampled_from(access_tokens.CLAIMS), values))
def test_no_payload_breaks_the_check_of_a_signed_token(payload: object) -> None:
    assert access_tokens.verify(forge(payload)) is None


@lasting
@given(st.integers(0), st.characters(categories=["L", "N", "P"]))
def test_no_change_of_one_character_is_somebody(place: int, character: str) -> None:
    """But of the last one: two of its six bits belong to no byte."""
    token = forge(claims(datetime(2100, 1, 1, tzinfo=UTC), iat=0))
    place %= len(token) - 1
    changed = token[:place] + character + token[place + 1 :]
    assert changed == token or access_tokens.verify(changed) is None

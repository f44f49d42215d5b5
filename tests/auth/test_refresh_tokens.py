"""What a refresh token is made of."""

import pytest

from auth.refresh_tokens import RefreshToken, random_text
from tests.auth.builders import SESSION_ID, a_refresh_token


def test_a_token_is_read_as_it_was_written() -> None:
    token = a_refresh_token()
    assert RefreshToken.parse(str(token)) == token
    assert len(token.secret) == 43  # 256 bits, six in each character


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        SESSION_ID,
        f"{SESSION_ID}.",
        f"{SESSION_ID}.{'a' * 42}",
        f"{SESSION_ID}.{'a' * 44}",
        f"{SESSION_ID}.{'a' * 42}=",
        f"{SESSION_ID[1:]}.{'a' * 43}",
        f" {SESSION_ID}.{'a' * 43}",
        f"{SESSION_ID}.{'a' * 43}\n",
        f"{SESSION_ID}.{'\u00e9' * 43}",
        "a.b.c",
    ],
)
def test_what_has_another_form_is_no_token(text: str) -> None:
    assert RefreshToken.parse(text) is None


def test_no_two_tokens_are_the_same() -> None:
    assert len({a_refresh_token().secret for _ in range(100)}) == 100


def test_the_hash_does_not_tell_the_token() -> None:
    token = a_refresh_token()
    assert token.secret not in token.hash
    assert token.hash != a_refresh_token().hash
    assert token.hash == RefreshToken(*token).hash


def test_a_successor_takes_both_the_token_and_the_nonce() -> None:
    token, nonce = a_refresh_token(), random_text()
    successor = token.successor(nonce)
    assert successor == token.successor(nonce)
    assert RefreshToken.parse(str(successor)) == successor
    others = {token.successor(random_text()), a_refresh_token().successor(nonce), token}
    assert successor not in others
    assert successor.session_id == token.session_id

"""What an access token says, where it is presented, and how long it lasts."""

from datetime import timedelta

import jwt
import pytest

from auth import access_tokens
from auth.access_tokens import Caller, Identity
from auth.models import SESSION_LIFE
from tests.auth.builders import ANN, SESSION_ID, a_token, claims, now

pytestmark = pytest.mark.usefixtures("keys")

ANNS = Identity("user-1", ANN, SESSION_ID)
LIFE = timedelta(minutes=15)


def test_a_token_says_who_in_which_session_and_until_when() -> None:
    at = now()
    assert access_tokens.verify(a_token(at)) == Caller(ANNS, int((at + LIFE).timestamp()))


def test_a_token_names_its_key_its_issuer_and_its_audience() -> None:
    at = now()
    token = a_token(at)
    assert jwt.get_unverified_header(token) == {"alg": "HS256", "typ": "JWT", "kid": "k1"}
    assert jwt.decode(token, options={"verify_signature": False}) == claims(at)


def test_the_longest_address_fits_into_a_token_and_a_cookie() -> None:
    email = f"{'\u00f6' * 32}@{'.'.join(['\u00f6' * 30] * 3)}.xy"
    identity = Identity("0" * 36, email, "0" * 36)
    token = access_tokens.mint(identity, now(), now() + SESSION_LIFE)
    assert len(token) < access_tokens.MAX_TOKEN_LENGTH
    assert access_tokens.verify(token) is not None


def test_a_token_ends_after_minutes() -> None:
    assert access_tokens.verify(a_token(now() - LIFE + timedelta(seconds=10))) is not None
    assert access_tokens.verify(a_token(now() - LIFE - timedelta(seconds=10))) is None


def test_a_token_does_not_outlive_its_session() -> None:
    at = now()
    token = access_tokens.mint(ANNS, at, at + timedelta(minutes=1))
    caller = access_tokens.verify(token)
    assert caller is not None
    assert caller.expires_at == int((at + timedelta(minutes=1)).timestamp())


def test_clocks_may_differ_a_little() -> None:
    assert access_tokens.verify(a_token(now() + timedelta(seconds=3))) is not None
    assert access_tokens.verify(a_token(now() + timedelta(seconds=60))) is None


@pytest.mark.parametrize(
    ("authorization", "token"),
    [
        ("Bearer a", "a"),
        ("bearer  a ", "a"),
        ("Session a", "a"),
        ("Bearer", ""),
        ("Anonymous", ""),
        ("Basic YTpi", ""),
        ("", ""),
    ],
)
def test_a_token_is_presented_in_the_one_credential_header(authorization: str, token: str) -> None:
    assert access_tokens.presented(authorization) == token

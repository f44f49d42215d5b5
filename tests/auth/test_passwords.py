"""How passwords are kept and checked."""

import pytest
from argon2 import PasswordHasher, extract_parameters

from auth import passwords
from tests.auth.builders import PASSWORD


def test_a_password_is_hashed_with_the_parameters_that_owasp_recommends() -> None:
    assert passwords.hashed(PASSWORD).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_equal_passwords_have_different_hashes() -> None:
    assert passwords.hashed(PASSWORD) != passwords.hashed(PASSWORD)


@pytest.mark.parametrize(
    ("password", "other"),
    [
        (" spaces ", "spaces"),
        ("Caseful1", "caseful1"),
        ("caf\u00e9 noir", "cafe\u0301 noir"),
        ("eight\0to", "eight\0of"),
        ("\U0001f3b8" * 128, "\U0001f3b8" * 127),
        ("1234567\n", "1234567"),
    ],
)
def test_a_password_is_compared_exactly_as_typed(password: str, other: str) -> None:
    password_hash = passwords.hashed(password)
    assert passwords.matches(password_hash, password)
    assert not passwords.matches(password_hash, other)


def test_a_hash_made_with_other_parameters_is_outdated() -> None:
    assert passwords.is_outdated(
        PasswordHasher(memory_cost=8, time_cost=1, parallelism=1).hash(PASSWORD)
    )
    assert not passwords.is_outdated(passwords.hashed(PASSWORD))


def test_nobodys_hash_costs_as_much_as_a_real_one_and_matches_nothing() -> None:
    real = passwords.hashed(PASSWORD)
    assert extract_parameters(passwords.NOBODYS) == extract_parameters(real)
    assert not passwords.matches(passwords.NOBODYS, PASSWORD)

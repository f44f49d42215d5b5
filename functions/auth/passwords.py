"""Passwords: Argon2id with OWASP's parameters.

Checking one takes as long for a name that nobody has as for one that somebody has.
"""

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

MEMORY_KIB, PASSES, LANES = 19 * 1024, 2, 1
"""OWASP Password Storage Cheat Sheet: m=19 MiB, t=2, p=1."""

HASHER = PasswordHasher(
    time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES, hash_len=32, salt_len=16
)

NOBODYS = f"$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${'A' * 22}${'A' * 43}"
"""A hash of no known password, for names that no account has."""


def hashed(password: str) -> str:
    """The password as it is stored, in the PHC string format: salt and parameters included."""
    return HASHER.hash(password)


def matches(password_hash: str, password: str) -> bool:
    """Whether this is the password, exactly as it was typed."""
    try:
        return HASHER.verify(password_hash, password)
    except VerifyMismatchError:
        return False


def is_outdated(password_hash: str) -> bool:
    """Whether it was made with other parameters than today's."""
    return HASHER.check_needs_rehash(password_hash)

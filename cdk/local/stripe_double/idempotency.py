"""Idempotency keys by Stripe's rules: an answer is saved once its execution began, whatever it is.

A request that fails validation saves nothing, so its key is free for another one.
"""

from collections.abc import Callable
from typing import NamedTuple

from cdk.local.stripe_double.errors import IdempotencyMismatch, InvalidRequest
from cdk.local.stripe_double.form import Form

MAX_KEYS, MAX_KEY_LENGTH = 10_000, 255
LIFETIME_SECONDS = 24 * 60 * 60


class Saved(NamedTuple):
    """An answer as it was sent the first time."""

    status: int
    body: bytes
    request_id: str


class _Entry(NamedTuple):
    endpoint: str
    form: Form
    at: float
    saved: Saved


class Keys:
    """The keys of one account."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._entries: dict[str, _Entry] = {}

    def find(self, key: str | None, endpoint: str, form: Form) -> Saved | None:
        """The saved answer, if there is one; without a key nothing is ever remembered.

        Raises IdempotencyMismatch for another request than the first one with this key,
        InvalidRequest for a key that is too long.
        """
        if key is None:
            return None
        if len(key) > MAX_KEY_LENGTH:
            msg = f"Invalid idempotency key: it may have at most {MAX_KEY_LENGTH} characters."
            raise InvalidRequest(msg)
        self._forget_old()
        entry = self._entries.get(key)
        if entry is None:
            return None
        _require_same(key, entry, endpoint, form)
        return entry.saved

    def save(self, key: str | None, endpoint: str, form: Form, answer: Saved) -> None:
        """Answer every repetition of the request with this."""
        if key is not None:
            self._entries[key] = _Entry(endpoint, form, self._clock(), answer)

    def _forget_old(self) -> None:
        """Drop the keys that are over a day old, or the oldest if there are too many."""
        limit = self._clock() - LIFETIME_SECONDS
        surplus = len(self._entries) - MAX_KEYS
        old: list[str] = []
        for key, entry in self._entries.items():
            if entry.at > limit and len(old) >= surplus:
                break
            old.append(key)
        for key in old:
            del self._entries[key]


def _require_same(key: str, entry: _Entry, endpoint: str, form: Form) -> None:
    advice = f"Try using a key other than '{key}' if you meant to execute a different request."
    if entry.endpoint != endpoint:
        msg = (
            "Keys for idempotent requests can only be used for the same endpoint they were first "
            f"used for ('{endpoint}' vs '{entry.endpoint}'). {advice}"
        )
        raise IdempotencyMismatch(msg)
    if entry.form != form:
        msg = (
            "Keys for idempotent requests can only be used with the same parameters they were "
            f"first used with. {advice}"
        )
        raise IdempotencyMismatch(msg)

"""Replacing the key that signs: step by step, from wherever an earlier run was stopped."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import jwt
import pytest

from auth import access_tokens
from auth.access_tokens import LIFE
from cdk import rotation
from cdk.rotation import Clock, Keys, KeySecret, next_step, replace, rotate
from tests.auth.builders import CURRENT_KEY, NEW_KEY, OLDER_KEY, a_token, put_keys
from tests.auth.conftest import SECRET
from ticketing import aws, secrets
from ticketing.secrets import MAX_AGE

pytestmark = pytest.mark.usefixtures("keys")

ONE: Keys = {"current": "k1", "k1": CURRENT_KEY}
BEGUN: Keys = {**ONE, "k2": NEW_KEY}
SIGNING: Keys = {"current": "k2", "k1": CURRENT_KEY, "k2": NEW_KEY}


class FastClock(Clock):
    """Time that passes as soon as it is waited for; `meanwhile` happens then."""

    def __init__(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        self.passed = timedelta()
        self.waits: list[timedelta] = []
        self._meanwhile = meanwhile

    def now(self) -> datetime:
        return datetime.now(UTC) + self.passed

    def sleep(self, duration: timedelta) -> None:
        self.waits.append(duration)
        self.passed += duration
        self._meanwhile()


class Recorded(KeySecret):
    """The secret, with all that was ever written to it and when, by a clock."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(aws.client("secretsmanager"), SECRET)
        self._clock = clock
        self._written_at = clock.now()
        self.history: list[tuple[datetime, Keys]] = []

    def read(self) -> rotation.Version:
        return rotation.Version(super().read().keys, self._written_at)

    def write(self, keys: Keys) -> None:
        super().write(keys)
        self._written_at = self._clock.now()
        self.history.append((self._written_at, keys))


def stored() -> Keys:
    answer = aws.client("secretsmanager").get_secret_value(SecretId=SECRET)
    return dict(json.loads(answer["SecretString"]))


def minutes(durations: list[timedelta]) -> list[int]:
    return [round(each.total_seconds() / 60) for each in durations]


def test_a_rotation_ends_with_one_new_key_after_two_waits() -> None:
    put_keys(ONE)
    clock = FastClock()
    secret = Recorded(clock)
    rotate(secret, clock)
    assert minutes(clock.waits) == [6, 21]
    (_, begun), (_, signing), (_, done) = secret.history
    assert begun == {**ONE, "k2": begun["k2"]}
    assert signing == {**begun, "current": "k2"}
    assert done == stored() == {"current": "k2", "k2": begun["k2"]}
    assert len(begun["k2"]) == 64
    assert begun["k2"] != CURRENT_KEY


def test_no_token_is_refused_on_the_way_however_old_the_keys_that_a_function_has() -> None:
    """Every function may have read the secret up to MAX_AGE ago, and tokens live for LIFE."""
    put_keys(ONE)
    clock = FastClock()
    secret = Recorded(clock)
    rotate(secret, clock)
    versions = [(clock.now() - timedelta(days=1), ONE), *secret.history]

    def known(at: datetime) -> list[Keys]:
        """What a function may know at this moment."""
        oldest = at - timedelta(seconds=MAX_AGE)
        spans = pairwise([*versions, (datetime.max.replace(tzinfo=UTC), {})])
        return [keys for (begin, keys), (end, _) in spans if begin <= at and end > oldest]

    for second in range(0, 40 * 60, 30):
        minted_at = secret.history[0][0] + timedelta(seconds=second)
        for signer in known(minted_at):
            for used_at in (minted_at, minted_at + LIFE):
                for verifier in known(used_at):
                    kid = signer["current"]
                    assert verifier.get(kid) == signer[kid], (second, signer, verifier)


@pytest.mark.parametrize(("found", "waits"), [(BEGUN, [6, 21]), (SIGNING, [21])])
def test_a_rotation_that_was_stopped_is_finished(found: Keys, waits: list[int]) -> None:
    put_keys(found)
    clock = FastClock()
    rotate(Recorded(clock), clock)
    assert minutes(clock.waits) == waits
    assert stored() == {"current": "k2", "k2": NEW_KEY}


def test_what_was_waited_for_before_it_was_stopped_counts() -> None:
    put_keys(BEGUN)
    clock = FastClock()
    secret = Recorded(clock)
    clock.passed += timedelta(minutes=4)
    rotate(secret, clock)
    assert minutes(clock.waits) == [2, 21]


def test_of_two_rotations_at_once_the_later_one_is_waited_for() -> None:
    put_keys(ONE)
    clock = FastClock()
    secret = Recorded(clock)
    others: Keys = {**ONE, "k2": OLDER_KEY}

    def begin_too(duration: timedelta) -> None:
        clock.waits.append(duration)
        clock.passed += duration
        if len(clock.waits) == 1:
            secret.write(others)

    clock.sleep = begin_too  # type: ignore[method-assign]
    rotate(secret, clock)
    assert minutes(clock.waits) == [6, 6, 21]
    assert stored() == {"current": "k2", "k2": OLDER_KEY}


def test_old_keys_of_any_name_go(keys: None) -> None:
    put_keys({"current": "k9", "k9": CURRENT_KEY, "k0": OLDER_KEY, "first": OLDER_KEY})
    clock = FastClock()
    rotate(Recorded(clock), clock)
    assert stored() == {"current": "k9", "k9": CURRENT_KEY}
    rotate(Recorded(clock), clock)
    assert set(stored()) == {"current", "k10"}
    assert next_step(stored()) is None


def test_after_a_leak_the_old_key_goes_at_once() -> None:
    put_keys(BEGUN)
    leaked = a_token()
    replace(KeySecret(aws.client("secretsmanager"), SECRET))
    secrets.forget()
    assert set(stored()) == {"current", "k3"}
    assert not {CURRENT_KEY, NEW_KEY} & set(stored().values())
    assert access_tokens.verify(leaked) is None
    assert access_tokens.verify(a_token()) is not None


def test_a_rotated_key_signs_and_verifies() -> None:
    put_keys(ONE)
    clock = FastClock()
    rotate(Recorded(clock), clock)
    secrets.forget()
    token = a_token()
    assert jwt.get_unverified_header(token)["kid"] == "k2"
    assert access_tokens.verify(token) is not None


def test_what_was_written_when_is_what_the_secret_store_says() -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    put_keys(ONE)
    version = KeySecret(aws.client("secretsmanager"), SECRET).read()
    assert version.keys == ONE
    assert before <= version.written_at <= datetime.now(UTC) + timedelta(seconds=1)

"""`python -m cdk.rotation STAGE`: replaces the key that signs access tokens; nobody is refused.

Everything is in the secret: which step is next follows from its keys, and when, from the time that
it was written. So a run that was stopped is gone on with by the next one, and two at once agree.
"""

import argparse
import json
import re
import secrets
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

import boto3

from auth.access_tokens import CURRENT, LEEWAY, LIFE
from cdk.commands import carry_out, outputs
from cdk.settings import STAGES
from ticketing.secrets import MAX_AGE

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

OUTPUT = "SessionKeysArn"
"""Of auth's stack: where the keys lie."""

CLOCKS = timedelta(minutes=1)
"""How much this machine's clock, and those of AWS, may differ at most."""

READ = timedelta(seconds=MAX_AGE) + CLOCKS
"""After so long every function has read what was written."""

EXPIRED = READ + LIFE + timedelta(seconds=LEEWAY)
"""After so long no token is left that an older key signed; some function did for READ."""

KEY_BYTES = 32
NUMBERED = re.compile(r"k(\d+)")

type Keys = dict[str, str]


def number(name: str) -> int:
    """How new a key is."""
    found = NUMBERED.fullmatch(name)
    return int(found[1]) if found else 0


def newest(keys: Keys) -> str:
    return max(keys.keys() - {CURRENT}, key=number)


def with_new_key(keys: Keys) -> Keys:
    """The new key verifies, and signs nothing yet."""
    return keys | {f"k{number(newest(keys)) + 1}": secrets.token_hex(KEY_BYTES)}


def with_newest_current(keys: Keys) -> Keys:
    """The newest key signs."""
    return keys | {CURRENT: newest(keys)}


def without_old(keys: Keys) -> Keys:
    """The one that signs is the only one."""
    return {name: key for name, key in keys.items() if name in (CURRENT, keys[CURRENT])}


class Step(NamedTuple):
    """What comes next, and how old the keys must be for it."""

    what: str
    change: Callable[[Keys], Keys]
    after: timedelta


def next_step(keys: Keys) -> Step | None:
    """The next step of a rotation that has begun; None when it is done."""
    if newest(keys) != keys[CURRENT]:
        return Step("the new key signs", with_newest_current, READ)
    if without_old(keys) != keys:
        return Step("the old key is gone", without_old, EXPIRED)
    return None


@dataclass(frozen=True)
class Version:
    """The keys as they were written at one time."""

    keys: Keys
    written_at: datetime


class KeySecret:
    """The secret with the keys of one stage."""

    def __init__(self, client: "SecretsManagerClient", arn: str) -> None:
        self._client = client
        self._arn = arn

    def read(self) -> Version:
        answer = self._client.get_secret_value(SecretId=self._arn)
        return Version(json.loads(answer["SecretString"]), answer["CreatedDate"])

    def write(self, keys: Keys) -> None:
        self._client.put_secret_value(SecretId=self._arn, SecretString=json.dumps(keys))


class Clock:
    """Time that passes."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def sleep(self, duration: timedelta) -> None:
        time.sleep(duration.total_seconds())


def rotate(secret: KeySecret, clock: Clock, say: Callable[[str], None] = print) -> None:
    """Replace the key, or finish a rotation that was stopped."""
    keys = secret.read().keys
    if next_step(keys) is None:
        secret.write(with_new_key(keys))
        say("a new key is there beside the old one")
    while step := next_step((version := secret.read()).keys):
        left = version.written_at + step.after - clock.now()
        if left > timedelta():
            say(f"waiting until {clock.now() + left:%H:%M:%S} UTC: then {step.what}")
            clock.sleep(left)
        elif secret.read() == version:
            secret.write(step.change(version.keys))
            say(step.what)


def replace(secret: KeySecret, say: Callable[[str], None] = print) -> None:
    """After a leak: a new key at once, and no other. Clients refresh; nobody signs in again."""
    secret.write(without_old(with_newest_current(with_new_key(secret.read().keys))))
    say(f"the old keys are gone; every function knows it after {READ.seconds // 60} minutes")


def find(stage: str) -> KeySecret:
    """The secret of a deployed stage. Raises MissingOutputError if the stage has none."""
    [arn] = outputs(stage, "auth", OUTPUT)
    return KeySecret(boto3.client("secretsmanager"), arn)


def main() -> int:
    """The exit status."""
    parser = argparse.ArgumentParser(prog="python -m cdk.rotation")
    parser.add_argument("stage", choices=STAGES)
    parser.add_argument("--leaked", action="store_true", help="at once, without an overlap")
    arguments = parser.parse_args()
    return carry_out(lambda: rotate_or_replace(arguments.stage, leaked=arguments.leaked))


def rotate_or_replace(stage: str, *, leaked: bool) -> int:
    secret = find(stage)
    if leaked:
        replace(secret)
    else:
        rotate(secret, Clock())
    return 0


if __name__ == "__main__":
    sys.exit(main())

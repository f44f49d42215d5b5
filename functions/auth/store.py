"""The auth table: every condition that protects an account or counts a guess.

pk                  item
EMAIL#<address>     the account, by its normalized address: what a sign-in needs
USER#<id>           the account's address and epoch, by the user's id: what a session needs
ATTEMPTS#<sha-256>  wrong passwords for one address, whoever has it; vanishes at `ttl`
ERASED#<id>         that the user with this id is gone; `outbox` is the event; vanishes at `ttl`
SESSION#...         described in `sessions`
FAILURES#..., SIGNUPS#... in `quotas`

Both items of an account have its epoch, which is the same in both.
"""

import hashlib
import os
from contextlib import suppress
from datetime import datetime
from functools import cache

from auth.models import (
    ATTEMPTS_MEMORY,
    ERASURE_MEMORY,
    FREE_FAILURES,
    Account,
    Attempts,
    Found,
    Owner,
    Session,
)
from auth.quotas import Tally
from auth.refresh_tokens import RefreshToken
from auth.refusals import AlreadyErased, EmailInUse, Superseded
from auth.sessions import SessionStore, beginning
from ticketing import aws
from ticketing.attributes import Item
from ticketing.clock import rfc3339
from ticketing.dynamo import Delete, Put, Table, Update
from ticketing.errors import FieldError, Unavailable
from ticketing.ids import new_id
from ticketing.outbox import Cause, EventType, stamp


class AccountStore:
    """Accounts, and the guesses at their passwords."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.sessions = SessionStore(table)

    def create(
        self, account: Account, session: Session, token: RefreshToken, sign_ups: Tally
    ) -> None:
        """Store a new account under its address and its id, and its first session: all or nothing.

        Raises TooManySignUps, or EmailInUse, which counts as a sign-up, too.
        """
        at = sign_ups.at
        known_as = {"email": account.email, "epoch": account.epoch, "created_at": rfc3339(at)}
        by_email = Put(
            key=email_key(account.email),
            item=known_as | {"user_id": account.user_id, "password_hash": account.password_hash},
            condition="attribute_not_exists(pk)",
            refusal=lambda _: EmailInUse(errors=[FieldError(EmailInUse.title, "email")]),
        )
        by_id = Put(
            key=user_key(account.user_id),
            item=known_as,
            condition="attribute_not_exists(pk)",
            refusal=lambda _: Unavailable(),
        )
        try:
            self._table.transact(sign_ups.one_more(), by_email, by_id, beginning(session, token))
        except EmailInUse:
            self.count(sign_ups)
            raise

    def find(self, email: str, tally: Tally | None = None) -> Found:
        """The account with this address, the guesses at it, and a tally, in one read."""
        email_pk, attempts_pk = email_key(email), attempts_key(email)
        tallies = [tally.key] if tally else []
        items = self._table.get_many(email_pk, attempts_pk, *tallies)
        account, attempts = _account(items.get(email_pk)), Attempts.of(items.get(attempts_pk))
        return Found(account, attempts, *(items.get(key, {}).get("count", 0) for key in tallies))

    def count(self, tally: Tally) -> None:
        """Count one more. Raises the quota's refusal."""
        self._table.write(tally.one_more())

    def owner(self, user_id: str) -> Owner | None:
        """The account with this id, if there still is one."""
        item = self._table.get(user_key(user_id))
        if item is None:
            return None
        created_at = datetime.fromisoformat(item["created_at"])
        return Owner(user_id, item["email"], item["epoch"], created_at)

    def end_sessions(self, owner: Owner) -> None:
        """Begin a new epoch: no session of the account can be refreshed any more."""
        later = [
            Update(
                key=key,
                add={"epoch": 1},
                condition="attribute_exists(pk)",
                refusal=lambda _: Superseded(),
            )
            for key in (email_key(owner.email), user_key(owner.user_id))
        ]
        with suppress(Superseded):
            self._table.transact(*later)

    def change_password(
        self, seen: Account, changed: Account, session: Session, token: RefreshToken
    ) -> None:
        """Replace the password that was checked; only the session begun with it goes on.

        Raises Unavailable if the password or the sessions changed meanwhile.
        """
        by_email = Update(
            key=email_key(seen.email),
            set={"password_hash": changed.password_hash, "epoch": changed.epoch},
            condition="#password_hash = :hash AND #epoch = :epoch",
            values={"hash": seen.password_hash, "epoch": seen.epoch},
            refusal=lambda _: Unavailable(),
        )
        by_id = Update(
            key=user_key(seen.user_id),
            set={"epoch": changed.epoch},
            condition="#epoch = :epoch",
            values={"epoch": seen.epoch},
            refusal=lambda _: Unavailable(),
        )
        self._table.transact(by_email, by_id, beginning(session, token))

    def count_guess(self, email: str, seen: Attempts, at: datetime) -> None:
        """Count one more guess at a name for which `seen` guesses were known.

        However many come at once, the free ones are counted, and then one for each lock. Raises
        TooManyAttempts for the others.
        """
        own = {"id": new_id()}  # By which a write whose answer was lost knows itself again.
        guess = Update(
            key=attempts_key(email),
            add={"failures": 1},
            set={
                "failed_at": rfc3339(at),
                "ttl": int((at + ATTEMPTS_MEMORY).timestamp()),
                "outbox": own,
            },
            condition="attribute_not_exists(pk) OR (#outbox.#id <> :guess"
            " AND (#failures < :free OR #failures = :seen))",
            values={"free": FREE_FAILURES, "seen": seen.failures, "guess": own["id"]},
            refusal=lambda found: Attempts.of(found).refusal(at),
        )
        self._table.write(guess)

    def forget_guesses(self, email: str) -> None:
        """Start the count anew: the right password was given."""
        self._table.write(Delete(attempts_key(email)))

    def replace_hash(self, account: Account, password_hash: str) -> None:
        """Keep another hash of the same password, unless the hash was replaced meanwhile."""
        replace = Update(
            key=email_key(account.email),
            set={"password_hash": password_hash},
            condition="#password_hash = :seen",
            values={"seen": account.password_hash},
            refusal=lambda _: Superseded(),
        )
        with suppress(Superseded):
            self._table.write(replace)

    def erase(self, account: Account, tokens_expire_at: datetime, cause: Cause) -> None:
        """Delete an account, and announce that with nothing of the person but the id: both or
        neither.

        Raises AlreadyErased, or Unavailable if the password changed since it was checked.
        """
        gone = Put(
            key=erased_key(account.user_id),
            item={
                "id": account.user_id,
                "tokens_expire_at": rfc3339(tokens_expire_at),
                "ttl": int((cause.time + ERASURE_MEMORY).timestamp()),
                "outbox": stamp(EventType.USER_ERASED, cause),
            },
            condition="attribute_not_exists(pk)",
            refusal=lambda _: AlreadyErased(),
        )
        by_email = Delete(
            key=email_key(account.email),
            condition="#password_hash = :hash",
            values={"hash": account.password_hash},
            refusal=lambda _: Unavailable(),
        )
        self._table.transact(gone, by_email, Delete(user_key(account.user_id)))

    def forget(self, user_id: str) -> None:
        """Delete what a backup brought back of an erased account, if anything.

        Its address may be another account's by now.
        """
        owner = self.owner(user_id)
        if owner is None:
            return
        by_email = Delete(
            key=email_key(owner.email),
            condition="#user_id = :user",
            values={"user": user_id},
            refusal=lambda _: Superseded(),
        )
        with suppress(Superseded):
            self._table.write(by_email)
        self._table.write(Delete(user_key(user_id)))


def email_key(email: str) -> str:
    return f"EMAIL#{email}"


def user_key(user_id: str) -> str:
    return f"USER#{user_id}"


def erased_key(user_id: str) -> str:
    return f"ERASED#{user_id}"


def attempts_key(name: str) -> str:
    """Hashed, because a name that nobody has may still be somebody's address."""
    return f"ATTEMPTS#{hashlib.sha256(name.encode()).hexdigest()}"


def _account(item: Item | None) -> Account | None:
    if item is None:
        return None
    return Account(item["user_id"], item["email"], item["password_hash"], item["epoch"])


@cache
def store() -> AccountStore:
    """The container's store."""
    return AccountStore(Table(aws.client("dynamodb"), os.environ["TABLE_NAME"]))

"""The sessions in auth's table: every condition that decides which refresh token is the right one.

pk              item
SESSION#<id>    whose it is and until when, the hash of its refresh token, and of the one before
                with the nonce that makes the one of the other; vanishes at `ttl`

Index `by_user`: user_id, expires_at; holds the sessions.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime

from auth.models import OVERLAP, Session, was_just_replaced
from auth.refresh_tokens import RefreshToken, random_text
from auth.refusals import SessionEnded, Superseded
from ticketing.attributes import Item
from ticketing.clock import rfc3339
from ticketing.dynamo import Delete, Put, Table, Update
from ticketing.errors import Unavailable
from ticketing.telemetry import count, logger


class SessionStore:
    """Sessions, each with one refresh token at a time."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def begin(self, session: Session, token: RefreshToken) -> None:
        """Store a new session with its first token."""
        self._table.write(beginning(session, token))

    def find(self, token: RefreshToken, at: datetime) -> Session | None:
        """The session that a token is of, or was a moment ago."""
        item = self._table.get(session_key(token.session_id))
        if item is None or item["expires_at"] <= rfc3339(at):
            return None
        is_of = item.get("token_hash") == token.hash or was_just_replaced(item, token.hash, at)
        return _session(item) if is_of else None

    def refresh(self, token: RefreshToken, at: datetime) -> tuple[Session, RefreshToken]:
        """Put a token's successor in its place: the session, and the token that is its one now.

        For a moment that is the same for whoever comes with either of the two, in any order. After
        that the old one is a copy, and nobody knows whose: the session ends. Raises SessionEnded.
        """
        nonce = random_text()
        replacement = Update(
            key=session_key(token.session_id),
            set={
                "token_hash": token.successor(nonce).hash,
                "previous_hash": token.hash,
                "nonce": nonce,
                "replaced_at": rfc3339(at),
            },
            condition="#token_hash = :presented AND #expires_at > :now"
            " AND (attribute_not_exists(#replaced_at) OR #replaced_at < :overlap)",
            values={
                "presented": token.hash,
                "now": rfc3339(at),
                "overlap": rfc3339(at - OVERLAP),
            },
            refusal=NotReplaced,
        )
        try:
            item = self._table.write(replacement)
        except NotReplaced as refusal:
            return self._present(refusal.found, token, at)
        return _session(item), token.successor(nonce)

    def _present(
        self, found: Item | None, token: RefreshToken, at: datetime
    ) -> tuple[Session, RefreshToken]:
        """The session of a token that is new or was just replaced, and the one that is its now.

        Ends the session of any other token. Raises SessionEnded.
        """
        if found is None or "token_hash" not in found or found["expires_at"] <= rfc3339(at):
            raise SessionEnded
        if found["token_hash"] == token.hash:
            return _session(found), token
        if was_just_replaced(found, token.hash, at):
            return _session(found), token.successor(found["nonce"])
        self.end(token.session_id)
        logger.warning("refresh token used again", user_id=found["user_id"])
        count("RefreshTokensReused")
        raise SessionEnded

    def end(self, session_id: str) -> None:
        """Leave a session without a token, also one that has none."""
        end = Update(
            key=session_key(session_id),
            remove=["token_hash", "previous_hash"],
            condition="attribute_exists(pk)",
            refusal=lambda _: Superseded(),
        )
        with suppress(Superseded):
            self._table.write(end)

    def of_user(self, user_id: str) -> Iterator[Session]:
        """A user's sessions, also those that ended, as far as the index knows them."""
        return map(_session, self._table.every("by_user", ("user_id", user_id)))

    def forget(self, session_id: str) -> None:
        """Delete a session, if it is there."""
        self._table.write(Delete(session_key(session_id)))


class NotReplaced(Exception):
    """The token is too new, or not the session's; `found` is the session, if there is one."""

    def __init__(self, found: Item | None) -> None:
        super().__init__()
        self.found = found


def beginning(session: Session, token: RefreshToken) -> Put:
    """The write that begins a session."""
    return Put(
        key=session_key(session.id),
        item={
            "user_id": session.user_id,
            "epoch": session.epoch,
            "token_hash": token.hash,
            "expires_at": rfc3339(session.expires_at),
            "ttl": int(session.expires_at.timestamp()),
        },
        condition="attribute_not_exists(pk) OR #token_hash = :own",
        values={"own": token.hash},
        refusal=lambda _: Unavailable(),
    )


def session_key(session_id: str) -> str:
    return f"SESSION#{session_id}"


def _session(item: Item) -> Session:
    """A session as it is stored."""
    session_id = item["pk"].removeprefix(session_key(""))
    expires_at = datetime.fromisoformat(item["expires_at"])
    replaced_at = item.get("replaced_at")
    refreshed_at = datetime.fromisoformat(replaced_at) if replaced_at else None
    return Session(session_id, item["user_id"], item["epoch"], expires_at, refreshed_at)

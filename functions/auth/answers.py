"""The answer to a caller whose session begins or goes on: cookies, and tokens if it asks."""

from auth import access_tokens, cookies
from auth.access_tokens import Identity
from auth.bodies import SignedIn
from auth.models import Account, Session
from auth.refresh_tokens import RefreshToken
from ticketing.http import Reply, Request
from ticketing.ids import new_id

TOKEN_PREFERENCE = "return=token"  # noqa: S105 - a preference, not a token


def new_session(account: Account, request: Request) -> tuple[Session, RefreshToken]:
    """A session that is not stored yet, and its first token."""
    session = Session.begin(new_id(), account, request.cause.time)
    return session, RefreshToken.first(session.id)


def signed_in(
    email: str, session: Session, refresh_token: RefreshToken, request: Request
) -> Reply[SignedIn]:
    """The answer with a session: always in cookies, in the body only when asked for."""
    at = request.cause.time
    identity = Identity(session.user_id, email, session.id)
    token = access_tokens.mint(identity, at, session.expires_at)
    user, headers = SignedIn(id=session.user_id, email=email), {}
    if prefers_token(request.headers.get("prefer", "")):
        tokens = {"token": token, "refresh_token": str(refresh_token)}
        user, headers = user.model_copy(update=tokens), {"Preference-Applied": TOKEN_PREFERENCE}
    kept = cookies.of_session(token, str(refresh_token), session.expires_at - at)
    return Reply(user, headers=headers, cookies=kept)


def prefers_token(prefer: str) -> bool:
    """Whether a `Prefer` header (RFC 7240) asks for the token."""
    preferences = prefer.lower().replace('"', "").split(",")
    return any("".join(each.partition(";")[0].split()) == TOKEN_PREFERENCE for each in preferences)

"""HTTP for users: sign up, sign in, refresh, sign out, change the password, and who am I."""

from functools import partial
from http import HTTPStatus

from auth import access_tokens, cookies, credentials, passwords
from auth.access_tokens import Caller
from auth.answers import new_session, signed_in
from auth.bodies import (
    Continuation,
    Credentials,
    CurrentUser,
    NewAccount,
    Nothing,
    PasswordChange,
    SignedIn,
    SignOut,
    UserView,
)
from auth.models import Account
from auth.refresh_tokens import RefreshToken
from auth.refusals import (
    EmailInUse,
    InvalidCredentials,
    SessionEnded,
    TooManyAttempts,
    WrongPassword,
)
from auth.store import store
from ticketing import aws
from ticketing.errors import FieldError, Unauthorized
from ticketing.http import HttpApi, Reply, Request, User
from ticketing.ids import new_id
from ticketing.telemetry import count, logger

api = HttpApi()


@api.route(
    "POST", "/api/users/signup", HTTPStatus.CREATED, refusals=[EmailInUse], headers=["Prefer"]
)
def sign_up(body: NewAccount, request: Request) -> Reply[SignedIn]:
    """Create an account and sign in.

    The session is in two cookies; with `Prefer: return=token` also in the body.
    """
    account = Account(new_id(), body.email, passwords.hashed(body.password))
    session, token = new_session(account, request)
    # First: without keys there must be no account either.
    answer = signed_in(account.email, session, token, request)
    store().create(account, session, token, request.cause.time)
    logger.info("user signed up", user_id=account.user_id)
    count("UsersSignedUp")
    return answer


@api.route(
    "POST",
    "/api/users/signin",
    refusals=[InvalidCredentials, TooManyAttempts],
    headers=["Prefer"],
)
def sign_in(body: Credentials, request: Request) -> Reply[SignedIn]:
    """Sign in.

    After five wrong passwords in a row the address is locked, for longer with each further one.
    """
    account = credentials.opened(body.email, body.password, request.cause.time)
    if passwords.is_outdated(account.password_hash):
        store().replace_hash(account, passwords.hashed(body.password))
    session, token = new_session(account, request)
    answer = signed_in(account.email, session, token, request)
    store().sessions.begin(session, token)
    logger.info("user signed in", user_id=account.user_id)
    count("UsersSignedIn")
    return answer


@api.route("POST", "/api/users/refresh", refusals=[SessionEnded], headers=["Prefer", "Cookie"])
def refresh(body: Continuation, request: Request) -> Reply[SignedIn]:
    """Go on with a session: a new access token for a refresh token.

    The refresh token is in its cookie or in the body, and a new one takes its place. It works once,
    and for a minute again with the same result; when it is used after that, its session ends.
    """
    try:
        session, token = store().sessions.refresh(given_token(body, request), request.cause.time)
        owner = store().owner(session.user_id)
        if owner is None or owner.epoch != session.epoch:
            raise SessionEnded
    except SessionEnded as refusal:
        refusal.cookies = cookies.ended()
        raise
    return signed_in(owner.email, session, token, request)


@api.route(
    "POST", "/api/users/signout", refusals=[Unauthorized], headers=["Authorization", "Cookie"]
)
def sign_out(body: SignOut, request: Request) -> Reply[Nothing]:
    """Sign out: ends the session and clears its cookies, also when there is none.

    Access tokens that were given out stay valid for their 15 minutes. All sessions of an account
    can be ended by whoever has an access token of it.
    """
    if body.everywhere:
        end_everywhere(caller_of(request))
    elif session_id := own_session(body, request):
        store().sessions.end(session_id)
    return Reply(Nothing(), cookies=cookies.ended())


@api.route(
    "POST",
    "/api/users/password",
    refusals=[WrongPassword, TooManyAttempts],
    headers=["Prefer"],
)
def change_password(user: User, body: PasswordChange, request: Request) -> Reply[SignedIn]:
    """Change the password.

    All sessions of the account end; the answer has a new one for the caller.
    """
    account = confirmed(user, body.current_password, request)
    changed = account.with_password(passwords.hashed(body.new_password))
    session, token = new_session(changed, request)
    answer = signed_in(changed.email, session, token, request)
    store().change_password(account, changed, session, token)
    logger.info("password changed", user_id=user.id)
    count("PasswordsChanged")
    return answer


@api.route("GET", "/api/users/currentuser", headers=["Authorization"])
def show_current_user(request: Request) -> CurrentUser:
    """Tell who is signed in: null for nobody."""
    caller = caller_of(request)
    if caller is None:
        return CurrentUser(current_user=None)
    identity = caller.identity
    return CurrentUser(current_user=UserView(id=identity.user_id, email=identity.email))


def caller_of(request: Request) -> Caller | None:
    """Who is calling a public route, by the access token itself."""
    authorization = request.headers.get("authorization", "")
    return access_tokens.verify(access_tokens.presented(authorization))


def given_token(body: Continuation, request: Request) -> RefreshToken:
    """The refresh token in the body, else in the cookie. Raises SessionEnded."""
    token = RefreshToken.parse(body.refresh_token or cookies.refresh_token(request.cookies))
    if token is None:
        raise SessionEnded
    return token


def own_session(body: SignOut, request: Request) -> str | None:
    """The id of the caller's session, by either token."""
    if caller := caller_of(request):
        return caller.identity.session_id
    try:
        session = store().sessions.find(given_token(body, request), request.cause.time)
    except SessionEnded:
        return None
    return session.id if session else None


def end_everywhere(caller: Caller | None) -> None:
    """Raises Unauthorized for nobody."""
    owner = store().owner(caller.identity.user_id) if caller else None
    if owner is None:
        raise Unauthorized
    store().end_sessions(owner)
    logger.info("signed out everywhere", user_id=owner.user_id)


def confirmed(user: User, password: str, request: Request) -> Account:
    """The caller's account, if this is its password; guesses count as those of a sign-in.

    Raises Unauthorized, WrongPassword or TooManyAttempts.
    """
    owner = store().owner(user.id)
    if owner is None:
        raise Unauthorized
    try:
        return credentials.opened(owner.email, password, request.cause.time)
    except InvalidCredentials:
        raise WrongPassword(errors=[FieldError(WrongPassword.title, "currentPassword")]) from None


aws.init(store, partial(aws.client, "secretsmanager"))
lambda_handler = api.lambda_handler

"""HTTP for users: sign up, in and out, go on, change the password, take what is known, and go."""

from contextlib import suppress
from functools import partial
from http import HTTPStatus

from auth import access_tokens, cookies, credentials, passwords, quotas
from auth.access_tokens import Caller
from auth.answers import new_session, signed_in
from auth.bodies import (
    AccountExport,
    Continuation,
    Credentials,
    CurrentUser,
    Erasure,
    FailedSignIns,
    NewAccount,
    Nothing,
    PasswordChange,
    SessionView,
    SignedIn,
    SignOut,
    UserView,
)
from auth.models import Account, Owner, network_of
from auth.refresh_tokens import RefreshToken
from auth.refusals import (
    AlreadyErased,
    EmailInUse,
    InvalidCredentials,
    SessionEnded,
    TooManyAttempts,
    TooManySignUps,
    WrongPassword,
)
from auth.store import store
from ticketing import aws
from ticketing.errors import Unauthorized
from ticketing.http import HttpApi, Reply, Request, User
from ticketing.ids import new_id
from ticketing.telemetry import count, logger

api = HttpApi()


@api.route(
    "POST",
    "/api/users/signup",
    HTTPStatus.CREATED,
    refusals=[EmailInUse, TooManySignUps],
    headers=["Prefer"],
)
def sign_up(body: NewAccount, request: Request) -> Reply[SignedIn]:
    """Create an account and sign in.

    The session is in two cookies; with `Prefer: return=token` also in the body.
    """
    account = Account(new_id(), body.email, passwords.hashed(body.password))
    session, token = new_session(account, request)
    # First: without keys there must be no account either.
    answer = signed_in(account.email, session, token, request)
    sign_ups = quotas.sign_ups().of(network_of(request.source_ip), request.cause.time)
    store().create(account, session, token, sign_ups)
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
    After many from one network, whatever the address, nobody can sign in from there for a while.
    """
    account = credentials.opened(body.email, body.password, request)
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

    The refresh token is in its cookie or in the body, and a new one takes its place. For a minute
    either gives the new one, so that parallel and repeated calls lose nothing; if the old one is
    used after that, its session ends.
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
    owner = owner_of(user)
    account = credentials.confirmed(owner, "currentPassword", body.current_password, request)
    changed = account.with_password(passwords.hashed(body.new_password))
    session, token = new_session(changed, request)
    answer = signed_in(changed.email, session, token, request)
    store().change_password(account, changed, session, token)
    logger.info("password changed", user_id=user.id)
    count("PasswordsChanged")
    return answer


@api.route("GET", "/api/users/me/export")
def export_account(user: User) -> Reply[AccountExport]:
    """Give all that is known of the caller's account, as a file.

    The hash of the password is left out. Tickets and orders are where `elsewhere` says.
    """
    owner = owner_of(user)
    attempts = store().find(owner.email).attempts
    sessions = store().sessions.of_user(user.id)
    export = AccountExport(
        id=user.id,
        email=owner.email,
        created_at=owner.created_at,
        failed_sign_ins=FailedSignIns(count=attempts.failures, last_at=attempts.failed_at),
        sessions=[SessionView.model_validate(each._asdict()) for each in sessions],
    )
    return Reply(export, headers={"Content-Disposition": 'attachment; filename="account.json"'})


@api.route(
    "DELETE",
    "/api/users/me",
    HTTPStatus.NO_CONTENT,
    refusals=[WrongPassword, TooManyAttempts],
)
def erase_account(user: User, body: Erasure, request: Request) -> Reply[None]:
    """Erase the account for good, with its sessions.

    Tickets on sale are withdrawn and unpaid orders cancelled, within moments; what is sold or paid
    keeps nothing but the account's id. Access tokens that were given out stay valid for their 15
    minutes; what is listed with one is withdrawn after that. Erasing twice is fine.
    """
    if owner := store().owner(user.id):
        account = credentials.confirmed(owner, "password", body.password, request)
        with suppress(AlreadyErased):
            tokens_expire_at = request.cause.time + access_tokens.LIFE
            store().erase(account, tokens_expire_at, request.cause)
            logger.info("account erased", user_id=user.id)
            count("UsersErased")
    return Reply(None, cookies=cookies.ended())


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


def owner_of(user: User) -> Owner:
    """The caller's account. Raises Unauthorized if it is gone."""
    owner = store().owner(user.id)
    if owner is None:
        raise Unauthorized
    return owner


aws.init(store, partial(aws.client, "secretsmanager"))
lambda_handler = api.lambda_handler

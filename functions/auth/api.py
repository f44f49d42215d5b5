"""HTTP for users: sign up, sign in, sign out, and who am I."""

from functools import partial
from http import HTTPStatus
from typing import Annotated

from pydantic import AfterValidator, Field

from auth import passwords, sessions
from auth.models import (
    Account,
    EmailInUse,
    InvalidCredentials,
    TooManyAttempts,
    normalized_email,
)
from auth.store import store
from ticketing import aws
from ticketing.http import HttpApi, Reply, Request
from ticketing.ids import new_id
from ticketing.schema import Input, View
from ticketing.telemetry import count, logger

TOKEN_PREFERENCE = "return=token"  # noqa: S105 - a preference, not a token

Email = Annotated[
    str,
    AfterValidator(normalized_email),
    Field(
        description="Surrounding space and case do not matter",
        json_schema_extra={"format": "email"},
    ),
]

api = HttpApi()


class NewAccount(Input):
    """What a person signs up with."""

    email: Email
    password: str = Field(
        min_length=8, max_length=128, description="Any characters; compared exactly as typed"
    )


class Credentials(Input):
    """What a person signs in with."""

    email: Email
    password: str = Field(min_length=1)


class UserView(View):
    """A user, as only they themselves see it."""

    id: str
    email: str


class SignedIn(UserView):
    """The user whose session began."""

    token: str | None = Field(
        None,
        exclude_if=lambda token: token is None,
        description="The session, when `Prefer: return=token` asks for it",
    )


class CurrentUser(View):
    """Who is signed in, if anybody."""

    current_user: UserView | None


class Nothing(View):
    """An empty object."""


@api.route(
    "POST", "/api/users/signup", HTTPStatus.CREATED, refusals=[EmailInUse], headers=["Prefer"]
)
def sign_up(body: NewAccount, request: Request) -> Reply[SignedIn]:
    """Create an account and sign in.

    The session is in the cookie; with `Prefer: return=token` also in the body.
    """
    account = Account(new_id(), body.email, passwords.hashed(body.password))
    answer = begin_session(account, request)  # First: without keys there must be no account either.
    store().create(account, request.cause.time)
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
    account = authenticate(body, request)
    if passwords.is_outdated(account.password_hash):
        store().replace_hash(account, passwords.hashed(body.password))
    logger.info("user signed in", user_id=account.user_id)
    count("UsersSignedIn")
    return begin_session(account, request)


@api.route("POST", "/api/users/signout")
def sign_out() -> Reply[Nothing]:
    """Sign out: clears the session cookie, also when there is none."""
    return Reply(Nothing(), cookies=[sessions.cookie("", sessions.ENDED)])


@api.route("GET", "/api/users/currentuser", headers=["Authorization"])
def show_current_user(request: Request) -> CurrentUser:
    """Tell who is signed in: null for nobody."""
    authorization = request.headers.get("authorization", "")
    session = sessions.verify(sessions.presented(authorization, request.cookies))
    return CurrentUser(
        current_user=UserView(id=session.user_id, email=session.email) if session else None
    )


def authenticate(body: Credentials, request: Request) -> Account:
    """The account that these credentials open. Raises InvalidCredentials or TooManyAttempts.

    A name that nobody has takes the same steps. The first wrong guess is counted after it was
    made, so that a right one costs one read; every later guess is counted before.
    """
    at = request.cause.time
    account, attempts = store().find(body.email)
    if attempts.wait(at):
        count("SignInsLocked")
        raise attempts.refusal(at)
    if attempts.failures:
        store().count_guess(body.email, attempts, at)
    password_hash = account.password_hash if account else passwords.NOBODYS
    if not passwords.matches(password_hash, body.password) or account is None:
        count("SignInsFailed")
        if not attempts.failures:
            store().count_guess(body.email, attempts, at)
        raise InvalidCredentials
    if attempts.failures:
        store().forget_guesses(body.email)
    return account


def begin_session(account: Account, request: Request) -> Reply[SignedIn]:
    """The answer with a new session: always in the cookie, in the body only when asked for."""
    token = sessions.mint(account.user_id, account.email, request.cause.time)
    user = SignedIn(id=account.user_id, email=account.email)
    headers = {}
    if prefers_token(request.headers.get("prefer", "")):
        user = user.model_copy(update={"token": token})
        headers = {"Preference-Applied": TOKEN_PREFERENCE}
    return Reply(user, headers=headers, cookies=[sessions.cookie(token)])


def prefers_token(prefer: str) -> bool:
    """Whether a `Prefer` header (RFC 7240) asks for the token."""
    preferences = prefer.lower().replace('"', "").split(",")
    return any("".join(each.partition(";")[0].split()) == TOKEN_PREFERENCE for each in preferences)


aws.init(store, partial(aws.client, "secretsmanager"))
lambda_handler = api.lambda_handler

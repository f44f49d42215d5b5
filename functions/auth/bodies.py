"""The JSON of requests and answers."""

from pydantic import Field

from auth.fields import Email, NewPassword
from ticketing.clock import Timestamp
from ticketing.schema import Input, View


class NewAccount(Input):
    """What a person signs up with."""

    email: Email
    password: NewPassword


class Credentials(Input):
    """What a person signs in with."""

    email: Email
    password: str = Field(min_length=1, examples=["correct horse battery"])


class PasswordChange(Input):
    """A new password, and the one that proves whose account it is."""

    current_password: str = Field(min_length=1, examples=["correct horse battery"])
    new_password: NewPassword


class Erasure(Input):
    """What proves whose account it is."""

    password: str = Field(min_length=1, examples=["correct horse battery"])


class Continuation(Input):
    """Which session to go on with."""

    refresh_token: str = Field("", description="For a client without cookies")


class SignOut(Continuation):
    """Which sessions to end."""

    everywhere: bool = Field(
        default=False, description="All sessions of the account, not only the caller's"
    )


class UserView(View):
    """A user, as only they themselves see it."""

    id: str
    email: str


class SignedIn(UserView):
    """The user whose session began or goes on."""

    token: str | None = Field(
        None,
        exclude_if=lambda token: token is None,
        description="The access token, when `Prefer: return=token` asks for it",
    )
    refresh_token: str | None = Field(
        None,
        exclude_if=lambda token: token is None,
        description="What the next access token is to be had for; beside `token` only",
    )


class CurrentUser(View):
    """Who is signed in, if anybody."""

    current_user: UserView | None


class SessionView(View):
    """A session that is known, also one that has ended."""

    id: str
    refreshed_at: Timestamp | None
    expires_at: Timestamp


class FailedSignIns(View):
    """Wrong passwords in a row for the address."""

    count: int
    last_at: Timestamp | None


class Elsewhere(View):
    """Where the other services give what they hold of the caller."""

    tickets: str = "/api/tickets/mine"
    orders: str = "/api/orders"


class AccountExport(UserView):
    """All that is known of an account, but the hash of the password."""

    created_at: Timestamp
    failed_sign_ins: FailedSignIns
    sessions: list[SessionView]
    elsewhere: Elsewhere = Elsewhere()


class Nothing(View):
    """An empty object."""

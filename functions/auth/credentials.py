"""Credentials: whether a password opens an account; an unknown address takes the same steps."""

from datetime import datetime

from auth import passwords
from auth.models import Account, Owner
from auth.refusals import InvalidCredentials, WrongPassword
from auth.store import store
from ticketing.errors import FieldError
from ticketing.telemetry import count


def opened(email: str, password: str, at: datetime) -> Account:
    """The account that these credentials open. Raises InvalidCredentials or TooManyAttempts.

    A name that nobody has takes the same steps. The first wrong guess is counted after it was
    made, so that a right one costs one read; every later guess is counted before.
    """
    account, attempts = store().find(email)
    if attempts.wait(at):
        count("SignInsLocked")
        raise attempts.refusal(at)
    if attempts.failures:
        store().count_guess(email, attempts, at)
    password_hash = account.password_hash if account else passwords.NOBODYS
    if not passwords.matches(password_hash, password) or account is None:
        count("SignInsFailed")
        if not attempts.failures:
            store().count_guess(email, attempts, at)
        raise InvalidCredentials
    if attempts.failures:
        store().forget_guesses(email)
    return account


def confirmed(owner: Owner, field: str, password: str, at: datetime) -> Account:
    """An account that is known, if this is its password; guesses count as those of a sign-in.

    Raises WrongPassword, which names the field that it was in, or TooManyAttempts.
    """
    try:
        return opened(owner.email, password, at)
    except InvalidCredentials:
        raise WrongPassword(errors=[FieldError(WrongPassword.title, field)]) from None

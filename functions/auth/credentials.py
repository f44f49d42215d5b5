"""Credentials: whether a password opens an account; an unknown address takes the same steps."""

from datetime import datetime

from auth import passwords
from auth.models import Account
from auth.refusals import InvalidCredentials
from auth.store import store
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

"""Credentials: whether a password opens an account; an unknown address takes the same steps."""

from auth import passwords, quotas
from auth.models import Account, Owner, network_of
from auth.refusals import InvalidCredentials, TooManyAttempts, WrongPassword
from auth.store import store
from ticketing.errors import FieldError
from ticketing.request import Request
from ticketing.telemetry import count


def opened(email: str, password: str, request: Request) -> Account:
    """The account that these credentials open. Raises InvalidCredentials or TooManyAttempts.

    A name that nobody has takes the same steps. The first wrong guess at a name is counted after it
    was made, so that a right one costs one read; every later guess is counted before.
    """
    at = request.cause.time
    tally = quotas.failures().of(network_of(request.source_ip), at)
    account, attempts, failed = store().find(email, tally)
    if wait := max(attempts.wait(at), tally.wait(failed)):
        count("SignInsLocked")
        raise TooManyAttempts(retry_after=wait)
    if attempts.failures:
        store().count_guess(email, attempts, at)
    password_hash = account.password_hash if account else passwords.NOBODYS
    if not passwords.matches(password_hash, password) or account is None:
        count("SignInsFailed")
        if not attempts.failures:
            store().count_guess(email, attempts, at)
        store().count(tally)
        raise InvalidCredentials
    if attempts.failures:
        store().forget_guesses(email)
    return account


def confirmed(owner: Owner, field: str, password: str, request: Request) -> Account:
    """An account that is known, if this is its password; guesses count as those of a sign-in.

    Raises WrongPassword, which names the field that it was in, or TooManyAttempts.
    """
    try:
        return opened(owner.email, password, request)
    except InvalidCredentials:
        raise WrongPassword(errors=[FieldError(WrongPassword.title, field)]) from None

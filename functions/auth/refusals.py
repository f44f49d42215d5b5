"""Why an account or a session is refused."""

from ticketing.errors import BadRequest, Conflict, TooManyRequests, Unauthorized


class EmailInUse(Conflict):
    """Another account has this e-mail address."""

    slug, title = "email-in-use", "Email is already in use"


class InvalidCredentials(Unauthorized):
    """No account has this e-mail address and password: which of the two is wrong stays untold."""

    slug, title = "invalid-credentials", "Invalid credentials"


class WrongPassword(BadRequest):
    """It is not the password of the caller's account."""

    slug, title = "wrong-password", "The password is wrong"


class TooManyAttempts(TooManyRequests):
    """Wrong passwords lock the address, with an account or without; many of them the network."""

    slug, title = "too-many-attempts", "Too many wrong passwords, try again later"


class TooManySignUps(TooManyRequests):
    """From the caller's network there were many sign-ups within an hour."""

    slug, title = "too-many-sign-ups", "Too many sign-ups from your network, try again later"


class SessionEnded(Unauthorized):
    """The refresh token is none, or no longer the session's: sign in again."""

    slug, title = "session-ended", "The session has ended"


class AlreadyErased(Exception):
    """The account is gone."""


class Superseded(Exception):
    """What was to be changed is no longer there."""

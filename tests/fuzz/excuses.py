"""What a check takes for a failure and is none: rules that JSON Schema cannot say."""

import re
from collections.abc import Callable
from typing import NamedTuple

from schemathesis import Case, Response
from schemathesis.core.failures import Failure

OUT_OF_TIME = re.compile(r":60|^000[01]|^9999")
TAG = re.compile(r'\*|(W/)?"\d+"')


class Excuse(NamedTuple):
    """Why a request may be refused though it fits the document."""

    reason: str
    words: str
    """How the error's message begins."""
    applies: Callable[[Case], bool] = lambda _case: True
    """To this request."""


EXCUSES = (
    Excuse("a price has its currency's decimals", "Price in "),
    Excuse("not every code is a currency", "Currency must be an ISO 4217 code"),
    Excuse(
        "Python's time has no leap second, and no year before 1 or after 9999",
        "Starts at must be",
        lambda case: OUT_OF_TIME.search(case.body["startsAt"]) is not None,
    ),
    Excuse("a cursor is sealed", "Cursor is not valid"),
    Excuse("Stripe knows its tokens", "Token is unknown or was used before"),
    Excuse("Stripe knows its intents", "The event is of an intent that the account"),
    Excuse("a password is one account's", "The password is wrong"),
    Excuse(
        "schemathesis takes the version in a ticket for its tag, which is in quotes",
        "If-Match must be",
        lambda case: TAG.fullmatch(case.headers["If-Match"]) is None,
    ),
)


def is_failure(failure: Failure, case: Case, response: Response) -> bool:
    """Whether a check's finding counts: not when each error has an excuse."""
    if type(failure).__name__ != "RejectedPositiveData" or response.status_code != 400:
        return True
    return not all(is_excused(error["message"], case) for error in response.json()["errors"])


def is_excused(message: str, case: Case) -> bool:
    return any(message.startswith(each.words) and each.applies(case) for each in EXCUSES)

"""Refusals: each kind has one status and one slug, and says what went wrong."""

import re

from ticketing import errors
from ticketing.errors import (
    Conflict,
    FieldError,
    Refusal,
    TooManyRequests,
    Unauthorized,
    Unavailable,
)

KINDS = [
    kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Refusal)
]


def test_every_kind_has_a_slug_of_its_own() -> None:
    slugs = [kind.slug for kind in KINDS if kind is not Refusal]
    assert len(slugs) == len(set(slugs))
    assert all(re.fullmatch("[a-z]+(-[a-z]+)*", slug) for slug in slugs)


def test_a_refusal_without_words_says_its_title() -> None:
    assert Conflict().errors == (FieldError("Conflict"),)
    assert str(Conflict()) == "Conflict"


def test_a_refusal_says_its_message() -> None:
    assert Conflict("Sold").errors == (FieldError("Sold"),)


def test_a_refusal_that_passes_says_when_to_come_back() -> None:
    assert Unavailable().headers == {"Retry-After": "1"}
    assert TooManyRequests(retry_after=30).headers == {"Retry-After": "30"}


def test_who_is_not_signed_in_is_told_how_to_be() -> None:
    assert Unauthorized().headers == {"WWW-Authenticate": "Bearer"}


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    drawn = re.findall(r"[├└]── (\w+) (\d+)", errors.__doc__ or "")
    kinds = [(kind.__name__, str(kind.status.value)) for kind in Refusal.__subclasses__()]
    assert set(drawn) == {(name, status) for name, status in kinds if name in vars(errors)}

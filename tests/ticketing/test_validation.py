"""Validation: one message for each field, in the words of the API, whatever the body is."""

from contextlib import suppress
from datetime import datetime
from typing import Annotated, Self

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from ticketing.errors import FieldError, Invalid
from ticketing.schema import Input
from ticketing.validation import MAX_ERRORS, read_body


def not_gone(moment: datetime) -> datetime:
    if moment.year < 2000:
        msg = "Starts at must be in the future"
        raise ValueError(msg)
    return moment


class Seat(Input):
    row_name: str = Field(max_length=2)


class Concert(Input):
    title: str = Field(min_length=1, max_length=5)
    starts_at: Annotated[datetime, AfterValidator(not_gone)] | None = None
    seats: tuple[Seat, ...] = ()
    places: int = Field(default=1, gt=0)
    code: str = Field(default="abc", min_length=3)

    @model_validator(mode="after")
    def check_places(self) -> Self:
        if self.places < len(self.seats):
            msg = "There are more seats than places"
            raise ValueError(msg)
        return self


def refusal(body: bytes | str) -> tuple[FieldError, ...]:
    with pytest.raises(Invalid) as refused:
        read_body(Concert, body.encode() if isinstance(body, str) else body)
    return refused.value.errors


def test_a_body_is_read_by_its_camel_case_names() -> None:
    concert = read_body(Concert, b'{"title": "Gig", "startsAt": "2026-11-23T12:00:00Z"}')
    assert concert.starts_at is not None
    assert concert.starts_at.isoformat() == "2026-11-23T12:00:00+00:00"


@pytest.mark.parametrize(
    ("body", "message", "field"),
    [
        ("{}", "Title is required", "title"),
        ('{"title": ""}', "Title must not be empty", "title"),
        ('{"title": "A song"}', "Title must have at most 5 characters", "title"),
        ('{"title": "A", "code": "a"}', "Code must have at least 3 characters", "code"),
        ('{"title": 1}', "Title must be text", "title"),
        ('{"title": "A", "places": 0}', "Places must be greater than 0", "places"),
        ('{"title": "A", "places": "1"}', "Places must be a valid integer", "places"),
        ('{"title": "A", "starts_at": null}', "Starts_at is not a known field", "starts_at"),
        ('{"title": "A", "": 1}', "A field without a name is not a known field", ""),
        (
            '{"title": "A", "seats": [{"rowName": "AAA"}]}',
            "Seats.0.row name must have at most 2 characters",
            "seats.0.rowName",
        ),
        (
            '{"title": "A", "startsAt": "1999-12-31T00:00:00Z"}',
            "Starts at must be in the future",
            "startsAt",
        ),
        (
            '{"title": "A", "seats": [{"rowName": "A"}, {"rowName": "B"}]}',
            "There are more seats than places",
            None,
        ),
    ],
)
def test_a_broken_rule_is_told_in_words(body: str, message: str, field: str | None) -> None:
    assert refusal(body) == ((message, field),)


def test_every_broken_rule_is_told_at_once() -> None:
    fields = [error.field for error in refusal('{"title": "", "places": 0, "more": 1}')]
    assert fields == ["title", "places", "more"]


def test_a_rule_of_pydantic_is_told_about_the_field() -> None:
    class Odd(Input):
        title: Annotated[str, Field(pattern="^a$")]

    with pytest.raises(Invalid) as refused:
        read_body(Odd, b'{"title": "b"}')
    assert refused.value.errors == (("Title is not valid", "title"),)


def test_a_finding_in_words_of_its_own_keeps_them() -> None:
    def refuse(_text: str) -> str:
        kind = "taken"
        raise PydanticCustomError(kind, "This title is taken")

    class Taken(Input):
        title: Annotated[str, AfterValidator(refuse)]

    with pytest.raises(Invalid) as refused:
        read_body(Taken, b'{"title": "b"}')
    assert refused.value.errors == (("This title is taken", "title"),)


@pytest.mark.parametrize("body", ["[]", "1", '"text"', "null", "true"])
def test_a_body_that_is_no_object_is_told_so(body: str) -> None:
    assert refusal(body) == (("The body must be a JSON object", None),)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff\xfe",
        b'{"title": "\xff"}',
        b'{"title": "\\ud800"}',
        b"[" * 100_000,
        b'{"title":' * 10_000,
        b'{"places": ' + b"9" * 5_000 + b"}",
        b"{'title': 'A'}",
        b'{"title": "A",}',
        b"\xef\xbb\xbf{}",
        b"NaN, ",
    ],
    ids=lambda body: repr(body[:16]),
)
def test_a_body_that_is_no_json_is_told_so(body: bytes) -> None:
    assert refusal(body) == (("The body is not valid JSON", None),)


def test_no_body_is_an_empty_object() -> None:
    assert refusal(b"") == refusal(b"{}")


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1.5", "1e400"])
def test_a_number_that_is_none_is_refused(number: str) -> None:
    assert [error.field for error in refusal(f'{{"title": "A", "places": {number}}}')] == ["places"]


def test_a_flood_of_unknown_fields_is_answered_shortly() -> None:
    body = "{" + ",".join(f'"{number}":1' for number in range(3000)) + "}"
    assert len(refusal(body)) == MAX_ERRORS


def test_a_hostile_field_name_is_only_text() -> None:
    errors = refusal('{"title": "A", "\\\\g<1>\\n": 1}')
    assert errors == (("\\g<1>\n is not a known field", "\\g<1>\n"),)


@given(st.binary())
def test_any_bytes_are_a_concert_or_refused(body: bytes) -> None:
    with suppress(Invalid):
        read_body(Concert, body)

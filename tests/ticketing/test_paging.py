"""Pages: a cursor is good for the list and the reader it was made for, and for nothing else."""

import base64
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketing import paging
from ticketing.errors import Invalid
from ticketing.paging import Page

PATH, READER = "/api/orders", "buyer-1"
LAST = {"pk": "ORDER#1", "created_at": "2026-11-23T12:00:00.000Z"}


def cursor(last: dict[str, str] = LAST, path: str = PATH, scope: str = READER) -> str:
    """The cursor of the page after `last`, as it stands in the `Link` header."""
    link = Page(path, 20, None).next_link(scope, last)["Link"]
    query = link.removeprefix(f"<{path}?").removesuffix('>; rel="next"')
    return parse_qs(query)["cursor"][0]


def read(**query: str) -> Page:
    return Page.read(PATH, READER, query)


def refused_field(**query: str) -> str | None:
    with pytest.raises(Invalid) as refused:
        read(**query)
    (error,) = refused.value.errors
    return error.field


def test_a_page_is_of_twenty_from_the_start() -> None:
    assert read() == Page(PATH, 20, None)


@pytest.mark.parametrize("limit", ["1", "9", "10", "99", "100"])
def test_a_limit_goes_from_1_to_100(limit: str) -> None:
    assert read(limit=limit).limit == int(limit)


@pytest.mark.parametrize(
    "limit", ["", "0", "101", "-1", "1.0", "ten", " 1", "1\n", "007", "1,2", "٣", "²", "9" * 5000]
)
def test_any_other_limit_is_refused(limit: str) -> None:
    assert refused_field(limit=limit) == "limit"


@given(st.dictionaries(st.text(min_size=1), st.text(), min_size=1))
def test_a_cursor_leads_to_the_item_after_the_last(last: dict[str, str]) -> None:
    assert read(cursor=cursor(last)).after == last


def test_the_link_keeps_the_limit() -> None:
    link = Page(PATH, 3, None).next_link(READER, LAST)["Link"]
    assert link.startswith("</api/orders?limit=3&cursor=")
    assert link.endswith('>; rel="next"')


def test_a_cursor_of_another_list_is_refused() -> None:
    assert refused_field(cursor=cursor(path="/api/tickets")) == "cursor"


def test_a_cursor_of_another_reader_is_refused() -> None:
    assert refused_field(cursor=cursor(scope="buyer-2")) == "cursor"


def test_path_and_reader_cannot_be_shifted_into_each_other() -> None:
    shifted = Page.read(PATH + "x", "y", {"cursor": cursor(path=PATH + "x", scope="y")})
    assert shifted.after == LAST
    with pytest.raises(Invalid):
        Page.read(PATH, "xy", {"cursor": cursor(path=PATH + "x", scope="y")})


def test_a_cursor_with_any_character_changed_is_refused() -> None:
    good = cursor()
    for place, character in enumerate(good):
        changed = good[:place] + ("A" if character != "A" else "B") + good[place + 1 :]
        assert refused_field(cursor=changed) == "cursor"


def test_a_truncated_or_extended_cursor_is_refused() -> None:
    good = cursor()
    for length in range(len(good)):
        assert refused_field(cursor=good[:length]) == "cursor"
    for more in ("A", "=", "==", "AAAA", " ", "\n", "é"):
        assert refused_field(cursor=good + more) == "cursor"


@pytest.mark.parametrize("text", ["+/+/+/+/", "é", "\ud800", "ünï", "=", "====", "a", "\0", "%"])
def test_what_is_no_base64_is_refused(text: str) -> None:
    assert refused_field(cursor=text) == "cursor"


@given(st.text())
def test_no_text_is_a_cursor_by_chance(text: str) -> None:
    assert refused_field(cursor=text) == "cursor"


@given(st.binary())
def test_a_forged_cursor_is_a_position_or_refused(position: bytes) -> None:
    digest = paging._digest(position, PATH, READER)
    forged = base64.urlsafe_b64encode(digest + position).decode().rstrip("=")
    try:
        after = read(cursor=forged).after
    except Invalid:
        return
    assert after is not None
    assert all(isinstance(text, str) for pair in after.items() for text in pair)

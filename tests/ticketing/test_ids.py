"""Ids: what RFC 9562 says of their bits, and that they sort."""

from uuid import RFC_4122, UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketing import ids
from ticketing.ids import derived_id, new_id


def test_a_new_id_is_a_uuid_version_7() -> None:
    value = UUID(new_id())
    assert (value.version, value.variant) == (7, RFC_4122)


def test_a_new_id_begins_with_its_millisecond(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ids.time, "time_ns", lambda: 1_795_000_000_123_999_999)
    assert UUID(new_id()).int >> 80 == 1_795_000_000_123


def test_all_but_time_version_and_variant_is_random(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ids.time, "time_ns", lambda: 0)
    monkeypatch.setattr(ids.os, "urandom", lambda count: b"\xff" * count)
    assert new_id() == "00000000-0000-7fff-bfff-ffffffffffff"
    monkeypatch.setattr(ids.os, "urandom", bytes)
    assert new_id() == "00000000-0000-7000-8000-000000000000"


@given(st.lists(st.integers(0, 2**47), min_size=2, unique=True))
def test_ids_sort_by_creation(milliseconds: list[int]) -> None:
    clock = iter(sorted(milliseconds))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ids.time, "time_ns", lambda: next(clock) * 1_000_000)
        made = [new_id() for _ in milliseconds]
    assert made == sorted(made)


def test_no_two_new_ids_are_the_same() -> None:
    assert len({new_id() for _ in range(1000)}) == 1000


def test_a_derived_id_is_a_uuid_version_8_and_always_the_same() -> None:
    value = UUID(derived_id("user", "key"))
    assert (value.version, value.variant) == (8, RFC_4122)
    assert derived_id("user", "key") == str(value)


def test_a_derived_id_keeps_its_parts_apart() -> None:
    assert derived_id("a", "bc") != derived_id("ab", "c")

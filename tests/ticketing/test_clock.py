"""Time: one written form, whose text sorts as time does."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from ticketing.clock import Timestamp, now, rfc3339

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

moments = st.builds(
    lambda since, zone: (EPOCH + since).astimezone(zone),
    st.timedeltas(timedelta(days=-1900 * 365), timedelta(days=8000 * 365)),
    st.timezones(),
)


class Dated(BaseModel):
    at: Timestamp


def test_now_is_in_utc() -> None:
    assert now().tzinfo is UTC


def test_a_time_is_written_with_milliseconds_and_z() -> None:
    paris = timezone(timedelta(hours=2))
    moment = datetime(2026, 11, 23, 14, 0, 0, 123_999, tzinfo=paris)
    assert rfc3339(moment) == "2026-11-23T12:00:00.123Z"


@given(moments, moments)
def test_written_times_sort_as_times_do(one: datetime, other: datetime) -> None:
    earlier, later = sorted([one, other])
    assert rfc3339(earlier) <= rfc3339(later)


@given(moments)
def test_a_written_time_reads_back_to_the_millisecond(moment: datetime) -> None:
    lost = moment - datetime.fromisoformat(rfc3339(moment))
    assert timedelta() <= lost < timedelta(milliseconds=1)


def test_a_model_writes_its_times_in_that_form() -> None:
    dated = Dated.model_validate({"at": "2026-11-23T13:00:00+01:00"})
    assert dated.model_dump_json() == '{"at":"2026-11-23T12:00:00.000Z"}'


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValidationError):
        Dated.model_validate({"at": "2026-11-23T12:00:00"})

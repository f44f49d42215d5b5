"""The JSON shapes: camelCase outside, snake_case inside, and no input in an error's text."""

import pytest
from pydantic import ValidationError

from ticketing.schema import Input, View


class Seat(Input):
    row_name: str


class SeatView(View):
    row_name: str


def test_a_view_is_made_by_its_python_names_and_written_in_camel_case() -> None:
    assert SeatView(row_name="A").model_dump_json(by_alias=True) == '{"rowName":"A"}'


@pytest.mark.parametrize(
    "value", ['{"rowName": "A", "more": 1}', '{"rowName": 1}', '{"row_name": "A"}']
)
def test_an_input_is_taken_exactly_as_declared(value: str) -> None:
    with pytest.raises(ValidationError):
        Seat.model_validate_json(value)


@pytest.mark.parametrize("model", [Seat, SeatView])
def test_what_a_caller_sent_is_not_in_the_error(model: type[Seat | SeatView]) -> None:
    with pytest.raises(ValidationError) as refused:
        model.model_validate({"rowName": ["secret"]})
    assert "secret" not in str(refused.value)

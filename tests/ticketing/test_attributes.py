"""Attribute values: what goes into a table comes out the same."""

from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ticketing.attributes import from_attribute, from_attributes, to_attribute, to_attributes

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.sets(st.text(), min_size=1),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


class Color(StrEnum):
    RED = "red"


@given(st.dictionaries(st.text(), values))
def test_an_item_comes_back_as_it_went_in(item: dict[str, object]) -> None:
    assert from_attributes(to_attributes(item)) == item


@pytest.mark.parametrize(
    ("value", "attribute"),
    [
        (True, {"BOOL": True}),
        (1, {"N": "1"}),
        ("", {"S": ""}),
        (None, {"NULL": True}),
        ({"b", "a"}, {"SS": ["a", "b"]}),
        (("a", 1), {"L": [{"S": "a"}, {"N": "1"}]}),
        ({"a": {}}, {"M": {"a": {"M": {}}}}),
        (Color.RED, {"S": "red"}),
    ],
)
def test_each_kind_of_value_has_its_kind_of_attribute(value: object, attribute: object) -> None:
    assert to_attribute(value) == attribute


def test_the_text_of_an_enum_is_stored_as_plain_text() -> None:
    assert type(to_attribute(Color.RED)["S"]) is str


@pytest.mark.parametrize("value", [1.5, b"bytes", object()])
def test_a_float_and_other_foreign_values_are_refused(value: object) -> None:
    with pytest.raises(TypeError, match="is not stored in a table"):
        to_attribute(value)


def test_an_attribute_of_a_foreign_kind_is_refused() -> None:
    with pytest.raises(TypeError, match="attribute type B"):
        from_attribute({"B": b"bytes"})

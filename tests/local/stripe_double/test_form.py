"""The bracketed form encoding."""

import pytest

from cdk.local.stripe_double.errors import InvalidRequest
from cdk.local.stripe_double.form import decode


def test_flat_nested_and_empty_values_are_read() -> None:
    form = decode("amount=2000&card[token]=tok_visa&a[b][c]=d&metadata=&note=a%26b")
    assert form == {
        "amount": "2000",
        "card": {"token": "tok_visa"},
        "a": {"b": {"c": "d"}},
        "metadata": "",
        "note": "a&b",
    }


@pytest.mark.parametrize("encoded", ["types[]=card&types[]=link", "types[0]=card&types[1]=link"])
def test_lists_are_read_with_and_without_indices(encoded: str) -> None:
    assert decode(encoded) == {"types": {"0": "card", "1": "link"}}


@pytest.mark.parametrize(
    "encoded",
    ["[a]=1", "a[b=1", "a]=1", "a=1&a[b]=2", "a[b]=2&a=1", "a[b]=1&a[b][c]=2", "=1"],
)
def test_a_malformed_name_is_refused(encoded: str) -> None:
    with pytest.raises(InvalidRequest, match="Invalid parameter name"):
        decode(encoded)


def test_too_many_parameters_are_refused() -> None:
    with pytest.raises(InvalidRequest, match="too many"):
        decode("&".join(f"a{n}=1" for n in range(1_001)))


def test_deep_nesting_is_read_without_recursion() -> None:
    assert decode("a" + "[b]" * 50_000 + "=1")["a"]

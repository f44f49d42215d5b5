"""Parameters are checked as they are read."""

from enum import StrEnum

import pytest

from cdk.local.stripe_double.errors import InvalidRequest
from cdk.local.stripe_double.form import Form
from cdk.local.stripe_double.params import Params


class Color(StrEnum):
    RED = "red"


def refusal(form: Form, reader: str, *arguments: object) -> dict[str, object]:
    with pytest.raises(InvalidRequest) as caught:
        getattr(Params(form), reader)(*arguments)
    error: dict[str, object] = caught.value.as_json()["error"]
    return error


def test_what_was_not_sent_or_sent_empty_is_none() -> None:
    params = Params({"empty": ""})
    for name in ("empty", "absent"):
        assert params.text(name) is None
        assert params.integer(name) is None
        assert params.flag(name) is None
        assert params.choice(name, Color) is None
        assert params.section(name) is None
        assert params.texts(name) == ()


def test_values_are_read_by_their_type() -> None:
    params = Params({"n": "12", "yes": "true", "no": "false", "color": "red", "of": {"0": "a"}})
    assert params.integer("n") == 12
    assert params.flag("yes") is True
    assert params.flag("no") is False
    assert params.choice("color", Color) is Color.RED
    assert params.texts("of") == ("a",)


def test_a_text_that_is_required_must_be_there() -> None:
    error = refusal({}, "required", "currency")
    assert error["code"] == "parameter_missing"
    assert error["param"] == "currency"
    assert error["message"] == "Missing required param: currency."


@pytest.mark.parametrize("value", ["x" * 5_001, {"nested": "yes"}])
def test_a_text_is_short_and_flat(value: object) -> None:
    assert refusal({"note": value}, "text", "note")["param"] == "note"


@pytest.mark.parametrize("value", ["12.5", "abc", "1_000", "\u0661", "9" * 30, "0", "-5"])
def test_an_integer_is_whole_and_at_least_one(value: str) -> None:
    error = refusal({"amount": value}, "integer", "amount")
    assert error["code"] == "parameter_invalid_integer"


def test_a_flag_is_true_or_false() -> None:
    assert "boolean" in str(refusal({"confirm": "1"}, "flag", "confirm")["message"])


def test_a_choice_is_one_of_its_options() -> None:
    assert "must be one of red" in str(refusal({"c": "blue"}, "choice", "c", Color)["message"])


@pytest.mark.parametrize("value", ["card", {"0": {"a": "b"}}])
def test_a_list_holds_texts(value: object) -> None:
    assert refusal({"types": value}, "texts", "types")["param"] == "types"


def test_a_section_is_nested() -> None:
    assert refusal({"card": "4242"}, "section", "card")["param"] == "card"


def test_the_path_of_a_nested_parameter_is_told() -> None:
    section = Params({"card": {"token": {"x": "y"}}}).section("card")
    assert section
    with pytest.raises(InvalidRequest) as caught:
        section.text("token")
    assert caught.value.as_json()["error"]["param"] == "card[token]"


def test_metadata_is_texts_that_are_not_empty() -> None:
    assert Params({}).metadata() == Params({"metadata": ""}).metadata() == {}
    assert Params({"metadata": {"a": "b", "c": ""}}).metadata() == {"a": "b"}


@pytest.mark.parametrize(
    "value",
    [
        "text",
        {f"k{n}": "v" for n in range(51)},
        {"k" * 41: "v"},
        {"k": "v" * 501},
        {"k": {"nested": "v"}},
    ],
)
def test_metadata_has_limits(value: object) -> None:
    assert str(refusal({"metadata": value}, "metadata")["param"]).startswith("metadata")


def test_what_nobody_read_is_unknown_at_every_depth() -> None:
    params = Params({"amount": "1", "amuont": "1", "card": {"tokn": "x"}, "key": "pk"})
    params.ignore("key")
    params.integer("amount")
    params.section("card")
    with pytest.raises(InvalidRequest) as caught:
        params.close()
    error = caught.value.as_json()["error"]
    assert error["code"] == "parameter_unknown"
    assert error["param"] == "amuont"
    assert error["message"] == "Received unknown parameters: amuont, card[tokn]"


def test_what_was_read_or_ignored_is_known() -> None:
    params = Params({"amount": "1", "customer": ""})
    params.integer("amount")
    params.ignore("customer", "description")
    params.close()

"""Payment intents are created and read."""

from typing import Any

import pytest

from cdk.local.stripe_double.errors import InvalidRequest, StripeError
from tests.local.stripe_double.desk import NOW, Desk


def refusal(desk: Desk, name: str, form: dict[str, Any], item_id: str = "") -> dict[str, Any]:
    with pytest.raises(StripeError) as caught:
        desk.perform(name, form, item_id)
    error: dict[str, Any] = caught.value.as_json()["error"]
    return error


def test_an_intent_starts_without_a_payment_method() -> None:
    desk = Desk()
    intent = desk.create(metadata={"order": "o1", "note": ""})
    assert intent["status"] == "requires_payment_method"
    assert intent["metadata"] == {"order": "o1"}
    assert intent["client_secret"].startswith(f"{intent['id']}_secret_")
    assert intent["created"] == NOW
    assert desk.events() == ["payment_intent.created"]
    assert desk.perform("payment_intents.retrieve", {}, intent["id"]) == intent


def test_an_intent_with_a_payment_method_waits_for_its_confirmation() -> None:
    intent = Desk().create(payment_method="pm_card_visa")
    assert intent["status"] == "requires_confirmation"
    assert intent["payment_method"].startswith("pm_")
    assert intent["payment_method"] != "pm_card_visa"


def test_the_defaults_are_automatic() -> None:
    intent = Desk().perform("payment_intents.create", {"amount": "2000", "currency": "USD"})
    assert intent["currency"] == "usd"
    assert intent["capture_method"] == "automatic_async"
    assert intent["automatic_payment_methods"] == {"allow_redirects": "always", "enabled": True}


@pytest.mark.parametrize(
    ("change", "code", "param"),
    [
        ({"amount": None}, "parameter_missing", "amount"),
        ({"currency": None}, "parameter_missing", "currency"),
        ({"amount": "49"}, "amount_too_small", "amount"),
        ({"amount": "123456789"}, "amount_too_large", "amount"),
        ({"amount": "20.5"}, "parameter_invalid_integer", "amount"),
        ({"currency": "zzz"}, None, "currency"),
        ({"capture_method": "later"}, None, "capture_method"),
        ({"color": "red"}, "parameter_unknown", "color"),
        ({"description": "A ticket"}, "parameter_unknown", "description"),
        ({"payment_method": "pm_nope"}, "resource_missing", "payment_method"),
        ({"payment_method": "tok_visa"}, "resource_missing", "payment_method"),
        ({"confirm": "true"}, "payment_intent_unexpected_state", None),
    ],
)
def test_a_wrong_parameter_is_refused(
    change: dict[str, str | None], code: str | None, param: str | None
) -> None:
    form: dict[str, Any] = {
        "amount": "2000",
        "currency": "usd",
        "payment_method_types": {"0": "card"},
    }
    form = {name: value for name, value in (form | change).items() if value is not None}
    error = refusal(Desk(), "payment_intents.create", form)
    assert error["type"] == "invalid_request_error"
    assert (error.get("code"), error.get("param")) == (code, param)


def test_what_the_double_cannot_do_is_refused() -> None:
    form = {"amount": "2000", "currency": "usd", "payment_method_types": {"0": "sepa_debit"}}
    assert "does not support" in refusal(Desk(), "payment_intents.create", form)["message"]


def automatic(**section: str) -> dict[str, Any]:
    return {"amount": "2000", "currency": "usd", "automatic_payment_methods": section}


def test_payment_methods_are_listed_or_automatic() -> None:
    desk = Desk()
    off = desk.perform("payment_intents.create", automatic(enabled="false"))
    assert off["automatic_payment_methods"] is None
    both = automatic(enabled="true") | {"payment_method_types": {"0": "card"}}
    assert "cannot enable" in refusal(desk, "payment_intents.create", both)["message"]
    missing = refusal(desk, "payment_intents.create", automatic(allow_redirects="never"))
    assert missing["param"] == "automatic_payment_methods[enabled]"


def test_methods_that_may_redirect_need_a_return_url() -> None:
    desk = Desk()
    confirmed = {"confirm": "true", "payment_method": "pm_card_visa"}
    form = automatic(enabled="true") | confirmed
    assert "return_url" in refusal(desk, "payment_intents.create", form)["message"]
    with_url = form | {"return_url": "http://shop"}
    assert desk.perform("payment_intents.create", with_url)["status"] == "succeeded"
    never = automatic(enabled="true", allow_redirects="never") | confirmed
    assert desk.perform("payment_intents.create", never)["status"] == "succeeded"


@pytest.mark.parametrize("name", ["retrieve", "confirm", "capture", "cancel"])
def test_an_unknown_intent_is_404(name: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        Desk().perform(f"payment_intents.{name}", {}, "pi_nope")
    assert caught.value.status == 404
    assert caught.value.as_json()["error"]["code"] == "resource_missing"
    assert caught.value.message == "No such payment_intent: 'pi_nope'"

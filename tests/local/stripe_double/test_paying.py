"""Payment intents are confirmed, captured and canceled; each change causes its events."""

from typing import Any

import pytest

from cdk.local.stripe_double import network
from cdk.local.stripe_double.cards import GENERIC
from cdk.local.stripe_double.errors import CardError, InvalidRequest, JsonObject
from cdk.local.stripe_double.intents import UnexpectedState
from tests.local.stripe_double.desk import Desk

CHALLENGING = "pm_card_threeDSecure2Required"


def declined(desk: Desk, intent: JsonObject, method: str, **form: str) -> JsonObject:
    with pytest.raises(CardError) as caught:
        desk.perform("payment_intents.confirm", {"payment_method": method} | form, intent["id"])
    error: JsonObject = caught.value.as_json()["error"]
    return error


def charge_of(desk: Desk, intent: JsonObject) -> JsonObject:
    return desk.account.charges.get(intent["latest_charge"], param="charge").as_json()


def test_a_manual_capture_holds_the_money() -> None:
    desk = Desk()
    intent = desk.authorized()
    assert intent["status"] == "requires_capture"
    assert (intent["amount_capturable"], intent["amount_received"]) == (2000, 0)
    assert charge_of(desk, intent)["captured"] is False
    assert desk.events() == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.amount_capturable_updated",
    ]


@pytest.mark.parametrize("method", ["automatic", "automatic_async"])
def test_an_automatic_capture_takes_the_money(method: str) -> None:
    desk = Desk()
    intent = desk.authorized(capture_method=method)
    assert (intent["status"], intent["amount_received"]) == ("succeeded", 2000)
    assert charge_of(desk, intent)["captured"] is True
    assert desk.events()[1:] == ["charge.succeeded", "payment_intent.succeeded"]


def test_a_token_confirms_as_a_payment_method_does() -> None:
    desk = Desk()
    form = {"payment_method_data": {"type": "card", "card": {"token": "tok_visa"}}}
    intent = desk.perform("payment_intents.confirm", form, desk.create()["id"])
    assert intent["status"] == "requires_capture"


def test_an_intent_is_created_and_confirmed_at_once() -> None:
    desk = Desk()
    intent = desk.create(confirm="true", payment_method="pm_card_visa")
    assert intent["status"] == "requires_capture"
    assert desk.events()[0] == "payment_intent.created"


def test_a_decline_is_told_stored_and_forgiven() -> None:
    desk = Desk()
    intent = desk.create()
    error = declined(desk, intent, "pm_card_chargeDeclined")
    assert (error["type"], error["code"]) == ("card_error", "card_declined")
    assert error["decline_code"] == "generic_decline"
    assert error["payment_intent"]["status"] == "requires_payment_method"
    assert error["payment_method"]["card"]["last4"] == "0002"
    stored = desk.perform("payment_intents.retrieve", {}, intent["id"])
    assert stored == error["payment_intent"]
    assert stored["last_payment_error"]["charge"] == stored["latest_charge"] == error["charge"]
    assert charge_of(desk, stored)["status"] == "failed"
    assert desk.events()[1:] == ["charge.failed", "payment_intent.payment_failed"]
    again = desk.confirm(intent)
    assert again["status"] == "requires_capture"
    assert again["last_payment_error"] is None


def test_a_decline_while_creating_leaves_the_intent_behind() -> None:
    desk = Desk()
    with pytest.raises(CardError) as caught:
        desk.create(confirm="true", payment_method="pm_card_visa_chargeDeclined")
    left = caught.value.as_json()["error"]["payment_intent"]
    assert desk.perform("payment_intents.retrieve", {}, left["id"]) == left


def test_a_challenge_waits_for_the_buyer() -> None:
    desk = Desk()
    intent = desk.confirm(desk.create(), CHALLENGING)
    assert intent["status"] == "requires_action"
    assert intent["next_action"]["type"] == "use_stripe_sdk"
    assert intent["latest_charge"] is None
    assert desk.events()[1:] == ["payment_intent.requires_action"]


def test_a_buyer_who_authenticates_pays() -> None:
    desk = Desk()
    intent = desk.stored(desk.confirm(desk.create(), CHALLENGING))
    paid = network.authenticate(desk.call, intent, passed=True).as_json()
    assert (paid["status"], paid["next_action"]) == ("requires_capture", None)
    assert desk.events()[-1] == "payment_intent.amount_capturable_updated"


def test_a_buyer_who_fails_to_authenticate_may_try_again() -> None:
    desk = Desk()
    intent = desk.stored(desk.confirm(desk.create(), CHALLENGING))
    failed = network.authenticate(desk.call, intent, passed=False).as_json()
    assert failed["status"] == "requires_payment_method"
    error = failed["last_payment_error"]
    assert error["code"] == "payment_intent_authentication_failure"
    assert desk.events()[-1] == "payment_intent.payment_failed"
    assert desk.confirm(failed)["status"] == "requires_capture"


def test_a_card_can_be_declined_after_the_authentication() -> None:
    desk = Desk()
    method = "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds"
    intent = desk.stored(desk.confirm(desk.create(), method))
    failed = network.authenticate(desk.call, intent, passed=True).as_json()
    assert failed["last_payment_error"]["decline_code"] == "insufficient_funds"


def test_only_a_challenged_intent_is_authenticated() -> None:
    desk = Desk()
    with pytest.raises(UnexpectedState):
        network.authenticate(desk.call, desk.stored(desk.authorized()), passed=True)


def test_a_challenge_that_nobody_can_answer_is_a_decline() -> None:
    desk = Desk()
    error = declined(desk, desk.create(), CHALLENGING, error_on_requires_action="true")
    assert error["code"] == "authentication_required"


def test_a_slow_bank_leaves_the_payment_processing() -> None:
    desk = Desk()
    desk.account.slow_confirmations = 1
    intent = desk.confirm(desk.create())
    assert intent["status"] == "processing"
    assert desk.events()[1:] == ["payment_intent.processing"]
    with pytest.raises(UnexpectedState):
        desk.perform("payment_intents.cancel", {}, intent["id"])
    settled = network.finish(desk.call, desk.stored(intent), None)
    assert settled.status == "requires_capture"
    assert desk.confirm(desk.create())["status"] == "requires_capture"


def test_a_slow_bank_can_decline() -> None:
    desk = Desk()
    desk.account.slow_confirmations = 1
    intent = desk.stored(desk.confirm(desk.create()))
    settled = network.finish(desk.call, intent, GENERIC).as_json()
    assert settled["status"] == "requires_payment_method"
    assert settled["last_payment_error"]["code"] == "card_declined"
    with pytest.raises(UnexpectedState):
        network.finish(desk.call, desk.stored(settled), None)


def test_captured_money_is_received() -> None:
    desk = Desk()
    intent = desk.authorized()
    desk.events()
    captured = desk.perform("payment_intents.capture", {}, intent["id"])
    assert (captured["status"], captured["amount_received"]) == ("succeeded", 2000)
    assert charge_of(desk, captured)["amount_captured"] == 2000
    assert desk.events() == ["charge.captured", "payment_intent.succeeded"]
    with pytest.raises(UnexpectedState, match="already been captured"):
        desk.perform("payment_intents.capture", {}, intent["id"])
    assert desk.events() == []


def test_a_part_of_the_money_is_captured_and_never_more() -> None:
    desk = Desk()
    intent = desk.authorized()
    with pytest.raises(InvalidRequest):
        desk.perform("payment_intents.capture", {"amount_to_capture": "2001"}, intent["id"])
    part = desk.perform("payment_intents.capture", {"amount_to_capture": "700"}, intent["id"])
    assert part["amount_received"] == charge_of(desk, part)["amount_captured"] == 700


def test_canceling_releases_the_money() -> None:
    desk = Desk()
    intent = desk.authorized()
    desk.events()
    canceled = desk.perform("payment_intents.cancel", {}, intent["id"])
    assert (canceled["status"], canceled["cancellation_reason"]) == ("canceled", None)
    assert canceled["amount_capturable"] == 0
    assert charge_of(desk, canceled)["refunded"] is True
    assert desk.events() == ["charge.refunded", "payment_intent.canceled"]
    with pytest.raises(UnexpectedState):
        desk.perform("payment_intents.cancel", {}, intent["id"])


def test_an_unpaid_intent_is_canceled() -> None:
    desk = Desk()
    assert desk.perform("payment_intents.cancel", {}, desk.create()["id"])["status"] == "canceled"
    assert desk.events()[1:] == ["payment_intent.canceled"]


def test_an_authorization_that_lapses_cannot_be_captured_any_more() -> None:
    desk = Desk()
    intent = desk.stored(desk.authorized())
    desk.events()
    lapsed = network.lapse(desk.call, intent).as_json()
    assert (lapsed["status"], lapsed["cancellation_reason"]) == ("canceled", "automatic")
    assert desk.events() == ["charge.expired", "payment_intent.canceled"]
    with pytest.raises(UnexpectedState) as caught:
        desk.perform("payment_intents.capture", {}, lapsed["id"])
    assert caught.value.as_json()["error"]["payment_intent"]["status"] == "canceled"


def test_an_authorization_that_stripe_still_believes_in_cannot_be_captured_either() -> None:
    desk = Desk()
    intent = desk.stored(desk.authorized())
    network.expire(desk.call, intent)
    assert desk.stored({"id": intent.id}).status == "requires_capture"
    with pytest.raises(InvalidRequest) as caught:
        desk.perform("payment_intents.capture", {}, intent.id)
    assert caught.value.as_json()["error"]["code"] == "charge_expired_for_capture"
    assert desk.perform("payment_intents.cancel", {}, intent.id)["status"] == "canceled"


def test_only_an_authorization_lapses() -> None:
    desk = Desk()
    with pytest.raises(UnexpectedState):
        network.lapse(desk.call, desk.stored(desk.create()))


def test_an_event_holds_the_object_as_it_was_and_its_cause() -> None:
    desk = Desk()
    intent = desk.create()
    event = desk.published[0].as_json(pending_webhooks=1)
    desk.confirm(intent)
    assert event["data"]["object"] == intent
    assert event["request"] == {"id": "req_1", "idempotency_key": "key-1"}
    assert (event["object"], event["pending_webhooks"]) == ("event", 1)


def refund(desk: Desk, **form: Any) -> JsonObject:
    return desk.perform("refunds.create", form)


def captured(desk: Desk) -> JsonObject:
    intent = desk.perform("payment_intents.capture", {}, desk.authorized()["id"])
    desk.events()
    return intent


def test_a_refund_gives_back_what_was_captured() -> None:
    desk = Desk()
    intent = captured(desk)
    given = refund(desk, payment_intent=intent["id"], metadata={"a": "b"})
    assert (given["amount"], given["status"]) == (2000, "succeeded")
    assert given["metadata"] == {"a": "b"}
    assert charge_of(desk, intent)["refunded"] is True
    assert desk.events() == ["charge.refunded", "refund.created"]
    assert desk.perform("refunds.list")["data"] == [given]


def test_partial_refunds_add_up_to_no_more_than_was_captured() -> None:
    desk = Desk()
    intent = captured(desk)
    refund(desk, payment_intent=intent["id"], amount="1500")
    with pytest.raises(InvalidRequest, match="greater than unrefunded"):
        refund(desk, payment_intent=intent["id"], amount="501")
    refund(desk, payment_intent=intent["id"])
    with pytest.raises(InvalidRequest) as caught:
        refund(desk, payment_intent=intent["id"])
    assert caught.value.as_json()["error"]["code"] == "charge_already_refunded"
    amounts = [item["amount"] for item in desk.perform("refunds.list")["data"]]
    assert amounts == [500, 1500]


def test_money_that_was_not_captured_is_not_refunded() -> None:
    desk = Desk()
    for intent in (desk.create(), desk.authorized()):
        with pytest.raises(InvalidRequest, match="does not have a successful charge"):
            refund(desk, payment_intent=intent["id"])


def test_a_refund_names_what_to_refund() -> None:
    desk = Desk()
    with pytest.raises(InvalidRequest, match="Missing required param: payment_intent"):
        refund(desk)
    with pytest.raises(InvalidRequest) as caught:
        refund(desk, payment_intent="pi_nope")
    assert caught.value.status == 400
    assert caught.value.as_json()["error"]["code"] == "resource_missing"

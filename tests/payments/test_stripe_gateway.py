"""Our access to Stripe, against a running double of it."""

import json
import logging
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import stripe

from payments import connection, stripe_gateway
from payments.intents import Intent
from payments.refusals import (
    AmountNotChargeable,
    AuthenticationRequired,
    CaptureImpossible,
    CardDeclined,
    InvalidSignature,
    Throttled,
    TokenInvalid,
)
from payments.stripe_gateway import CREATIONS, RETRIES, StripeGateway, answered
from tests.payments.builders import ORDER, a_payment
from tests.payments.conftest import put_secret
from tests.payments.stripe_account import WEBHOOK_SECRET, StripeAccount, signed
from ticketing import secrets
from ticketing.errors import Unavailable

VISA, DECLINED = "tok_visa", "tok_chargeDeclined"


@pytest.fixture
def at_stripe(account_at_stripe: StripeAccount) -> StripeAccount:
    return account_at_stripe


def created(gateway: StripeGateway) -> Intent:
    return gateway.create(a_payment())


def held(gateway: StripeGateway) -> Intent:
    return gateway.confirm(created(gateway).id, VISA)


def captured(gateway: StripeGateway) -> Intent:
    return gateway.capture(held(gateway).id, ORDER, again=False)


# Creating


def test_an_order_has_one_intent(gateway: StripeGateway, at_stripe: StripeAccount) -> None:
    first, second = created(gateway), created(gateway)
    assert first == second
    assert (first.status, first.order_id) == ("requires_payment_method", ORDER)
    intent = at_stripe.intent()
    assert (intent["amount"], intent["currency"]) == (5050, "usd")
    assert intent["capture_method"] == "manual"
    assert intent["metadata"] == {
        "order_id": ORDER,
        "payment_id": "payment-1",
        "correlation_id": "request-1",
    }


@pytest.mark.parametrize(
    ("amount", "currency", "message"),
    [
        (49, "usd", "Amount must be at least 0.50 usd"),
        (100_000_000, "usd", "Amount must be no more than 999,999.99 usd"),
        (10_505, "kwd", "Invalid amount: the last digit must be 0 in kwd"),
        (500, "xyz", "Invalid currency: xyz."),
    ],
)
def test_an_amount_that_stripe_does_not_charge_is_refused_in_its_words(
    gateway: StripeGateway, amount: int, currency: str, message: str
) -> None:
    with pytest.raises(AmountNotChargeable, match=message):
        gateway.create(a_payment(amount=amount, currency=currency))


@pytest.mark.parametrize("kind", ["error_before", "drop_before", "drop_after"])
def test_an_answer_that_is_lost_is_asked_for_under_the_same_key(
    gateway: StripeGateway, at_stripe: StripeAccount, kind: str
) -> None:
    at_stripe.arm("create", kind)
    assert created(gateway).id == at_stripe.intent()["id"]


@pytest.mark.parametrize("times", [1, 2, 3])
@pytest.mark.parametrize("kind", ["error", "error_after"])
def test_failures_that_stripe_stored_do_not_stick(
    gateway: StripeGateway, at_stripe: StripeAccount, kind: str, times: int
) -> None:
    now = datetime.now(UTC)
    payment = a_payment(created_at=now, expires_at=now + timedelta(minutes=15))
    at_stripe.arm("create", kind, times=times)
    for _ in range(times):
        with suppress(Unavailable):
            gateway.create(payment)
    first, second = gateway.create(payment), gateway.create(payment)
    assert first.id == second.id == at_stripe.intent()["id"]


def test_a_stripe_that_stores_one_failure_after_the_other_is_down(
    gateway: StripeGateway, at_stripe: StripeAccount
) -> None:
    keys = len(CREATIONS)
    at_stripe.arm("create", "error", times=keys * (keys + 1) // 2)
    for _ in range(keys + 1):
        with pytest.raises(Unavailable):
            created(gateway)
    assert at_stripe.intents() == []


def test_a_failure_that_was_not_stored_leaves_its_key_to_the_next_request(
    gateway: StripeGateway, at_stripe: StripeAccount
) -> None:
    at_stripe.arm("create", "error_before", times=1 + RETRIES)
    with pytest.raises(Unavailable):
        created(gateway)
    first, second = created(gateway), created(gateway)
    assert first.id == second.id == at_stripe.intent()["id"]


def test_an_intent_of_another_order_is_not_taken_for_it(
    gateway: StripeGateway, at_stripe: StripeAccount
) -> None:
    now = datetime.now(UTC)
    times = {"created_at": now, "expires_at": now + timedelta(minutes=15)}
    other = gateway.create(a_payment(order_id="another", **times))
    at_stripe.arm("create", "error")
    with pytest.raises(Unavailable):
        gateway.create(a_payment(**times))
    assert gateway.create(a_payment(**times)).id != other.id


def test_silence_is_no_answer(
    gateway: StripeGateway, at_stripe: StripeAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_stripe.arm("create", "hang", times=1 + RETRIES)
    with monkeypatch.context() as impatient:
        impatient.setattr(connection, "READ_SECONDS", 0.05)
        with pytest.raises(Unavailable):
            created(gateway)
    assert created(gateway).id == at_stripe.intent()["id"]


def test_time_that_is_over_is_not_spent(gateway: StripeGateway) -> None:
    gateway.within(-1)
    with pytest.raises(Unavailable):
        created(gateway)


# Confirming


@pytest.mark.parametrize("token", [VISA, "pm_card_visa"])
def test_a_card_is_charged_by_token_and_by_payment_method(
    gateway: StripeGateway, token: str
) -> None:
    intent = gateway.confirm(created(gateway).id, token)
    assert (intent.status, intent.money) == ("requires_capture", 5050)


def test_a_declined_card_leaves_room_for_another(gateway: StripeGateway) -> None:
    intent_id = created(gateway).id
    for _ in range(2):
        with pytest.raises(CardDeclined):
            gateway.confirm(intent_id, DECLINED)
    assert gateway.confirm(intent_id, VISA).status == "requires_capture"


def test_a_card_that_needs_its_buyer_is_refused_and_leaves_room(gateway: StripeGateway) -> None:
    intent_id = created(gateway).id
    with pytest.raises(AuthenticationRequired):
        gateway.confirm(intent_id, "tok_threeDSecureRequired")
    assert gateway.confirm(intent_id, VISA).status == "requires_capture"


@pytest.mark.parametrize("token", ["tok_nothing", "pm_nothing"])
def test_an_unknown_token_is_invalid(gateway: StripeGateway, token: str) -> None:
    with pytest.raises(TokenInvalid):
        gateway.confirm(created(gateway).id, token)


USED_TOKEN = {"type": "invalid_request_error", "code": "token_already_used"}
USED_METHOD = {"type": "invalid_request_error", "message": "It may not be used again."}
NO_KEY = {"type": "invalid_request_error", "message": "Invalid API Key provided"}


def refuse(
    monkeypatch: pytest.MonkeyPatch, gateway: StripeGateway, error: Mapping[str, str], path: str
) -> None:
    """Let Stripe refuse whatever is sent to this path."""
    request = gateway._connection.request
    answer = connection.Answer(json.dumps({"error": error}).encode(), 400, {})

    def refused(method: str, url: str, *rest: Any) -> connection.Answer:
        return answer if path in url else request(method, url, *rest)

    monkeypatch.setattr(gateway._connection, "request", refused)


@pytest.mark.parametrize("error", [USED_TOKEN, USED_METHOD])
def test_a_card_that_stripe_does_not_take_again_is_invalid(
    gateway: StripeGateway, monkeypatch: pytest.MonkeyPatch, error: dict[str, str]
) -> None:
    intent_id = created(gateway).id
    refuse(monkeypatch, gateway, error, "/confirm")
    with pytest.raises(TokenInvalid):
        gateway.confirm(intent_id, "pm_used")


@pytest.mark.parametrize("error", [USED_TOKEN, USED_METHOD])
def test_a_card_that_was_used_for_this_very_payment_has_paid_it(
    gateway: StripeGateway, monkeypatch: pytest.MonkeyPatch, error: dict[str, str]
) -> None:
    """As after a lost answer: Stripe may look at the token before it looks at the intent."""
    first = held(gateway)
    refuse(monkeypatch, gateway, error, "/confirm")
    assert gateway.confirm(first.id, VISA) == first


def test_a_card_is_not_blamed_for_our_key(
    gateway: StripeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    intent_id = created(gateway).id
    refuse(monkeypatch, gateway, NO_KEY, "/v1/")
    with pytest.raises(Unavailable):
        gateway.confirm(intent_id, VISA)


def test_confirming_twice_authorizes_once(gateway: StripeGateway, at_stripe: StripeAccount) -> None:
    first = held(gateway)
    assert gateway.confirm(first.id, VISA) == first
    assert len(at_stripe.charges()) == 1


@pytest.mark.parametrize("kind", ["error_before", "error_after", "drop_before", "drop_after"])
def test_after_an_unknown_outcome_the_intent_is_asked(
    gateway: StripeGateway, at_stripe: StripeAccount, kind: str
) -> None:
    intent_id = created(gateway).id
    at_stripe.arm("confirm", kind)
    assert gateway.confirm(intent_id, VISA).status == "requires_capture"
    assert len(at_stripe.charges()) == 1


def test_an_outcome_that_nobody_tells_is_unavailable(
    gateway: StripeGateway, at_stripe: StripeAccount
) -> None:
    intent_id = created(gateway).id
    at_stripe.fail("confirm", "error")
    with pytest.raises(Unavailable):
        gateway.confirm(intent_id, VISA)


# Capturing, letting go, giving back


def test_all_the_money_is_captured_once(gateway: StripeGateway, at_stripe: StripeAccount) -> None:
    first = captured(gateway)
    assert (first.status, first.money) == ("succeeded", 5050)
    assert gateway.capture(first.id, ORDER, again=False) == first
    assert gateway.capture(first.id, ORDER, again=True) == first
    assert at_stripe.captured() == 5050


def test_a_stored_failure_to_capture_does_not_stick(
    gateway: StripeGateway, at_stripe: StripeAccount
) -> None:
    intent_id = held(gateway).id
    at_stripe.arm("capture", "error")
    for _ in range(2):
        assert gateway.capture(intent_id, ORDER, again=False).status == "requires_capture"
    assert gateway.capture(intent_id, ORDER, again=True).status == "succeeded"


def test_what_the_bank_let_go_cannot_be_captured(
    gateway: StripeGateway, at_stripe: StripeAccount
) -> None:
    intent_id = held(gateway).id
    at_stripe.lapse()
    assert gateway.capture(intent_id, ORDER, again=False).status == "canceled"


def test_a_decline_at_the_capture_is_for_good(
    gateway: StripeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    def decline(*_arguments: object) -> None:
        raise CardDeclined

    monkeypatch.setattr(gateway, "_or_look", decline)
    with pytest.raises(CaptureImpossible):
        gateway.capture("pi_1", ORDER, again=False)


@pytest.mark.parametrize("make", [created, held])
def test_letting_go_can_be_repeated(
    gateway: StripeGateway, at_stripe: StripeAccount, make: Any
) -> None:
    intent_id = make(gateway).id
    for again in (False, False, True):
        assert gateway.cancel(intent_id, ORDER, again=again).status == "canceled"
    assert at_stripe.captured() == 0


def test_what_is_paid_is_not_let_go(gateway: StripeGateway) -> None:
    assert gateway.cancel(captured(gateway).id, ORDER, again=False).status == "succeeded"


def test_a_refund_is_made_once(gateway: StripeGateway, at_stripe: StripeAccount) -> None:
    intent_id = captured(gateway).id
    gateway.refund(intent_id, ORDER)
    gateway.refund(intent_id, ORDER)
    gateway.refund(intent_id, "order-2")
    assert at_stripe.captured() == 0
    assert len(at_stripe.call("/v1/refunds")["data"]) == 1


def test_a_busy_stripe_is_not_asked_at_once_again(
    gateway: StripeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = {"error": {"type": "invalid_request_error", "code": "rate_limit"}}
    asked: list[str] = []

    def busy(method: str, url: str, *_rest: object) -> connection.Answer:
        asked.append(f"{method} {url}")
        return connection.Answer(json.dumps(body).encode(), 429, {})

    monkeypatch.setattr(gateway._connection, "request", busy)
    with pytest.raises(Throttled):
        gateway.cancel("pi_1", ORDER, again=False)
    assert len(asked) == 1


# Looking


def test_recent_intents_are_listed_newest_first_over_pages(
    gateway: StripeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stripe_gateway, "PAGE", 2)
    ids = [gateway.create(a_payment(order_id=f"order-{n}")).id for n in range(5)]
    now = datetime.now(UTC)
    minute = timedelta(minutes=1)
    found = gateway.created_between(now - minute, now + minute)
    assert [intent.id for intent in found] == ids[::-1]
    assert list(gateway.created_between(now + minute, now + 2 * minute)) == []


def test_an_unknown_intent_cannot_be_retrieved(gateway: StripeGateway) -> None:
    with pytest.raises(Unavailable):
        gateway.retrieve("pi_nothing")


def test_a_key_that_stripe_refuses_makes_payments_unavailable(gateway: StripeGateway) -> None:
    put_secret(WEBHOOK_SECRET, api_key="")
    with pytest.raises(Unavailable):
        created(gateway)


def test_a_new_key_is_used_when_the_old_one_is_forgotten(gateway: StripeGateway) -> None:
    put_secret(WEBHOOK_SECRET, api_key="sk_test_wrong")
    with pytest.raises(Unavailable):
        created(gateway)
    put_secret(WEBHOOK_SECRET)
    secrets.forget()
    assert created(gateway).order_id == ORDER


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"{}", b'{"error": {}}'])
def test_an_answer_that_is_not_stripes_is_no_answer(
    gateway: StripeGateway, monkeypatch: pytest.MonkeyPatch, body: bytes
) -> None:
    answer = connection.Answer(body, 502, {})
    monkeypatch.setattr(gateway._connection, "request", lambda *_request: answer)
    with pytest.raises(Unavailable):
        created(gateway)


def test_the_log_names_codes_and_ids_only(
    gateway: StripeGateway, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        error = {"code": "strange", "message": "No such token: tok_secret"}
        raise stripe.InvalidRequestError(
            error["message"], None, http_status=400, json_body={"error": error}
        )

    with pytest.raises(Unavailable) as unavailable:
        answered(fail)
    line = vars(caplog.records[-1])
    assert (line["code"], line["status"], line["error"]) == ("strange", 400, "InvalidRequestError")
    assert "tok_secret" not in str(line)
    assert unavailable.value.__context__ is None
    assert not logging.getLogger("stripe").isEnabledFor(logging.INFO)


# Signed events

EVENT = {"id": "evt_1", "type": "balance.available", "created": 1, "data": {"object": {}}}


def test_a_signed_event_is_read(gateway: StripeGateway) -> None:
    body, headers = signed(EVENT)
    assert gateway.event(body.encode(), headers["stripe-signature"]).id == "evt_1"


@pytest.mark.parametrize("secret", ["whsec_old", "whsec_new"])
def test_two_secrets_are_valid_at_once(gateway: StripeGateway, secret: str) -> None:
    put_secret("whsec_old", "whsec_new")
    body, headers = signed(EVENT, secret=secret)
    assert gateway.event(body.encode(), headers["stripe-signature"]).id == "evt_1"


def test_a_new_secret_is_good_seconds_after_it_is_there(
    gateway: StripeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    body, headers = signed(EVENT, secret="whsec_new")
    with pytest.raises(InvalidSignature):
        gateway.event(body.encode(), headers["stripe-signature"])
    put_secret("whsec_new")
    monkeypatch.setattr(stripe_gateway, "NEW_SECRETS_SECONDS", 0)
    assert gateway.event(body.encode(), headers["stripe-signature"]).id == "evt_1"


def header(**changes: Any) -> str:
    parts = {"secret": WEBHOOK_SECRET, "age_seconds": 0} | changes
    return signed(EVENT, **parts)[1]["stripe-signature"]


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "t=1",
        "t=,v1=",
        "t=99999999999999999999999,v1=ab",
        f"t={'9' * 5000},v1=ab",
        "t=1,v1=é",
        "t=now,v1=é",
        f"t=now,v1={'0' * 64}",
    ],
)
def test_a_forged_signature_is_refused(gateway: StripeGateway, signature: str) -> None:
    of_now = signature.replace("t=now", f"t={int(time.time())}")
    with pytest.raises(InvalidSignature):
        gateway.event(signed(EVENT)[0].encode(), of_now)


def test_another_body_secret_or_time_is_refused(gateway: StripeGateway) -> None:
    body = signed(EVENT)[0].encode()
    for forged, signature in [
        (body + b" ", header()),
        (b"\xff", header()),
        (body, header(secret="whsec_other")),
        (body, header(age_seconds=301)),
    ]:
        with pytest.raises(InvalidSignature):
            gateway.event(forged, signature)


def test_without_secrets_nothing_is_signed(gateway: StripeGateway) -> None:
    put_secret()
    with pytest.raises(InvalidSignature):
        gateway.event(signed(EVENT)[0].encode(), header(secret=""))

"""Stripe's events: signed, fresh or late, once or twice, in any order."""

import base64
import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from cdk.local.stripe_double.signing import signature
from payments import webhook
from tests.gateway import LambdaContext, http_event
from tests.payments.shop import VISA, Shop, problem
from tests.payments.stripe_account import WEBHOOK_SECRET, signed
from ticketing import request as room

PATH = "/api/payments/webhook"
LATE = {"created": int(time.time()) - 31}


@pytest.fixture
def paid_in_browser(shop: Shop) -> Shop:
    """The money is held, and nobody here knows it."""
    shop.pay()
    shop.stripe.confirm_in_browser()
    return shop


@pytest.fixture
def committed(shop: Shop) -> Shop:
    """The money is taken; its capture was not written down."""
    shop.pay(VISA)
    shop.stripe.fail("capture")
    assert shop.order_is_confirmed() == [0]
    shop.stripe.call(f"/v1/payment_intents/{shop.stripe.intent()['id']}/capture", {})
    return shop


def count_of(metric: str, output: str) -> int:
    lines = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    return sum(int(line[metric][0]) for line in lines if metric in line)


def test_held_money_authorizes_its_payment(paid_in_browser: Shop) -> None:
    shop = paid_in_browser
    answer = shop.hear("amount_capturable_updated")
    assert (answer.status, answer.json) == (200, {"received": True})
    assert shop.status == ("authorized", "requires_capture")
    assert shop.announced == "payment:authorized"


def test_the_chain_keeps_one_correlation_id_and_names_the_event(paid_in_browser: Shop) -> None:
    paid_in_browser.hear("amount_capturable_updated", id="evt_known")
    outbox = paid_in_browser.item["outbox"]
    assert outbox["correlation_id"] == paid_in_browser.payment.correlation_id == "request-1"
    assert outbox["causation_id"] == paid_in_browser.item["changed_by"] == "evt_known"


def test_an_event_that_is_seen_again_changes_nothing(paid_in_browser: Shop) -> None:
    shop = paid_in_browser
    shop.hear("amount_capturable_updated")
    before = shop.item
    assert shop.hear("amount_capturable_updated").status == 200
    assert shop.item == before


def test_taken_money_captures_its_payment(committed: Shop) -> None:
    assert committed.hear("succeeded").status == 200
    assert committed.status == ("captured", "succeeded")
    assert committed.announced == "payment:created"


def test_a_late_authorization_does_not_undo_a_capture(committed: Shop) -> None:
    committed.hear("succeeded")
    before = committed.item
    committed.hear("amount_capturable_updated", **LATE)
    assert committed.item == before


def test_a_capture_that_is_heard_before_the_commitment_waits_for_it(shop: Shop) -> None:
    shop.pay()
    shop.stripe.confirm_in_browser()
    shop.stripe.call(f"/v1/payment_intents/{shop.stripe.intent()['id']}/capture", {})
    shop.hear("succeeded")
    assert shop.status == ("authorized", "succeeded")
    assert shop.announced == "payment:authorized"
    assert shop.order_is_confirmed() == []
    assert shop.status == ("captured", "succeeded")
    assert shop.stripe.captured() == 5050


def hear_when_the_hold_lapsed(shop: Shop, monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
    """Receive, so many seconds late, that the money is held, which is no longer true."""
    shop.stripe.lapse()
    event = shop.stripe.event("amount_capturable_updated")
    monkeypatch.setattr(
        room, "now", lambda: datetime.fromtimestamp(event["created"] + seconds, UTC)
    )
    assert shop.send(*signed(event)).status == 200


def test_an_event_is_believed_for_half_a_minute(
    paid_in_browser: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = paid_in_browser
    hear_when_the_hold_lapsed(shop, monkeypatch, seconds=30)
    assert shop.status == ("authorized", "canceled")


def test_a_late_event_is_not_believed(
    paid_in_browser: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = paid_in_browser
    hear_when_the_hold_lapsed(shop, monkeypatch, seconds=31)
    assert shop.status == ("failed", "canceled")
    assert shop.announced == "payment:failed"


def test_a_late_event_that_is_still_true_counts(paid_in_browser: Shop) -> None:
    paid_in_browser.hear("amount_capturable_updated", **LATE)
    assert paid_in_browser.status == ("authorized", "requires_capture")


def test_a_late_event_of_an_intent_that_went_back_changes_nothing(shop: Shop) -> None:
    shop.pay()
    intent = shop.stripe.intent()
    told = {
        "id": "evt_1",
        "type": "payment_intent.amount_capturable_updated",
        "created": LATE["created"],
        "data": {"object": intent | {"status": "requires_capture", "amount_capturable": 5050}},
    }
    assert shop.send(*signed(told)).status == 200
    assert shop.status == ("pending", "requires_payment_method")


@pytest.mark.parametrize("confirmed", [False, True])
def test_a_hold_that_lapses_fails_the_payment(shop: Shop, *, confirmed: bool) -> None:
    shop.pay(VISA)
    if confirmed:
        shop.stripe.fail("capture")
        assert shop.order_is_confirmed() == [0]
    shop.stripe.lapse()
    assert shop.hear("canceled").status == 200
    assert shop.status == ("failed", "canceled")
    assert shop.announced == "payment:failed"


def test_our_own_cancellation_is_no_failure(shop: Shop) -> None:
    shop.pay(VISA)
    shop.order_is_cancelled()
    before = shop.item
    assert shop.hear("canceled").status == 200
    assert shop.item == before
    assert shop.status == ("voided", "canceled")


def test_a_cancellation_that_stripe_tells_first_closes_the_payment(shop: Shop) -> None:
    shop.pay(VISA)
    shop.stripe.fail("cancel", "drop_after")
    assert shop.order_is_cancelled() == [0]
    assert shop.payment.is_open
    shop.hear("canceled")
    assert not shop.payment.is_open


def test_money_for_a_cancelled_order_is_let_go(shop: Shop) -> None:
    shop.pay()
    shop.stripe.fail("cancel")
    assert shop.order_is_cancelled() == [0]
    shop.stripe.confirm_in_browser()
    assert shop.hear("amount_capturable_updated").status == 200
    assert shop.status == ("voided", "canceled")
    assert shop.announced is None
    assert shop.stripe.captured() == 0


def test_a_stripe_that_is_down_makes_stripe_try_again(shop: Shop) -> None:
    shop.pay()
    shop.stripe.fail("cancel")
    assert shop.order_is_cancelled() == [0]
    shop.stripe.confirm_in_browser()
    shop.stripe.fail("cancel")
    assert problem(shop.hear("amount_capturable_updated")) == (503, "unavailable")
    assert shop.hear("amount_capturable_updated").status == 200
    assert shop.status == ("voided", "canceled")


def test_a_decline_is_counted_and_changes_nothing(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.pay("tok_chargeDeclined")
    before = shop.item
    capsys.readouterr()
    assert shop.hear("payment_failed").status == 200
    assert count_of("PaymentsDeclined", capsys.readouterr().out) == 1
    assert shop.item == before


def test_other_money_than_the_amount_raises_the_alarm(
    paid_in_browser: Shop,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    shop = paid_in_browser
    event = shop.stripe.event("amount_capturable_updated")
    event["data"]["object"]["amount_capturable"] = 4000
    assert shop.send(*signed(event)).status == 200
    assert shop.payment.status == "pending"
    assert "the money is not the amount" in caplog.text
    assert count_of("PaymentsMismatched", capsys.readouterr().out) == 1


@pytest.mark.parametrize(
    "about",
    [
        {"object": "charge", "id": "ch_1"},
        {"object": "payment_intent", "id": "pi_2", "status": "succeeded", "currency": "usd"},
        {
            "object": "payment_intent",
            "id": "pi_2",
            "status": "succeeded",
            "currency": "usd",
            "metadata": {"order_id": "of-another-shop"},
        },
    ],
)
def test_what_is_not_ours_is_received_and_ignored(shop: Shop, about: dict[str, Any]) -> None:
    before = shop.item
    event = {
        "id": "evt_1",
        "type": "payment_intent.succeeded",
        "created": 1,
        "data": {"object": about},
    }
    assert shop.send(*signed(event)).status == 200
    assert shop.item == before


def test_an_intent_that_is_not_the_payments_own_changes_nothing(paid_in_browser: Shop) -> None:
    event = paid_in_browser.stripe.event("amount_capturable_updated")
    event["data"]["object"]["id"] = "pi_other"
    assert paid_in_browser.send(*signed(event)).status == 200
    assert paid_in_browser.payment.status == "pending"


@pytest.mark.parametrize(
    "forge",
    [
        lambda event: signed(event, secret="whsec_other"),
        lambda event: signed(event, age_seconds=301),
        lambda event: (json.dumps(event), {}),
        lambda event: (json.dumps(event) + " ", signed(event)[1]),
        lambda event: (json.dumps(event), {"stripe-signature": f"t={int(time.time())},v1=é"}),
    ],
)
def test_what_is_forged_or_stale_changes_nothing(paid_in_browser: Shop, forge: Any) -> None:
    before = paid_in_browser.item
    body, headers = forge(paid_in_browser.stripe.event("amount_capturable_updated"))
    assert problem(paid_in_browser.send(body, headers)) == (400, "invalid-signature")
    assert paid_in_browser.item == before


@pytest.mark.parametrize("age_seconds", [0, 295])
def test_a_signature_is_good_for_five_minutes(paid_in_browser: Shop, age_seconds: int) -> None:
    event = paid_in_browser.stripe.event("amount_capturable_updated")
    assert paid_in_browser.send(*signed(event, age_seconds=age_seconds)).status == 200
    assert paid_in_browser.payment.status == "authorized"


def test_a_recorded_delivery_is_refused_by_the_state_that_it_finds(shop: Shop) -> None:
    """Within five minutes its signature is good: what was done is not done again."""
    shop.pay()
    shop.stripe.confirm_in_browser()
    delivery = signed(shop.stripe.event("amount_capturable_updated"))
    assert shop.send(*delivery).status == 200
    assert shop.order_is_confirmed() == []
    before = shop.item
    for _ in range(3):
        assert shop.send(*delivery).status == 200
    assert shop.item == before
    assert shop.stripe.captured() == 5050


def test_an_event_of_an_intent_that_our_account_does_not_have_is_refused(shop: Shop) -> None:
    """Signed with our secret, but for another key than the one by which Stripe is asked."""
    shop.pay()
    shop.stripe.confirm_in_browser()
    event = shop.stripe.event("amount_capturable_updated") | LATE
    event["data"]["object"] |= {"id": "pi_elsewhere"}
    before = shop.item
    assert problem(shop.send(*signed(event))) == (400, "invalid-event")
    assert shop.item == before


def test_what_is_signed_but_no_event_is_refused(shop: Shop) -> None:
    assert problem(shop.send(*signed([]))) == (400, "invalid-event")


def raw_event(body: str, headers: dict[str, str], *, encoded: bool) -> dict[str, Any]:
    event = http_event("POST", PATH, body, headers=headers)
    if encoded:
        event |= {"isBase64Encoded": True, "body": base64.b64encode(body.encode()).decode()}
    return event


@pytest.mark.parametrize("encoded", [False, True])
def test_the_signature_covers_the_raw_bytes(paid_in_browser: Shop, *, encoded: bool) -> None:
    event = paid_in_browser.stripe.event("amount_capturable_updated")
    body = json.dumps(event, indent=2, ensure_ascii=False) + "\n"
    sent_at = int(time.time())
    headers = {"stripe-signature": webhook_signature(sent_at, body)}
    answer = webhook.lambda_handler(raw_event(body, headers, encoded=encoded), LambdaContext())
    assert answer["statusCode"] == 200
    assert paid_in_browser.payment.status == "authorized"


def webhook_signature(sent_at: int, body: str) -> str:
    return signature(WEBHOOK_SECRET, sent_at, body.encode())


@pytest.mark.parametrize(("size", "status"), [(200, 200), (300, 413)])
def test_an_event_may_be_larger_than_a_request(shop: Shop, size: int, status: int) -> None:
    event = {"id": "evt_1", "type": "x", "data": {"object": {"text": "x" * size * 1024}}}
    assert shop.send(*signed(event)).status == status

"""Paying over HTTP: every answer of the contract, and what is stored and charged for it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from payments import api
from payments.models import Moved, Payment
from tests.gateway import Gateway
from tests.payments.builders import BUYER, ORDER, OTHER, order_facts
from tests.payments.shop import VISA, Shop, problem

DECLINED, CHALLENGED = "tok_chargeDeclinedInsufficientFunds", "tok_threeDSecureRequired"


def test_a_token_pays_at_once(shop: Shop) -> None:
    answer = shop.pay(VISA)
    assert answer.status == 201
    assert answer.json == {
        "id": shop.payment.id,
        "orderId": ORDER,
        "status": "authorized",
        "clientSecret": None,
    }
    assert shop.status == ("authorized", "requires_capture")
    assert shop.announced == "payment:authorized"
    assert shop.item["outbox"]["correlation_id"] == "request-1"


def test_without_a_token_a_browser_pays(shop: Shop) -> None:
    answer = shop.pay()
    assert (answer.status, answer.json["status"]) == (201, "pending")
    assert answer.json["clientSecret"] == shop.stripe.intent()["client_secret"]
    assert shop.status == ("pending", "requires_payment_method")
    assert shop.announced is None
    shop.stripe.confirm_in_browser()
    assert shop.hear("amount_capturable_updated").status == 200
    assert shop.status == ("authorized", "requires_capture")


def test_the_client_secret_is_not_stored(shop: Shop) -> None:
    secret = shop.pay().json["clientSecret"]
    shop.pay(VISA)
    assert secret not in str(shop.item)


def test_repeating_gives_the_same_payment(shop: Shop) -> None:
    first, second = shop.pay(), shop.pay()
    assert (second.status, second.json) == (first.status, first.json)
    assert len(shop.stripe.intents()) == 1


def test_paying_an_authorized_order_again_is_no_error(shop: Shop) -> None:
    first = shop.pay(VISA)
    for token in (VISA, None):
        again = shop.pay(token)
        assert again.status == 201
        assert again.json == first.json | {"clientSecret": None}
    assert len(shop.stripe.charges()) == 1


def test_a_page_that_asks_again_after_the_buyer_paid_is_told_so(shop: Shop) -> None:
    shop.pay()
    shop.stripe.confirm_in_browser()
    assert shop.pay().json["status"] == "authorized"
    assert shop.announced == "payment:authorized"


def test_a_paid_order_is_not_paid_again(shop: Shop) -> None:
    shop.pay(VISA)
    shop.order_is_confirmed()
    for token in (VISA, None):
        assert problem(shop.pay(token)) == (409, "already-paid")
    assert shop.stripe.captured() == 5050


def test_a_declined_card_leaves_room_for_another(shop: Shop) -> None:
    answer = shop.pay(DECLINED)
    assert problem(answer) == (402, "card-declined")
    assert answer.json["errors"] == [
        {"message": "Your card has insufficient funds.", "field": "token"},
        {"message": "insufficient_funds", "field": "declineCode"},
    ]
    assert shop.status == ("pending", "requires_payment_method")
    assert shop.pay(VISA).json["status"] == "authorized"


def test_a_stolen_card_is_only_declined(shop: Shop) -> None:
    answer = shop.pay("tok_chargeDeclinedStolenCard")
    assert problem(answer) == (402, "card-declined")
    assert "stolen" not in answer.body


def test_a_card_that_needs_its_buyer_is_refused_to_a_server(shop: Shop) -> None:
    answer = shop.pay(CHALLENGED)
    assert problem(answer) == (402, "authentication-required")
    assert answer.json["errors"][0]["field"] == "token"
    assert shop.pay(VISA).json["status"] == "authorized"


def test_a_challenge_that_a_browser_began_can_be_left_for_another_card(shop: Shop) -> None:
    shop.pay()
    shop.stripe.confirm_in_browser("pm_card_threeDSecureRequired")
    assert shop.status == ("pending", "requires_action")
    assert shop.pay(VISA).json["status"] == "authorized"


@pytest.mark.parametrize("token", ["tok_nothing", "pm_nothing", "card_1", "4242424242424242", ""])
def test_what_is_no_token_is_invalid(shop: Shop, token: str) -> None:
    body = {"orderId": ORDER, "token": token}
    answer = Gateway(api.lambda_handler)("POST", "/api/payments", body, user=BUYER)
    assert problem(answer) == (400, "invalid-input")
    assert [error["field"] for error in answer.json["errors"]] == ["token"]
    assert token not in answer.body or not token


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "orderId"),
        ({"orderId": ""}, "orderId"),
        ({"orderId": "x" * 3000}, "orderId"),
        ({"orderId": 7}, "orderId"),
        ({"orderId": ORDER, "amount": 1}, "amount"),
        ({"orderId": ORDER, "token": "tok_" + "x" * 300}, "token"),
    ],
)
def test_bad_input_names_its_field(shop: Shop, body: dict[str, Any], field: str) -> None:
    answer = Gateway(api.lambda_handler)("POST", "/api/payments", body, user=BUYER)
    assert problem(answer) == (400, "invalid-input")
    assert [error["field"] for error in answer.json["errors"]] == [field]


def test_nobody_pays_without_a_session(shop: Shop) -> None:
    assert shop.pay(VISA, user=None).status == 401
    assert shop.show(user=None).status == 401


def test_somebody_elses_order_is_not_there(shop: Shop) -> None:
    assert problem(shop.pay(VISA, user=OTHER)) == (404, "payment-not-found")
    assert problem(shop.show(user=OTHER)) == (404, "payment-not-found")
    assert shop.status == ("pending", None)


def test_an_unknown_order_is_not_there(shop: Shop) -> None:
    call = Gateway(api.lambda_handler)
    answer = call("POST", "/api/payments", {"orderId": "order-2"}, user=BUYER)
    assert problem(answer) == (404, "payment-not-found")
    assert problem(call("GET", "/api/payments/order-2", user=BUYER))[0] == 404


def test_a_buyer_sees_the_payment(shop: Shop) -> None:
    answer = shop.show()
    assert answer.status == 200
    assert answer.json == {
        "id": shop.payment.id,
        "orderId": ORDER,
        "userId": BUYER,
        "status": "pending",
        "price": 50.5,
        "currency": "usd",
        "createdAt": shop.item["created_at"],
        "version": 0,
    }


@pytest.mark.parametrize(
    ("reason", "slug"),
    [("cancelled-by-buyer", "order-cancelled"), ("expired", "order-expired")],
)
def test_a_cancelled_order_is_not_paid(shop: Shop, reason: str, slug: str) -> None:
    shop.order_is_cancelled(cancel_reason=reason)
    assert problem(shop.pay(VISA)) == (409, slug)
    assert shop.show().json["status"] == "voided"
    assert shop.stripe.intents() == []


def test_an_order_whose_time_is_over_is_not_paid(shop: Shop) -> None:
    over = datetime.now(UTC) - timedelta(seconds=3)
    facts = order_facts(order_id="order-2", expires_at=over.isoformat())
    shop.store.expect(facts, api.Cause("request-1", "event-1", over))
    answer = Gateway(api.lambda_handler)(
        "POST", "/api/payments", {"orderId": "order-2", "token": VISA}, user=BUYER
    )
    assert problem(answer) == (409, "order-expired")
    assert shop.stripe.intents() == []


@pytest.mark.parametrize(("amount", "currency"), [(49, "usd"), (10_505, "kwd")])
def test_an_amount_that_cannot_be_charged_is_refused(
    shop: Shop, amount: int, currency: str
) -> None:
    shop.order_is_created(order_id="order-2", amount=amount, currency=currency)
    answer = Gateway(api.lambda_handler)(
        "POST", "/api/payments", {"orderId": "order-2"}, user=BUYER
    )
    assert problem(answer) == (409, "amount-not-chargeable")
    assert "mount" in answer.json["errors"][0]["message"]


def test_a_stripe_that_is_down_is_tried_later(shop: Shop) -> None:
    shop.stripe.arm("create", "error_before", times=3)
    answer = shop.pay(VISA)
    assert problem(answer) == (503, "unavailable")
    assert int(answer.headers["retry-after"]) >= 1
    assert shop.pay(VISA).json["status"] == "authorized"


def test_a_confirmation_without_an_outcome_is_tried_later(shop: Shop) -> None:
    shop.stripe.arm("confirm", "error")
    assert problem(shop.pay(VISA)) == (503, "unavailable")
    assert shop.pay(VISA).json["status"] == "authorized"
    assert len(shop.stripe.charges()) == 1


def test_a_slow_bank_leaves_the_payment_pending(shop: Shop) -> None:
    shop.stripe.hook("/processing", {"times": 1})
    answer = shop.pay(VISA)
    assert (answer.status, answer.json["status"]) == (201, "pending")
    shop.stripe.hook(
        f"/payment_intents/{shop.stripe.intent()['id']}/settle", {"outcome": "succeed"}
    )
    shop.hear("amount_capturable_updated")
    assert shop.status == ("authorized", "requires_capture")


def test_a_challenge_that_stripe_does_not_refuse_is_refused_here(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.pay()
    shop.stripe.confirm_in_browser("pm_card_threeDSecureRequired")
    look = api.gateway().retrieve
    monkeypatch.setattr(api.gateway(), "confirm", lambda intent_id, _token: look(intent_id))
    assert problem(shop.pay(VISA)) == (402, "authentication-required")


def before(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str, action: Any) -> None:
    """Let something happen right before a call."""
    call = getattr(owner, name)

    def late(*arguments: Any, **options: Any) -> Any:
        monkeypatch.setattr(owner, name, call)
        action()
        return call(*arguments, **options)

    monkeypatch.setattr(owner, name, late)


def test_an_order_cancelled_before_the_intent_is_named_leaves_no_intent(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    before(monkeypatch, shop.store, "begin", shop.order_is_cancelled)
    assert problem(shop.pay(VISA)) == (409, "order-cancelled")
    assert shop.status == ("voided", "canceled")


def test_an_order_cancelled_before_the_card_is_tried_lets_go_of_the_money(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cancel_without_stripe() -> None:
        shop.stripe.fail("cancel")
        assert shop.order_is_cancelled() == [0]

    before(monkeypatch, api.gateway(), "confirm", cancel_without_stripe)
    assert problem(shop.pay(VISA)) == (409, "order-cancelled")
    assert shop.status == ("voided", "canceled")
    assert shop.order_is_cancelled() == []


def test_an_order_cancelled_while_the_card_is_tried_is_not_authorized(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    before(monkeypatch, shop.store, "record_authorized", shop.order_is_cancelled)
    assert problem(shop.pay(VISA)) == (409, "order-cancelled")
    assert shop.status == ("voided", "canceled")
    assert shop.announced is None


def test_two_requests_at_once_authorize_once_and_both_succeed(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = []
    before(monkeypatch, shop.store, "begin", lambda: answers.append(shop.pay(VISA)))
    answers.append(shop.pay(VISA))
    assert [answer.status for answer in answers] == [201, 201]
    assert [answer.json["status"] for answer in answers] == ["authorized", "authorized"]
    assert len(shop.stripe.charges()) == len(shop.stripe.intents()) == 1


def test_a_webhook_that_is_faster_than_the_answer_changes_nothing(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = []
    before(
        monkeypatch,
        shop.store,
        "record_authorized",
        lambda: heard.append(shop.hear("amount_capturable_updated")),
    )
    assert shop.pay(VISA).json["status"] == "authorized"
    assert heard[0].status == 200
    assert shop.payment.version == 2


def test_an_intent_that_loses_to_another_is_let_go(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def another() -> Payment:
        return shop.store.begin(shop.payment, "pi_other", api.Cause("r", "r", datetime.now(UTC)))

    before(monkeypatch, shop.store, "begin", another)
    assert problem(shop.pay()) == (503, "unavailable")
    assert shop.stripe.intent()["status"] == "canceled"
    with pytest.raises(Moved):
        another()


def test_an_intent_that_stripe_gave_up_ends_the_payment(shop: Shop) -> None:
    shop.pay()
    shop.stripe.call(f"/v1/payment_intents/{shop.stripe.intent()['id']}/cancel", {})
    assert problem(shop.pay(VISA)) == (409, "order-cancelled")
    assert shop.status == ("failed", "canceled")
    assert shop.announced == "payment:failed"

"""The reconciler: what nobody finished is finished, without webhooks and without events."""

from datetime import UTC, datetime, timedelta

import pytest

from payments import reconciler
from payments.reconciler import QUIET
from payments.stripe_gateway import gateway
from tests.payments.builders import ORDER, a_cause, a_payment
from tests.payments.shop import VISA, Minutes, Shop

pytestmark = pytest.mark.usefixtures("no_quiet")


def reconcile_after(seconds: float, since: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """One run at that moment, which looks at what the product looks at."""
    monkeypatch.setattr(reconciler, "QUIET", QUIET)
    monkeypatch.setattr(reconciler, "now", lambda: since + timedelta(seconds=seconds))
    reconciler.lambda_handler({}, Minutes(4))


def test_without_webhooks_a_payment_is_authorized(shop: Shop) -> None:
    shop.pay()
    shop.stripe.confirm_in_browser()
    shop.reconcile()
    assert shop.status == ("authorized", "requires_capture")
    outbox = shop.item["outbox"]
    assert (outbox["type"], outbox["correlation_id"]) == ("payment:authorized", "request-1")
    assert outbox["causation_id"] == "reconcile:invocation-1"


def test_a_hold_that_lapsed_unheard_fails_the_payment(shop: Shop) -> None:
    shop.pay(VISA)
    shop.stripe.lapse()
    shop.reconcile()
    assert shop.status == ("failed", "canceled")


@pytest.mark.parametrize("token", [None, VISA])
def test_a_payment_that_waits_for_others_is_left_alone(shop: Shop, token: str | None) -> None:
    shop.pay(token)
    before = shop.item
    shop.reconcile()
    assert shop.item == before


@pytest.mark.parametrize(("seconds", "status"), [(59.999, "pending"), (60, "authorized")])
def test_a_payment_that_was_busy_in_the_last_minute_is_left_alone(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, seconds: float, status: str
) -> None:
    shop.pay()
    shop.stripe.confirm_in_browser()
    changed_at = datetime.fromisoformat(shop.item["updated_at"])
    reconcile_after(seconds, changed_at, monkeypatch)
    assert shop.payment.status == status


def test_one_that_fails_does_not_keep_the_others(shop: Shop) -> None:
    for order_id in ("order-2", "order-3"):
        shop.order_is_created(order_id=order_id)
        payment = shop.store.payment(order_id)
        intent = gateway().create(payment)
        shop.store.begin(payment, intent.id, a_cause(datetime.now(UTC)))
        gateway().confirm(intent.id, VISA)
    shop.stripe.arm("retrieve", "error_before", times=3)
    shop.reconcile()
    statuses = [shop.store.payment(order_id).status for order_id in ("order-2", "order-3")]
    assert sorted(statuses) == ["authorized", "pending"]
    shop.reconcile()
    assert shop.store.payment("order-2").status == shop.store.payment("order-3").status


def test_a_run_without_time_leaves_the_rest_to_the_next(shop: Shop) -> None:
    shop.pay()
    shop.stripe.confirm_in_browser()
    reconciler.lambda_handler({}, Minutes(0.3))
    assert shop.payment.status == "pending"


def test_a_run_that_used_up_its_time_leaves_strays_to_the_next(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    stray()
    shop.order_is_cancelled()
    shop.order_is_created(order_id="order-2")
    shop.store.begin(shop.store.payment("order-2"), "pi_2", a_cause(datetime.now(UTC)))
    run = Minutes(4)
    monkeypatch.setattr(reconciler, "reconcile", lambda *_: setattr(run, "left", 0.3))
    reconciler.lambda_handler({}, run)
    assert shop.stripe.intent()["status"] == "requires_payment_method"


def test_a_search_for_strays_ends_before_the_run(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[float] = []
    monkeypatch.setattr(gateway(), "within", given.append)
    for minutes in (4, 0.5):
        reconciler.lambda_handler({}, Minutes(minutes))
    assert given == [reconciler.LISTING_PATIENCE, 30 - reconciler.LAST_SECONDS]


def test_a_run_begins_with_the_payment_that_waited_longest(shop: Shop) -> None:
    """Those of one shard, however many, do not keep the others from being looked at."""
    now, order_ids = datetime.now(UTC), [f"order-{number}" for number in range(8)]
    for number, order_id in enumerate(order_ids):
        shop.order_is_created(order_id=order_id)
        began = now + timedelta(seconds=number)
        shop.store.begin(shop.store.payment(order_id), f"pi_{order_id}", a_cause(began))
    waiting = shop.store.open_before(now + timedelta(minutes=1))
    assert [payment.order_id for payment in waiting] == order_ids


# Strays


def stray(order_id: str = ORDER) -> None:
    """An intent that was made for the order and whose maker crashed before naming it."""
    gateway().create(a_payment(order_id=order_id))


def test_an_intent_that_no_payment_names_is_canceled_with_its_order(shop: Shop) -> None:
    stray()
    shop.order_is_cancelled()
    shop.reconcile()
    assert shop.stripe.intent()["status"] == "canceled"


@pytest.mark.parametrize(
    ("seconds", "status"), [(59.999, "requires_payment_method"), (60, "canceled")]
)
def test_an_intent_of_the_last_minute_is_left_alone(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, seconds: float, status: str
) -> None:
    stray()
    shop.order_is_cancelled()
    created_at = datetime.fromtimestamp(shop.stripe.intent()["created"], UTC)
    reconcile_after(seconds, created_at, monkeypatch)
    assert shop.stripe.intent()["status"] == status


def test_an_intent_that_can_still_be_named_is_left_alone(shop: Shop) -> None:
    gateway().create(shop.payment)
    shop.reconcile()
    assert shop.stripe.intent()["status"] == "requires_payment_method"
    assert shop.pay(VISA).status == 201
    assert shop.status == ("authorized", "requires_capture")


def test_a_stray_intent_beside_the_payments_own_is_canceled(shop: Shop) -> None:
    own = shop.pay(VISA)
    metadata = {"metadata[order_id]": ORDER}
    other = shop.stripe.call(
        "/v1/payment_intents", {"amount": "5050", "currency": "usd", **metadata}
    )
    shop.reconcile()
    found = {intent["id"]: intent["status"] for intent in shop.stripe.intents()}
    assert found.pop(other["id"]) == "canceled"
    assert list(found.values()) == ["requires_capture"]
    assert own.json["status"] == "authorized"


def test_what_is_not_ours_or_not_known_is_left_alone(shop: Shop) -> None:
    shop.stripe.call("/v1/payment_intents", {"amount": "5050", "currency": "usd"})
    stray("of-another-stage")
    shop.reconcile()
    assert {intent["status"] for intent in shop.stripe.intents()} == {"requires_payment_method"}


def test_a_stray_that_cannot_be_canceled_does_not_keep_the_others(shop: Shop) -> None:
    for order_id in ("order-2", "order-3"):
        stray(order_id)
        shop.order_is_cancelled(order_id=order_id)
    shop.stripe.fail("cancel")
    shop.reconcile()
    statuses = [intent["status"] for intent in shop.stripe.intents()]
    assert statuses == ["requires_payment_method", "canceled"]


def test_a_search_for_strays_is_bounded(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconciler, "MAX_INTENTS", 1)
    for order_id in ("order-2", "order-3"):
        stray(order_id)
        shop.order_is_cancelled(order_id=order_id)
    shop.reconcile()
    statuses = [intent["status"] for intent in shop.stripe.intents()]
    assert statuses == ["canceled", "requires_payment_method"]


def test_old_intents_are_not_searched(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    stray()
    shop.order_is_cancelled()
    later = datetime.now(UTC) + reconciler.STRAYS_SINCE + timedelta(minutes=1)
    monkeypatch.setattr(reconciler, "now", lambda: later)
    shop.reconcile()
    assert shop.stripe.intent()["status"] == "requires_payment_method"

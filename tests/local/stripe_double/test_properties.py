"""Whatever is done to payments, in any order, the books stay right."""

import contextlib

from hypothesis import given, settings
from hypothesis import strategies as st

from cdk.local.stripe_double.errors import StripeError
from cdk.local.stripe_double.statuses import Status
from tests.local.stripe_double.desk import Desk

FINAL = {Status.SUCCEEDED, Status.CANCELED}
METHODS = ("pm_card_visa", "pm_card_chargeDeclined", "pm_card_threeDSecure2Required")

steps = st.one_of(
    st.tuples(st.just("payment_intents.confirm"), st.sampled_from(METHODS)),
    st.tuples(st.just("payment_intents.capture"), st.integers(1, 2500)),
    st.tuples(st.just("payment_intents.cancel"), st.none()),
    st.tuples(st.just("refunds.create"), st.integers(1, 2500)),
)
NAMES_OF_ARGUMENTS = {
    "payment_intents.confirm": "payment_method",
    "payment_intents.capture": "amount_to_capture",
    "refunds.create": "amount",
}


@settings(max_examples=150)
@given(st.sampled_from(["manual", "automatic"]), st.lists(steps, max_size=12))
def test_money_is_taken_once_and_given_back_at_most_once(
    capture_method: str, todo: list[tuple[str, str | int | None]]
) -> None:
    desk = Desk()
    intent = desk.create(capture_method=capture_method)
    before = desk.stored(intent)
    for name, argument in todo:
        form = {} if argument is None else {NAMES_OF_ARGUMENTS[name]: str(argument)}
        item_id = intent["id"]
        if name == "refunds.create":
            form, item_id = form | {"payment_intent": intent["id"]}, ""
        with contextlib.suppress(StripeError):
            desk.perform(name, form, item_id)
        now = desk.stored(intent)
        if before.status in FINAL:
            assert now.status == before.status
            assert now.amount_received == before.amount_received
        assert now.amount_received + now.amount_capturable <= now.amount
        assert now.amount_received <= (before.amount_capturable or before.amount)
        before = now
    refunds = desk.perform("refunds.list", {"limit": "100"})["data"]
    assert sum(refund["amount"] for refund in refunds) <= before.amount_received
    kinds = desk.events()
    assert kinds.count("payment_intent.succeeded") == (before.status is Status.SUCCEEDED)
    assert kinds.count("payment_intent.canceled") == (before.status is Status.CANCELED)
    assert kinds.count("charge.refunded") >= len(refunds)

"""A purchase from sign-up to the captured money, and every way in which it comes to nothing."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from tests.journeys.people import Person, eventually
from tests.journeys.stripe_account import StripeAccount

pytestmark = pytest.mark.journey

type SignUp = Callable[[], Person]


def test_a_ticket_is_bought_and_captured_once(
    seller: Person, buyer: Person, stripe_account: StripeAccount
) -> None:
    ticket = seller.lists(price="49.50", venue="Wembley Arena", startsAt="2027-06-01T20:00:00Z")
    order = buyer.reserves(ticket)
    assert (order["status"], order["ticket"]["price"]) == ("created", 49.5)
    payment = buyer.pays(order)
    assert (payment.status_code, payment.json()["orderId"]) == (201, order["id"])
    buyer.sees_order(order, "complete")
    sold = seller.sees_ticket(ticket, "sold")
    assert sold["orderId"] == order["id"]
    intent = stripe_account.only_intent_of(order)
    assert (intent.status, intent.amount_received, intent.currency) == ("succeeded", 4950, "usd")
    assert stripe_account.captures_of(intent) == 1
    assert buyer.payment(order)["status"] == "captured"


def test_a_declined_card_costs_nothing_and_another_one_works(
    seller: Person, buyer: Person, stripe_account: StripeAccount
) -> None:
    order = buyer.reserves(seller.lists())
    declined = buyer.pays(order, "tok_chargeDeclined")
    assert declined.status_code == 402
    assert declined.headers["content-type"] == "application/problem+json"
    assert buyer.order(order)["status"] == "created"
    assert buyer.pays(order, "tok_visa").status_code == 201
    buyer.sees_order(order, "complete")
    assert stripe_account.captures_of(stripe_account.only_intent_of(order)) == 1


def test_paying_twice_pays_once(
    seller: Person, buyer: Person, stripe_account: StripeAccount
) -> None:
    order = buyer.reserves(seller.lists())
    assert buyer.pays(order).status_code == 201
    assert buyer.pays(order).status_code in {201, 409}
    buyer.sees_order(order, "complete")
    assert buyer.payment(order)["status"] == "captured"
    late = buyer.pays(order)
    assert late.status_code == 409
    assert stripe_account.captures_of(stripe_account.only_intent_of(order)) == 1


def test_a_browser_confirms_with_stripe_and_the_webhook_tells(
    seller: Person, buyer: Person, stripe_account: StripeAccount
) -> None:
    order = buyer.reserves(seller.lists())
    payment = buyer.pays(order, token=None).json()
    assert (payment["status"], bool(payment["clientSecret"])) == ("pending", True)
    stripe_account.confirms_in_the_browser(payment["clientSecret"])
    buyer.sees_order(order, "complete")
    assert stripe_account.captures_of(stripe_account.only_intent_of(order)) == 1


def test_a_cancelled_order_frees_its_ticket_and_voids_its_payment(
    seller: Person, buyer: Person, sign_up: SignUp, stripe_account: StripeAccount
) -> None:
    ticket = seller.lists()
    order = buyer.reserves(ticket)
    buyer.pays(order, token=None)
    seller.sees_ticket(ticket, "reserved")
    assert buyer.http.delete(f"/api/orders/{order['id']}").status_code == 204
    assert buyer.order(order)["cancelReason"] == "cancelled-by-buyer"
    seller.sees_ticket(ticket, "available")
    eventually(
        lambda: stripe_account.only_intent_of(order).status, lambda status: status == "canceled"
    )
    assert buyer.payment(order)["status"] == "voided"
    assert buyer.pays(order).status_code == 409
    assert sign_up().reserves(ticket)["status"] == "created"


def test_an_unpaid_order_expires_and_its_ticket_is_free_again(
    seller: Person, buyer: Person
) -> None:
    ticket = seller.lists()
    order = buyer.reserves(ticket)
    seller.sees_ticket(ticket, "reserved")
    buyer.sees_order(order, "cancelled", within=30)
    seller.sees_ticket(ticket, "available")
    ended = buyer.order(order)
    assert ended["cancelReason"] == "expired"


def test_a_payment_after_the_expiry_is_voided_and_never_captured(
    seller: Person, buyer: Person, stripe_account: StripeAccount
) -> None:
    order = buyer.reserves(seller.lists())
    secret = buyer.pays(order, token=None).json()["clientSecret"]
    with stripe_account.deaf():
        buyer.sees_order(order, "cancelled", within=30)
        stripe_account.confirms_in_the_browser(secret)
    eventually(
        lambda: stripe_account.only_intent_of(order).status, lambda status: status == "canceled"
    )
    intent = stripe_account.only_intent_of(order)
    assert (intent.amount_received, stripe_account.captures_of(intent)) == (0, 0)
    assert buyer.order(order)["status"] == "cancelled"


def test_an_edited_price_reaches_the_buyer_or_is_refused(seller: Person, buyer: Person) -> None:
    ticket = seller.lists(price=20)
    edited = seller.http.put(
        f"/api/tickets/{ticket['id']}",
        json={"title": "Nick Cave", "price": 30},
        headers={"If-Match": f'"{ticket["version"]}"'},
    )
    assert (edited.status_code, edited.json()["version"]) == (200, ticket["version"] + 1)
    refused = eventually(
        lambda: buyer.tries_to_reserve(ticket, price=25),
        lambda answer: answer.json()["type"] == "price-changed",
    )
    assert refused.status_code == 409
    order = eventually(
        lambda: buyer.tries_to_reserve(ticket, price=30), lambda answer: answer.status_code == 201
    ).json()
    assert order["ticket"]["price"] == 30


def test_a_withdrawn_ticket_cannot_be_reserved(seller: Person, buyer: Person) -> None:
    ticket = seller.lists()
    first = buyer.reserves(ticket)
    seller.sees_ticket(ticket, "reserved")
    buyer.http.delete(f"/api/orders/{first['id']}")
    seller.sees_ticket(ticket, "available")
    for _ in range(2):
        assert seller.http.delete(f"/api/tickets/{ticket['id']}").status_code == 204
    refused = eventually(
        lambda: buyer.tries_to_reserve(ticket),
        lambda answer: answer.status_code == 409 or cancels(buyer, answer),
    )
    assert refused.json()["type"] == "ticket-withdrawn"


def cancels(buyer: Person, reserved: Any) -> bool:
    """Give back a ticket that was reserved before the withdrawal had arrived; False to go on."""
    buyer.http.delete(f"/api/orders/{reserved.json()['id']}")
    return False


def test_one_key_makes_one_order(seller: Person, buyer: Person) -> None:
    ticket = seller.lists()
    buyer.http.delete(f"/api/orders/{buyer.reserves(ticket)['id']}")
    body, headers = {"ticketId": ticket["id"]}, {"Idempotency-Key": ticket["id"]}
    first = buyer.http.post("/api/orders", json=body, headers=headers)
    again = buyer.http.post("/api/orders", json=body, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again.headers["idempotent-replayed"] == "true"
    other = {"ticketId": ticket["id"], "price": 1}
    assert buyer.http.post("/api/orders", json=other, headers=headers).status_code == 422


def test_a_reservation_lasts_as_long_as_it_says(
    seller: Person, buyer: Person, reservation_seconds: int
) -> None:
    order = buyer.reserves(seller.lists())
    lasts = datetime.fromisoformat(order["expiresAt"]) - datetime.fromisoformat(order["createdAt"])
    assert 0 <= lasts.total_seconds() - reservation_seconds <= 1

"""Callers at the same moment find one consistent account."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.local.stripe_double.conftest import Running

CALLERS = 16
CARD = {"payment_method": "pm_card_visa"}
CREATE = {
    "amount": "2000",
    "currency": "usd",
    "capture_method": "manual",
    "payment_method_types[]": "card",
}


def test_one_of_capture_and_cancel_wins(double: Running) -> None:
    with ThreadPoolExecutor(CALLERS) as callers:
        for _ in range(5):
            intent = double.http.post("/v1/payment_intents", data=CREATE).json()
            url = f"/v1/payment_intents/{intent['id']}"
            double.http.post(f"{url}/confirm", data=CARD)
            urls = [f"{url}/capture", f"{url}/cancel"] * (CALLERS // 2)
            answers = list(callers.map(double.http.post, urls))
            assert Counter(answer.status_code for answer in answers)[200] == 1
            winner = next(answer for answer in answers if answer.status_code == 200)
            assert double.http.get(url).json()["status"] == winner.json()["status"]


def test_one_key_makes_one_intent(double: Running) -> None:
    headers = {"Idempotency-Key": "order-1"}

    def create(_caller: int) -> httpx.Response:
        return double.http.post("/v1/payment_intents", data=CREATE, headers=headers)

    with ThreadPoolExecutor(CALLERS) as callers:
        answers = list(callers.map(create, range(CALLERS)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert sum("Idempotent-Replayed" not in answer.headers for answer in answers) == 1
    assert len(double.http.get("/v1/payment_intents").json()["data"]) == 1


def test_refunds_at_once_never_exceed_the_capture(double: Running) -> None:
    form = CREATE | CARD | {"confirm": "true", "capture_method": "automatic"}
    intent = double.http.post("/v1/payment_intents", data=form).json()
    refund = {"payment_intent": intent["id"], "amount": "600"}
    with ThreadPoolExecutor(CALLERS) as callers:
        answers = list(
            callers.map(lambda _: double.http.post("/v1/refunds", data=refund), range(CALLERS))
        )
    assert Counter(answer.status_code for answer in answers) == {200: 3, 400: CALLERS - 3}

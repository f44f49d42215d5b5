"""The account at the Stripe double, seen through Stripe's SDK and the double's hooks."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import stripe

PUBLISHABLE_KEY = "pk_test_local"


class StripeAccount:
    """What was authorized, captured and voided."""

    def __init__(self, url: str, key: str) -> None:
        self._client = stripe.StripeClient(key, base_addresses={"api": url})
        self._http = httpx.Client(base_url=url, timeout=30)

    def close(self) -> None:
        self._http.close()

    def intents(self) -> list[stripe.PaymentIntent]:
        """Every PaymentIntent that was ever made."""
        return list(self._client.v1.payment_intents.list({"limit": 100}).auto_paging_iter())

    def refunds(self) -> list[stripe.Refund]:
        """Every refund that was ever made."""
        return list(self._client.v1.refunds.list({"limit": 100}).auto_paging_iter())

    def intents_of(self, order: dict[str, Any]) -> list[stripe.PaymentIntent]:
        """Every PaymentIntent that was ever made for an order."""
        return [each for each in self.intents() if order["id"] in each.metadata.to_dict().values()]

    def only_intent_of(self, order: dict[str, Any]) -> stripe.PaymentIntent:
        intents = self.intents_of(order)
        assert len(intents) == 1, intents
        return intents[0]

    def captures_of(self, intent: stripe.PaymentIntent) -> int:
        """How often money was taken."""
        found = self._http.get(
            "/_double/events", params={"type": "payment_intent.succeeded", "object": intent.id}
        )
        return len(found.json()["data"])

    def confirms_in_the_browser(self, client_secret: str, *, may_fail: bool = False) -> int:
        """Confirm as Stripe's script does, with a good card; returns Stripe's status."""
        intent_id = client_secret.split("_secret_", maxsplit=1)[0]
        answer = self._http.post(
            f"/v1/payment_intents/{intent_id}/confirm",
            data={"client_secret": client_secret, "payment_method": "pm_card_visa"},
            headers={"Authorization": f"Bearer {PUBLISHABLE_KEY}"},
        )
        assert may_fail or answer.status_code == 200, answer.text
        return answer.status_code

    @contextmanager
    def deaf(self) -> Iterator[None]:
        """Nothing that the service asks of Stripe about cancelling succeeds meanwhile."""
        fault = {"operation": "payment_intents.cancel", "kind": "error_before", "times": 1000}
        self.hook("POST", "faults", fault)
        try:
            yield
        finally:
            self.hook("DELETE", "faults")

    def hook(self, method: str, path: str = "", body: Any = None) -> Any:
        answer = self._http.request(method, f"/_double/{path}".rstrip("/"), json=body)
        assert answer.is_success, answer.text
        return answer.json()

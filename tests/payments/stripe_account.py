"""The account at Stripe as a test sees it: the double behind a socket, and its levers."""

import json
import time
from typing import Any, NamedTuple, cast

import httpx

from cdk.local.stripe_double.signing import signature

API_KEY, WEBHOOK_SECRET = "sk_test_double", "whsec_now"
ATTEMPTS = 3
"""How often one call is made before its outcome is unknown."""

MONEY_EVENTS = (
    "payment_intent.amount_capturable_updated",
    "payment_intent.succeeded",
    "payment_intent.canceled",
    "payment_intent.payment_failed",
)


class StripeAccount(NamedTuple):
    """The running double."""

    url: str
    http: httpx.Client

    def call(self, path: str, form: dict[str, str] | None = None) -> Any:
        """The answer to a request with the secret key; raises for any error."""
        answer = self.http.request("GET" if form is None else "POST", path, data=form)
        return answer.raise_for_status().json()

    def hook(self, path: str, body: object = None, method: str = "POST") -> Any:
        answer = self.http.request(method, f"/_double{path}", json=body)
        return answer.raise_for_status().json()

    def intents(self) -> list[dict[str, Any]]:
        """All of them, newest first."""
        return cast("list[dict[str, Any]]", self.call("/v1/payment_intents?limit=100")["data"])

    def intent(self) -> dict[str, Any]:
        """The only one."""
        (intent,) = self.intents()
        return intent

    def charges(self) -> list[dict[str, Any]]:
        return cast("list[dict[str, Any]]", self.call("/v1/charges?limit=100")["data"])

    def captured(self) -> int:
        """All the money taken and not given back."""
        return sum(
            charge["amount_captured"] - (charge["amount_refunded"] if charge["captured"] else 0)
            for charge in self.charges()
        )

    def confirm_in_browser(self, method: str = "pm_card_visa") -> None:
        """The buyer pays the only intent on the page."""
        intent = self.intent()
        form = {"client_secret": intent["client_secret"], "payment_method": method}
        headers = {"Authorization": "Bearer pk_test_page"}
        path = f"/v1/payment_intents/{intent['id']}/confirm"
        self.http.post(path, data=form, headers=headers).raise_for_status()

    def arm(self, operation: str, kind: str, times: int = 1) -> None:
        """Let the next calls of `payment_intents.<operation>` fail."""
        name = operation if "." in operation else f"payment_intents.{operation}"
        self.hook("/faults", {"operation": name, "kind": kind, "times": times})

    def fail(self, operation: str, kind: str = "error_before") -> None:
        """Let all attempts of the next call fail, and looking for its outcome too."""
        self.arm(operation, kind, ATTEMPTS)
        self.arm("retrieve", "error_before", ATTEMPTS)

    def lapse(self) -> None:
        """The bank lets go of the only intent's money."""
        self.hook(f"/payment_intents/{self.intent()['id']}/expire")

    def events(self) -> list[dict[str, Any]]:
        """What a webhook is told of intents, oldest first."""
        found = self.hook("/events", method="GET")["data"]
        return [event for event in reversed(found) if event["type"] in MONEY_EVENTS]

    def event(self, kind: str) -> dict[str, Any]:
        """The only event `payment_intent.<kind>`."""
        (event,) = [each for each in self.events() if each["type"] == f"payment_intent.{kind}"]
        return event


def signed(
    event: object, *, secret: str = WEBHOOK_SECRET, age_seconds: int = 0
) -> tuple[str, dict[str, str]]:
    """A webhook's body and headers."""
    body = json.dumps(event)
    sent_at = int(time.time()) - age_seconds
    return body, {"stripe-signature": signature(secret, sent_at, body.encode())}

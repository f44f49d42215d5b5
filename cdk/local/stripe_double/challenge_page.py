"""The bank's page for a payment that wants authentication: two buttons, and the way back."""

from urllib.parse import urlencode

from cdk.local.stripe_double.intents import PaymentIntent
from cdk.local.stripe_double.statuses import Status

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>3-D Secure test page</title>
<h1>3-D Secure test page</h1>
<p>The bank wants to know whether this payment is yours.</p>
<form method="post">
<button name="outcome" value="succeed">Complete authentication</button>
<button name="outcome" value="fail">Fail authentication</button>
</form>
</html>
"""


def way_back(challenged: PaymentIntent, answered: PaymentIntent) -> str | None:
    """Where the buyer goes once the challenge is answered; None without a `return_url`."""
    redirect = (challenged.next_action or {}).get("redirect_to_url")
    if redirect is None:
        return None
    failed = answered.status is Status.REQUIRES_PAYMENT_METHOD
    query = urlencode(
        {
            "payment_intent": answered.id,
            "payment_intent_client_secret": answered.client_secret,
            "redirect_status": "failed" if failed else "succeeded",
        }
    )
    url: str = redirect["return_url"]
    return f"{url}{'&' if '?' in url else '?'}{query}"

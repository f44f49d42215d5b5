"""Which payment methods an intent accepts, and what that asks of whoever confirms it."""

from enum import StrEnum

from cdk.local.stripe_double.errors import InvalidRequest, JsonObject, Unsupported
from cdk.local.stripe_double.intents import PaymentIntent
from cdk.local.stripe_double.network import Confirmation
from cdk.local.stripe_double.params import Params


class Redirects(StrEnum):
    """Whether payment methods may lead the buyer away from the page."""

    ALWAYS = "always"
    NEVER = "never"


def read_accepted(params: Params) -> JsonObject | None:
    """What `automatic_payment_methods` will show; None if the types are listed instead."""
    types = params.texts("payment_method_types")
    if any(kind != "card" for kind in types):
        what = "payment methods other than cards"
        raise Unsupported(what, "payment_method_types")
    section = params.section("automatic_payment_methods")
    if section is None:
        return None if types else _automatic(Redirects.ALWAYS)
    redirects = section.choice("allow_redirects", Redirects) or Redirects.ALWAYS
    enabled = section.given("enabled", section.flag("enabled"))
    if enabled and types:
        msg = "You cannot enable `automatic_payment_methods` and specify `payment_method_types`."
        raise InvalidRequest(msg)
    return _automatic(redirects) if enabled else None


def _automatic(redirects: Redirects) -> JsonObject:
    return {"allow_redirects": redirects, "enabled": True}


def require_return_url(intent: PaymentIntent, how: Confirmation, *, publishable: bool) -> None:
    """Stripe's trap for servers: methods that may redirect need somewhere to come back to."""
    automatic = intent.automatic_payment_methods
    if publishable or how.return_url or automatic is None:
        return
    if automatic["allow_redirects"] == Redirects.ALWAYS:
        msg = (
            "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. "
            "Some of them might redirect your customer, so you must provide a `return_url`, or set "
            "`automatic_payment_methods[allow_redirects]` to `never`."
        )
        raise InvalidRequest(msg)

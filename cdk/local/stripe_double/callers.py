"""Who calls: the secret key may do everything, a publishable key what a payment page needs."""

from cdk.local.stripe_double.errors import Unauthenticated
from cdk.local.stripe_double.form import Form

PUBLISHABLE = "pk_test_"


def is_publishable(authorization: str | None, form: Form, api_key: str) -> bool:
    """Whether the caller's key is a publishable one; raises Unauthenticated unless it is valid.

    The key comes as Bearer token or, from a browser, as the parameter `key`.
    """
    scheme, _, token = (authorization or "").partition(" ")
    key = token.strip() if scheme.lower() == "bearer" else form.get("key")
    if not isinstance(key, str) or not key:
        msg = "You did not provide an API key."
        raise Unauthenticated(msg)
    if key.startswith(PUBLISHABLE):
        return True
    if key != api_key:
        msg = f"Invalid API Key provided: {key[:8]}****{key[-4:]}"
        raise Unauthenticated(msg, code="invalid_api_key")
    return False


def refuse_publishable() -> Unauthenticated:
    """The refusal of an operation that only a secret key may call."""
    msg = "This API call cannot be made with a publishable API key. Please use a secret API key."
    return Unauthenticated(msg, code="secret_key_required")

"""What the web client is told by its environment, read once."""

import os
from functools import cache
from typing import NamedTuple
from urllib.parse import urlsplit


class Settings(NamedTuple):
    """Where the web client runs, and whom it talks to; URLs without a slash at the end."""

    api_url: str
    """The API as the function reaches it: `/api/...` follows."""
    site_url: str
    """The one address of the site as browsers reach it, for links that leave it."""
    stripe_js_url: str
    stripe_publishable_key: str
    default_currency: str

    @property
    def is_secure(self) -> bool:
        """Whether the site is on HTTPS."""
        return self.site_url.startswith("https:")

    @property
    def refresh_cookie(self) -> str:
        """What the cookie with the refresh token is called."""
        return "__Host-refresh" if self.is_secure else "refresh"

    @property
    def stripe_origin(self) -> str:
        """`https://host:port` of where Stripe's script is."""
        parts = urlsplit(self.stripe_js_url)
        return f"{parts.scheme}://{parts.netloc}"


@cache
def settings() -> Settings:
    """Raises KeyError for a variable that is missing."""
    return Settings(
        api_url=os.environ["API_URL"].rstrip("/"),
        site_url=os.environ["SITE_URL"].rstrip("/"),
        stripe_js_url=os.environ["STRIPE_JS_URL"],
        stripe_publishable_key=os.environ["STRIPE_PUBLISHABLE_KEY"],
        default_currency=os.environ["DEFAULT_CURRENCY"],
    )

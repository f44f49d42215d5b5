"""What protects visitors: where a link leads, and what a page may load."""

import re

from web.settings import Settings

INSIDE = re.compile(r"/(?!/)[!-[\]-~]{0,500}")
"""A path of this site, without a backslash: a second slash, or what a browser takes for one, would
leave it. All of ours are ASCII, as a `Location` has to be."""

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin-allow-popups",
    "Cross-Origin-Resource-Policy": "same-origin",
}
TWO_YEARS = "max-age=63072000"

STRIPE = "https://js.stripe.com"
STRIPE_SCRIPTS = f"{STRIPE} https://*.js.stripe.com"
STRIPE_FRAMES = f"{STRIPE_SCRIPTS} https://hooks.stripe.com"
STRIPE_CALLS = "https://api.stripe.com"
STRIPE_IMAGES = "https://*.stripe.com"
"""https://docs.stripe.com/security/guide#content-security-policy."""


def inside(target: str) -> str:
    """`target` if it is a path of this site, or where the site begins."""
    return target if INSIDE.fullmatch(target) else "/"


def security_headers(settings: Settings, *, paying: bool) -> dict[str, str]:
    """Those of every page; one where people pay may load Stripe, and no other one."""
    wallet = f'(self "{settings.stripe_origin}")' if paying else "()"
    headers = {
        **ALWAYS,
        "Content-Security-Policy": policy(settings, paying=paying),
        "Permissions-Policy": f"camera=(), geolocation=(), microphone=(), payment={wallet}",
    }
    if settings.is_secure:
        headers["Strict-Transport-Security"] = TWO_YEARS
    return headers


def policy(settings: Settings, *, paying: bool) -> str:
    """The Content-Security-Policy: nothing inline, nothing foreign but Stripe."""
    sources = {
        "default-src": "'none'",
        "base-uri": "'none'",
        "connect-src": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "img-src": "'self'",
        "script-src": "'self'",
        "style-src": "'self'",
    }
    if paying:
        for directive, allowed in stripe_sources(settings.stripe_origin).items():
            sources[directive] = f"{sources.get(directive, '')} {allowed}".strip()
    if settings.is_secure:
        sources["upgrade-insecure-requests"] = ""
    return "; ".join(f"{name} {allowed}".strip() for name, allowed in sources.items())


def stripe_sources(stripe: str) -> dict[str, str]:
    """What Stripe.js loads: its own hosts, or all of it from where a double of it is."""
    if stripe != STRIPE:
        return dict.fromkeys(("connect-src", "frame-src", "img-src", "script-src"), stripe)
    return {
        "connect-src": STRIPE_CALLS,
        "frame-src": STRIPE_FRAMES,
        "img-src": STRIPE_IMAGES,
        "script-src": STRIPE_SCRIPTS,
    }

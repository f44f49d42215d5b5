"""Where a link may lead, and what a page where people pay may load."""

import pytest

from web.protection import inside, policy, security_headers
from web.settings import Settings

STRIPE = Settings("", "https://tickets.example", "https://js.stripe.com/v3/", "pk_1", "usd")
DOUBLE = STRIPE._replace(stripe_js_url="http://127.0.0.1:9/js/stripe.js")


@pytest.mark.parametrize("target", ["/", "/orders/1", "/?cursor=a%2Fb&x=//y", "/tickets/%C3%A9"])
def test_a_path_of_this_site_is_inside(target: str) -> None:
    assert inside(target) == target


@pytest.mark.parametrize(
    "target",
    [
        "",
        "orders",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/a\\b",
        "/a b",
        "/a\nb",
        "https://evil.example/",
        "javascript:alert(1)",
        " /orders",
        "/tickets/é",
        "/" + "a" * 600,
    ],
)
def test_anything_else_is_not(target: str) -> None:
    assert inside(target) == "/"


def test_a_page_where_people_pay_may_load_stripe_from_its_own_hosts() -> None:
    found = dict(
        directive.split(" ", 1) for directive in policy(STRIPE, paying=True).split("; ")[:-1]
    )
    assert found["script-src"] == "'self' https://js.stripe.com https://*.js.stripe.com"
    assert found["connect-src"] == "'self' https://api.stripe.com"
    assert "https://hooks.stripe.com" in found["frame-src"]
    assert found["default-src"] == "'none'"


def test_a_double_of_stripe_is_one_origin() -> None:
    found = policy(DOUBLE, paying=True)
    assert "script-src 'self' http://127.0.0.1:9;" in found
    assert "stripe.com" not in found


def test_a_wallet_is_allowed_only_where_people_pay() -> None:
    paying = security_headers(STRIPE, paying=True)["Permissions-Policy"]
    assert 'payment=(self "https://js.stripe.com")' in paying
    assert "payment=()" in security_headers(STRIPE, paying=False)["Permissions-Policy"]

"""What no browser of a visitor sends is refused as such: it is no failure of ours."""

import base64

import pytest

from tests.gateway import LambdaContext, http_event
from tests.web.api import Api
from tests.web.browser import OWN, get, request
from ticketing.errors import Refusal
from ticketing.guard import REFUSALS
from web import pages
from web.failures import UNEXPECTED, failure_page

FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("path", ["/tickets/a.b", "/tickets/" + "x" * 65, "/orders/..", "//"])
def test_what_cannot_be_an_address_is_not_asked_for(api: Api, path: str) -> None:
    assert get(path, user="buyer").status == 404
    assert api.asked == []


@pytest.mark.parametrize(
    ("body", "media_type", "status"),
    [
        ("{}", "application/json", 415),
        ("a=%", "", 415),
        ("&".join(f"f{number}=1" for number in range(50)), FORM, 400),
        ("a=" + "x" * 33_000, FORM, 413),
    ],
)
def test_a_body_that_is_no_form_of_ours_is_refused(body: str, media_type: str, status: int) -> None:
    headers = {**OWN, "content-type": media_type}
    assert request("POST", "/auth/signin", body, headers=headers).status == status


def test_bytes_that_are_no_text_are_refused() -> None:
    event = http_event("POST", "/auth/signin", headers={**OWN, "content-type": FORM})
    event |= {"body": base64.b64encode(b"a=\xff").decode(), "isBase64Encoded": True}
    assert pages.lambda_handler(event, LambdaContext())["statusCode"] == 400


@pytest.mark.parametrize(
    "body", ["a=%FF", "%ED%A0%80=1", "email=a%40x.example&email=b%40x.example"]
)
def test_a_form_of_no_text_or_with_a_field_twice_is_refused(api: Api, body: str) -> None:
    headers = {**OWN, "content-type": FORM}
    assert request("POST", "/auth/signin", body, headers=headers).status == 400
    assert api.asked == []


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.slug)
def test_whatever_the_guard_refuses_has_a_page(refusal: type[Refusal]) -> None:
    page = failure_page(refusal.status)
    assert page.status == refusal.status
    assert page.context["failure"] is not UNEXPECTED


def test_what_is_too_long_is_no_failure_of_ours() -> None:
    assert get("/" + "a" * 600).status == 414
    assert get("/", headers={"x-long": "a" * 9000}).status == 431


def test_a_credential_is_passed_on_byte_by_byte(api: Api) -> None:
    api.says("GET /api/tickets", [])
    assert get("/", headers={"authorization": "Session Δ"}).status == 200
    assert api.asked[0].headers["authorization"].encode("latin-1").decode() == "Session Δ"

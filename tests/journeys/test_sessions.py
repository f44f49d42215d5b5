"""A session over HTTP: how it goes on, and how it ends."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.auth.builders import claims, forge, without
from tests.journeys.people import PASSWORD, Person
from tests.journeys.problems import problem

pytestmark = pytest.mark.journey

type SignUp = Callable[[], Person]


def test_a_session_goes_on_and_two_tabs_at_once_both_do(
    nobody: httpx.Client, sign_up: SignUp
) -> None:
    person = sign_up()
    before = person.http.cookies["refresh"]
    cookie = {"Cookie": f"refresh={before}"}
    with ThreadPoolExecutor(4) as tabs:
        answers = list(
            tabs.map(lambda _: nobody.post("/api/users/refresh", headers=cookie), range(4))
        )
    assert [answer.status_code for answer in answers] == [200] * 4
    assert {answer.json()["id"] for answer in answers} == {person.id}
    (after,) = {answer.cookies["refresh"] for answer in answers}
    assert after != before
    again = nobody.post("/api/users/refresh", json={"refreshToken": after})
    assert again.cookies["refresh"] == after


def test_a_copy_of_a_refresh_token_ends_the_session(
    nobody: httpx.Client,
    sign_up: SignUp,
    aws_client: Callable[[Any], Any],
    endpoints: dict[str, Any],
) -> None:
    first = sign_up().http.cookies["refresh"]

    def refresh(token: str) -> httpx.Response:
        return nobody.post("/api/users/refresh", json={"refreshToken": token})

    second = refresh(first).cookies["refresh"]
    assert {refresh(each).cookies["refresh"] for each in (first, second)} == {second}
    aws_client("dynamodb").update_item(  # A minute passes.
        TableName=endpoints["tables"]["auth"],
        Key={"pk": {"S": f"SESSION#{first.split('.')[0]}"}},
        UpdateExpression="SET replaced_at = :then",
        ExpressionAttributeValues={":then": {"S": "2026-01-01T00:00:00.000Z"}},
    )
    third = refresh(second).cookies["refresh"]
    for token in (first, third):
        assert problem(refresh(token)) == (401, "session-ended")


def test_a_new_password_ends_every_other_session(nobody: httpx.Client, sign_up: SignUp) -> None:
    person = sign_up()
    before = person.http.cookies["refresh"]
    body = {"currentPassword": "not this one", "newPassword": "another horse"}
    assert problem(person.http.post("/api/users/password", json=body)) == (
        400,
        "wrong-password",
    )
    body["currentPassword"] = PASSWORD
    assert person.http.post("/api/users/password", json=body).status_code == 200
    assert person.http.post("/api/users/refresh").status_code == 200
    ended = nobody.post("/api/users/refresh", json={"refreshToken": before})
    assert problem(ended) == (401, "session-ended")
    assert problem(nobody.post("/api/users/password", json=body)) == (401, "not-signed-in")


def test_signing_out_everywhere_ends_every_session(nobody: httpx.Client, sign_up: SignUp) -> None:
    person = sign_up()
    other = nobody.post(
        "/api/users/signin", json={"email": person.email, "password": PASSWORD}
    ).cookies["refresh"]
    mine = person.http.cookies["refresh"]
    out = person.http.post("/api/users/signout", json={"everywhere": True})
    assert (out.status_code, dict(person.http.cookies)) == (200, {})
    nobody.cookies.clear()
    for token in (mine, other):
        ended = nobody.post("/api/users/refresh", json={"refreshToken": token})
        assert problem(ended) == (401, "session-ended")
    again = nobody.post("/api/users/signout", json={"everywhere": True})
    assert problem(again) == (401, "not-signed-in")


@pytest.mark.parametrize("origin", ["https://evil.example", None])
def test_a_cookie_counts_only_in_requests_of_this_site(
    url: str, buyer: Person, origin: str | None
) -> None:
    headers = {"Origin": origin} if origin else {}
    cookies = dict(buyer.http.cookies)
    with httpx.Client(base_url=url, headers=headers, cookies=cookies) as elsewhere:
        assert elsewhere.get("/api/orders").status_code == 200
        for call in ("/api/orders", "/api/users/refresh", "/api/users/signout"):
            assert problem(elsewhere.post(call)) == (403, "cross-site-request")


@pytest.fixture
def keys(aws_client: Callable[[Any], Any]) -> dict[str, str]:
    """Those that sign and verify, as the service has them."""
    found = aws_client("cloudformation").describe_stacks(StackName="ticketing-local-auth")
    outputs = found["Stacks"][0]["Outputs"]
    (arn,) = [one["OutputValue"] for one in outputs if "Keys" in one["OutputKey"]]
    secret = aws_client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"]
    return dict(json.loads(secret))


@pytest.mark.parametrize("header", [{"kid": "current"}, {"alg": "none"}])
def test_a_token_with_the_right_key_and_anything_else_wrong_is_401(
    nobody: httpx.Client, keys: dict[str, str], header: dict[str, Any]
) -> None:
    kid = keys["current"]

    def orders(payload: dict[str, Any], **header: Any) -> httpx.Response:
        token = forge(payload, key=keys[kid], **{"kid": kid} | header)
        return nobody.get("/api/orders", headers={"Authorization": f"Bearer {token}"})

    assert orders(claims()).status_code == 200
    assert problem(orders(claims(), **header)) == (401, "not-signed-in")
    assert problem(orders(without("sid", claims()))) == (401, "not-signed-in")

"""Somebody leaves: nothing of theirs stays open or known, and nobody else loses anything."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.journeys.people import PASSWORD, Person, eventually

pytestmark = pytest.mark.journey

type AwsClient = Callable[[Any], Any]


@pytest.fixture
def leaver(sign_up: Callable[[], Person]) -> Person:
    return sign_up()


@pytest.fixture
def old_token(leaver: Person, url: str) -> Iterator[httpx.Client]:
    """Somebody with the access token that the leaver has now."""
    headers = {"Authorization": f"Bearer {leaver.http.cookies['session']}"}
    with httpx.Client(base_url=url, headers=headers, timeout=30) as http:
        yield http


def erase(person: Person, password: str = PASSWORD) -> httpx.Response:
    return person.http.request("DELETE", "/api/users/me", json={"password": password})


def test_what_is_open_ends_and_what_others_have_stays(
    leaver: Person, seller: Person, buyer: Person, old_token: httpx.Client
) -> None:
    listed = [leaver.lists(f"Concert {number}") for number in range(3)]
    reserved, bought = seller.lists("Reserved"), seller.lists("Bought")
    paid = leaver.reserves(bought)
    leaver.pays(paid)
    leaver.sees_order(paid, "complete")
    order, held = leaver.reserves(reserved), buyer.reserves(listed[0])
    seller.sees_ticket(reserved, "reserved")
    assert erase(leaver).status_code == 204
    for ticket in listed[1:]:
        seller.sees_ticket(ticket, "withdrawn")
    seller.sees_ticket(reserved, "available")
    ended = old_token.get(f"/api/orders/{order['id']}").json()
    assert ended["cancelReason"] == "cancelled-by-buyer"
    assert seller.ticket(bought)["status"] == "sold"
    assert buyer.order(held)["status"] == "created"
    buyer.http.delete(f"/api/orders/{held['id']}").raise_for_status()
    seller.sees_ticket(listed[0], "withdrawn")


def test_the_session_is_over_and_the_address_free(leaver: Person, url: str) -> None:
    cookies = dict(leaver.http.cookies)
    assert erase(leaver, "not this one").status_code == 400
    assert leaver.http.get("/api/users/currentuser").json()["currentUser"]
    assert erase(leaver).status_code == 204
    assert not leaver.http.cookies
    headers = {"Origin": url}
    with httpx.Client(base_url=url, headers=headers, cookies=cookies, timeout=30) as old:
        assert old.post("/api/users/refresh").status_code == 401
        assert old.get("/api/users/me/export").status_code == 401
    credentials = {"email": leaver.email, "password": PASSWORD}
    assert leaver.http.post("/api/users/signin", json=credentials).status_code == 401
    again = leaver.http.post("/api/users/signup", json=credentials)
    assert again.status_code == 201
    assert again.json()["id"] != leaver.id


def test_auth_forgets_the_person(
    leaver: Person, aws_client: AwsClient, endpoints: dict[str, Any]
) -> None:
    table = {"TableName": endpoints["tables"]["auth"], "ConsistentRead": True}
    credentials = {"email": leaver.email, "password": PASSWORD}
    leaver.http.post("/api/users/signin", json=credentials).raise_for_status()

    def known() -> list[str]:
        items = aws_client("dynamodb").scan(**table)["Items"]
        return [
            item["pk"]["S"].partition("#")[0]
            for item in items
            if leaver.email in str(item) or leaver.id in str(item)
        ]

    assert sorted(known()) == ["EMAIL", "SESSION", "SESSION", "USER"]
    assert erase(leaver).status_code == 204
    eventually(known, lambda found: found == ["ERASED"])


def test_what_a_token_that_is_left_lists_is_withdrawn_in_the_end(
    leaver: Person,
    seller: Person,
    old_token: httpx.Client,
    aws_client: AwsClient,
    endpoints: dict[str, Any],
) -> None:
    assert erase(leaver).status_code == 204
    answer = old_token.post("/api/tickets", json={"title": "Too late", "price": 1})
    assert answer.status_code == 201
    over = datetime.now(UTC) - timedelta(hours=1)
    detail = {
        "metadata": {
            "id": f"{leaver.id}:late",
            "time": over.isoformat(),
            "correlationId": "journey",
            "causationId": "journey",
        },
        "data": {"id": leaver.id, "tokensExpireAt": over.isoformat()},
    }
    entry = {"Source": "ticketing.auth", "DetailType": "user:erased", "Detail": json.dumps(detail)}
    aws_client("events").put_events(Entries=[entry | {"EventBusName": endpoints["bus"]}])
    seller.sees_ticket(answer.json(), "withdrawn")


def test_an_export_is_a_file_that_leads_to_the_rest(leaver: Person) -> None:
    ticket = leaver.lists()
    answer = leaver.http.get("/api/users/me/export")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="account.json"'
    found = answer.json()
    assert (found["id"], found["email"]) == (leaver.id, leaver.email)
    assert len(found["sessions"]) == 1
    listed = leaver.http.get(found["elsewhere"]["tickets"]).json()
    assert [each["id"] for each in listed] == [ticket["id"]]
    assert leaver.http.get(found["elsewhere"]["orders"]).json() == []

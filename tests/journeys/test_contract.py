"""Every route of the API over HTTP, with every status that it can answer in quiet times."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.journeys.people import PASSWORD, Person
from tests.journeys.problems import problem

pytestmark = pytest.mark.journey

type SignUp = Callable[[], Person]


def fields(answer: httpx.Response) -> set[str]:
    assert problem(answer) == (400, "invalid-input")
    return {error.get("field") for error in answer.json()["errors"]}


class TestUsers:
    def test_sign_up_begins_a_session(self, nobody: httpx.Client) -> None:
        email = f"New-{time.time_ns()}@Example.com"
        answer = nobody.post(
            "/api/users/signup", json={"email": f" {email} ", "password": PASSWORD}
        )
        assert (answer.status_code, set(answer.json())) == (201, {"id", "email"})
        cookie = answer.headers["set-cookie"]
        assert all(part in cookie for part in ("HttpOnly", "SameSite=Lax", "Path=/"))
        user = nobody.get("/api/users/currentuser").json()["currentUser"]
        assert user["id"] == answer.json()["id"]
        again = nobody.post(
            "/api/users/signup", json={"email": email.lower(), "password": PASSWORD}
        )
        assert problem(again)[0] == 409

    @pytest.mark.parametrize(
        ("body", "wrong"),
        [
            ({"password": 12345678}, {"email", "password"}),
            ({"email": "a@example.com", "password": PASSWORD, "admin": True}, {"admin"}),
        ],
    )
    def test_sign_up_refuses_bad_input(
        self, nobody: httpx.Client, body: dict[str, Any], wrong: set[str]
    ) -> None:
        assert fields(nobody.post("/api/users/signup", json=body)) == wrong

    def test_sign_in_and_out(self, nobody: httpx.Client, buyer: Person) -> None:
        body = {"email": buyer.email.upper(), "password": PASSWORD}
        answer = nobody.post("/api/users/signin", json=body)
        assert (answer.status_code, answer.json()["id"]) == (200, buyer.id)
        out = nobody.post("/api/users/signout")
        assert (out.status_code, out.json()) == (200, {})
        assert nobody.get("/api/users/currentuser").json() == {"currentUser": None}
        assert nobody.post("/api/users/signout").status_code == 200

    def test_a_token_works_like_the_cookie(self, nobody: httpx.Client, buyer: Person) -> None:
        answer = nobody.post(
            "/api/users/signin",
            json={"email": buyer.email, "password": PASSWORD},
            headers={"Prefer": "return=token"},
        )
        nobody.cookies.clear()
        bearer = {"Authorization": f"Bearer {answer.json()['token']}"}
        user = nobody.get("/api/users/currentuser", headers=bearer).json()["currentUser"]
        assert user["id"] == buyer.id
        assert nobody.get("/api/orders", headers=bearer).status_code == 200

    def test_wrong_and_unknown_credentials_look_the_same(
        self, nobody: httpx.Client, buyer: Person
    ) -> None:
        wrong = nobody.post(
            "/api/users/signin", json={"email": buyer.email, "password": "wrong!!!"}
        )
        unknown = nobody.post(
            "/api/users/signin",
            json={"email": f"{time.time_ns()}@example.com", "password": PASSWORD},
        )
        assert problem(wrong)[0] == problem(unknown)[0] == 401
        different = {"requestId"}
        assert {k: v for k, v in wrong.json().items() if k not in different} == {
            k: v for k, v in unknown.json().items() if k not in different
        }

    def test_repeated_failures_lock_for_a_while(
        self, nobody: httpx.Client, sign_up: SignUp
    ) -> None:
        person = sign_up()
        body = {"email": person.email, "password": "wrong password"}
        answers = [nobody.post("/api/users/signin", json=body) for _ in range(8)]
        assert problem(answers[-1])[0] == 429
        assert int(answers[-1].headers["retry-after"]) > 0


class TestTickets:
    def test_a_ticket_is_created_shown_listed_and_its_seller_s(
        self, seller: Person, nobody: httpx.Client
    ) -> None:
        ticket = seller.lists(
            "  Padded  ", price=20, venue="Arena", startsAt="2027-01-01T20:00:00Z"
        )
        assert set(ticket) == {
            "id",
            "title",
            "price",
            "currency",
            "venue",
            "startsAt",
            "startsAtOffset",
            "userId",
            "version",
            "status",
            "orderId",
            "createdAt",
        }
        assert (ticket["title"], ticket["price"], ticket["currency"]) == ("Padded", 20, "usd")
        assert (ticket["status"], ticket["orderId"], ticket["userId"]) == (
            "available",
            None,
            seller.id,
        )
        assert nobody.get(f"/api/tickets/{ticket['id']}").json() == ticket
        assert ticket in nobody.get("/api/tickets?limit=100").json()
        assert seller.http.get("/api/tickets/mine").json()[0] == ticket

    def test_pages_follow_each_other(self, seller: Person) -> None:
        mine = [seller.lists(f"Night {night}")["id"] for night in range(5)][::-1]
        url, seen = "/api/tickets/mine?limit=2", []
        while url:
            answer = seller.http.get(url)
            seen += [ticket["id"] for ticket in answer.json()]
            url = answer.links.get("next", {}).get("url", "")
        assert seen[:5] == mine

    @pytest.mark.parametrize("query", ["limit=101", "cursor=forged"])
    def test_a_bad_page_is_refused(self, nobody: httpx.Client, query: str) -> None:
        assert fields(nobody.get(f"/api/tickets?{query}")) == {query.split("=", maxsplit=1)[0]}

    def test_a_cursor_of_another_list_is_refused(self, seller: Person) -> None:
        for night in range(2):
            seller.lists(f"Night {night}")
        link = seller.http.get("/api/tickets/mine?limit=1").links["next"]["url"]
        cursor = httpx.URL(link).params["cursor"]
        assert fields(seller.http.get("/api/tickets", params={"cursor": cursor})) == {"cursor"}

    @pytest.mark.parametrize(
        ("body", "wrong"),
        [
            ({"title": " ", "price": 1.001}, {"title", "price"}),
            ({"title": "x", "price": 1, "status": "sold"}, {"status"}),
        ],
    )
    def test_bad_tickets_are_refused(
        self, seller: Person, body: dict[str, Any], wrong: set[str]
    ) -> None:
        assert fields(seller.http.post("/api/tickets", json=body)) == wrong

    @pytest.mark.parametrize(
        ("price", "currency", "shown"), [(1500, "jpy", 1500), ("1.250", "kwd", 1.25)]
    )
    def test_prices_keep_their_currency_s_decimals(
        self, seller: Person, price: Any, currency: str, shown: Any
    ) -> None:
        assert seller.lists(price=price, currency=currency)["price"] == shown

    def test_only_the_seller_edits_and_withdraws(
        self, seller: Person, buyer: Person, nobody: httpx.Client
    ) -> None:
        path, body = f"/api/tickets/{seller.lists()['id']}", {"title": "New", "price": 9}
        for method in ("PUT", "DELETE"):
            sent = {"json": body} if method == "PUT" else {}
            assert problem(nobody.request(method, path, **sent)) == (401, "not-signed-in")
            assert problem(buyer.http.request(method, path, **sent))[0] == 403
            assert problem(seller.http.request(method, "/api/tickets/nothing", **sent))[0] == 404
        stale = seller.http.put(path, json=body, headers={"If-Match": '"7"'})
        assert problem(stale)[0] == 412
        edited = seller.http.put(path, json=body, headers={"If-Match": '"0"'})
        assert (edited.status_code, edited.json()["version"]) == (200, 1)
        for _ in range(2):
            assert seller.http.delete(path).status_code == 204
        assert seller.ticket(edited.json())["status"] == "withdrawn"
        assert edited.json()["id"] not in {
            ticket["id"] for ticket in nobody.get("/api/tickets?limit=100").json()
        }
        assert problem(seller.http.put(path, json=body))[0] == 409

    def test_reserved_and_sold_tickets_cannot_be_changed(
        self, seller: Person, buyer: Person
    ) -> None:
        ticket = seller.lists()
        order = buyer.reserves(ticket)
        path, body = f"/api/tickets/{ticket['id']}", {"title": "New", "price": 9}
        shown = seller.sees_ticket(ticket, "reserved")
        assert shown["orderId"] == order["id"]
        assert problem(seller.http.put(path, json=body)) == (409, "ticket-reserved")
        assert problem(seller.http.delete(path)) == (409, "ticket-reserved")
        buyer.pays(order)
        seller.sees_ticket(ticket, "sold")
        assert problem(seller.http.put(path, json=body)) == (409, "ticket-sold")
        assert problem(seller.http.delete(path)) == (409, "ticket-sold")


class TestOrders:
    def test_every_refusal_of_a_reservation(
        self, seller: Person, buyer: Person, sign_up: SignUp, nobody: httpx.Client
    ) -> None:
        ticket = seller.lists(price=10)
        body = {"ticketId": ticket["id"]}
        assert problem(nobody.post("/api/orders", json=body)) == (401, "not-signed-in")
        assert problem(buyer.http.post("/api/orders", json={"ticketId": "nothing"}))[0] == 404
        assert fields(buyer.http.post("/api/orders", json={})) == {"ticketId"}
        assert problem(seller.tries_to_reserve(ticket)) == (409, "own-ticket")
        assert problem(buyer.tries_to_reserve(ticket, price=9)) == (409, "price-changed")
        order = buyer.reserves(ticket)
        again = buyer.tries_to_reserve(ticket)
        assert (again.status_code, again.json()) == (200, order)
        other = sign_up()
        assert problem(other.tries_to_reserve(ticket)) == (409, "ticket-reserved")
        buyer.pays(order)
        buyer.sees_order(order, "complete")
        seller.sees_ticket(ticket, "sold")
        assert problem(other.tries_to_reserve(ticket))[0] == 409

    def test_orders_are_private(
        self, seller: Person, buyer: Person, sign_up: SignUp, nobody: httpx.Client
    ) -> None:
        order = buyer.reserves(seller.lists())
        path, other = f"/api/orders/{order['id']}", sign_up()
        assert buyer.http.get(path).json() == order
        assert buyer.http.get("/api/orders").json()[0] == order
        assert other.http.get("/api/orders").json() == []
        assert problem(other.http.get(path))[0] == problem(other.http.delete(path))[0] == 404
        for method, target in (("GET", path), ("DELETE", path), ("GET", "/api/orders")):
            assert problem(nobody.request(method, target))[0] == 401

    def test_cancelling_twice_is_fine_and_a_paid_order_stays(
        self, seller: Person, buyer: Person
    ) -> None:
        order = buyer.reserves(seller.lists())
        path = f"/api/orders/{order['id']}"
        assert [buyer.http.delete(path).status_code for _ in range(2)] == [204, 204]
        paid = buyer.reserves(seller.lists())
        buyer.pays(paid)
        buyer.sees_order(paid, "complete")
        assert problem(buyer.http.delete(f"/api/orders/{paid['id']}")) == (409, "order-paid")


class TestPayments:
    def test_payments_are_private_and_follow_their_order(
        self, seller: Person, buyer: Person, sign_up: SignUp, nobody: httpx.Client
    ) -> None:
        order, other = buyer.reserves(seller.lists()), sign_up()
        body = {"orderId": order["id"], "token": "tok_visa"}
        assert problem(nobody.post("/api/payments", json=body))[0] == 401
        assert problem(other.http.post("/api/payments", json=body))[0] == 404
        assert problem(buyer.pays(order, "tok_chargeDeclinedInsufficientFunds"))[0] == 402
        assert buyer.pays(order).status_code == 201
        buyer.sees_order(order, "complete")
        shown = buyer.payment(order)
        assert set(shown) >= {"id", "orderId", "status"}
        assert problem(other.http.get(f"/api/payments/{order['id']}"))[0] == 404
        assert problem(nobody.get(f"/api/payments/{order['id']}"))[0] == 401
        cancelled = buyer.reserves(seller.lists())
        buyer.pays(cancelled, token=None)
        buyer.http.delete(f"/api/orders/{cancelled['id']}")
        answer = buyer.pays(cancelled)
        assert answer.status_code in {409, 201}  # 201 while the cancellation is on its way
        assert buyer.order(cancelled)["status"] == "cancelled"

    def test_a_webhook_is_believed_by_its_signature(
        self, nobody: httpx.Client, endpoints: dict[str, Any]
    ) -> None:
        def send(secret: str, at: int) -> httpx.Response:
            body = json.dumps({"id": "evt_1", "object": "event", "type": "customer.created"})
            mac = hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
            headers = {
                "Content-Type": "application/json",
                "Stripe-Signature": f"t={at},v1={mac}",
            }
            return nobody.post("/api/payments/webhook", content=body, headers=headers)

        now, secret = int(time.time()), endpoints["webhookSecret"]
        assert send(secret, now).status_code == 200
        assert problem(send("whsec_forged", now))[0] == 400
        assert problem(send(secret, now - 301))[0] == 400
        assert problem(nobody.post("/api/payments/webhook", json={}))[0] == 400


class TestEverywhere:
    def test_bodies_must_be_small_json(self, seller: Person) -> None:
        post = seller.http.post
        json_type = {"Content-Type": "application/json"}
        text = post("/api/tickets", content="{}", headers={"Content-Type": "text/plain"})
        assert problem(text)[0] == 415
        large = json.dumps({"title": "x" * 40_000, "price": 1})
        assert problem(post("/api/tickets", content=large, headers=json_type))[0] == 413
        for hostile in ("{", "[" * 30_000, '{"price":' + "9" * 5000 + "}", '{"title": "\\ud800"}'):
            answer = post("/api/tickets", content=hostile, headers=json_type)
            assert problem(answer)[0] == 400
        multipart = {"Content-Type": "multipart/form-data"}
        assert problem(post("/api/tickets", content="x", headers=multipart))[0] == 415

    @pytest.mark.parametrize(
        ("method", "path", "status"),
        [
            ("GET", "/api/nothing", 404),
            ("GET", "/api/orders/a/b", 404),
            ("PATCH", "/api/orders", 405),
            ("POST", "/api/tickets/mine", 405),
            ("PUT", "/api/users/signup", 405),
            ("DELETE", "/api/payments", 405),
            ("GET", "/api/payments/webhook", 405),
            ("PUT", "/api/tickets/mine", 405),
        ],
    )
    def test_what_is_not_there_says_so_in_our_words(
        self, nobody: httpx.Client, method: str, path: str, status: int
    ) -> None:
        answer = nobody.request(method, path)
        assert problem(answer)[0] == status
        assert ("allow" in answer.headers) == (status == 405)

    @pytest.mark.parametrize("credential", ["Bearer a.b.c", "Session forged"])
    def test_a_forged_credential_is_nobody(self, nobody: httpx.Client, credential: str) -> None:
        answer = nobody.get("/api/orders", headers={"Authorization": credential})
        assert problem(answer) == (401, "not-signed-in")

    def test_the_api_documents_itself(self, nobody: httpx.Client) -> None:
        document = nobody.get("/api/openapi.json").json()
        assert document["openapi"].startswith("3.1")
        assert {"/api/orders", "/api/tickets/{id}", "/api/payments"} <= set(document["paths"])

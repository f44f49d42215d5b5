"""A client in a storm asks again, keeps count, and complains of what nobody may be told."""

from collections.abc import Callable

import httpx
import pytest

from tests.journeys.people import Person
from tests.storm import client as module
from tests.storm.client import GATEWAY_ERROR, TRIES, Client, Tally
from tests.storm.storm import drawn

type Answers = Callable[[httpx.Request], httpx.Response]


@pytest.fixture(autouse=True)
def in_no_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HURRY", 0.0)
    monkeypatch.setattr(module, "HANGING_UP", 0.0)


def a_client(*answers: httpx.Response | Exception) -> Client:
    """A client that gets these answers, the last one again and again."""
    left = [*answers]

    def answer(_request: httpx.Request) -> httpx.Response:
        found = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(found, Exception):
            raise found
        return found

    http = httpx.Client(transport=httpx.MockTransport(answer), base_url="http://service")
    return Client(Person("ann", "ann@example.com", http), Tally(), drawn("ann"))


def test_an_answer_is_counted() -> None:
    client = a_client(httpx.Response(201, json={}))
    answer = client.ask("reserve", "POST", "/api/orders", {})
    assert answer is not None
    assert answer.status_code == 201
    assert client.tally.requests == {("reserve", "201"): 1}


@pytest.mark.parametrize(
    ("bad", "counted"),
    [
        (httpx.Response(503), "503"),
        (httpx.Response(429), "429"),
        (httpx.ReadTimeout("late"), "no reply"),
        (httpx.RemoteProtocolError("gone"), "no reply"),
        (httpx.Response(500, json=GATEWAY_ERROR), "process gone"),
    ],
)
def test_somebody_without_a_final_answer_asks_again(
    bad: httpx.Response | Exception, counted: str
) -> None:
    client = a_client(bad, httpx.Response(200, json={}))
    assert client.ask("look", "GET", "/") is not None
    assert client.tally.requests == {("look", counted): 1, ("look", "200"): 1}
    assert client.tally.complaints == []


def test_somebody_gives_up_at_last() -> None:
    client = a_client(httpx.Response(503))
    assert client.ask("look", "GET", "/") is None
    assert client.tally.requests == {("look", "503"): TRIES}


def test_a_failure_that_the_service_admits_is_a_complaint() -> None:
    problem = {"type": "internal-error", "status": 500}
    client = a_client(httpx.Response(500, json=problem), httpx.Response(200, json={}))
    client.ask("look", "GET", "/")
    (complaint,) = client.tally.complaints
    assert complaint.startswith("GET / -> ")


def test_an_answer_that_nobody_expects_is_a_complaint() -> None:
    client = a_client(httpx.Response(404, json={}))
    answer = client.ask("look", "GET", "/api/orders/1")
    assert client.expect(answer, 404) is answer
    assert client.tally.complaints == []
    assert client.expect(answer, 200) is None
    assert client.tally.complaints == ["GET /api/orders/1 -> 404 {}"]

"""The race: 64 buyers at one ticket, and exactly one gets it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import httpx
import pytest

from tests.journeys.people import Person, eventually

pytestmark = pytest.mark.journey

type SignUp = Callable[[], Person]

BUYERS, ROUNDS = 64, 5


@pytest.fixture(scope="module")
def crowd(sign_up: SignUp) -> list[Person]:
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(lambda _: sign_up(), range(BUYERS)))


def test_one_of_64_buyers_gets_the_ticket(seller: Person, crowd: list[Person]) -> None:
    with ThreadPoolExecutor(BUYERS) as pool:
        for _ in range(ROUNDS):
            ticket = seller.lists("In high demand")
            crowd[0].hears_of(ticket)
            start = Barrier(BUYERS)

            def rush(buyer: Person, ticket_id: str = ticket["id"], start: Barrier = start) -> int:
                start.wait()
                return reserve_at_once(buyer, ticket_id).status_code

            statuses = list(pool.map(rush, crowd))
            assert statuses.count(201) == 1, statuses
            assert set(statuses) == {201, 409}, statuses


def reserve_at_once(buyer: Person, ticket_id: str) -> httpx.Response:
    """The first final answer: a 503 says to come again."""
    return eventually(
        lambda: buyer.http.post("/api/orders", json={"ticketId": ticket_id}),
        lambda answer: answer.status_code != 503,
        within=60,
    )

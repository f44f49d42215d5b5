"""A storm: many people at once, and faults, for some time."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

from tests.journeys.people import Person
from tests.storm.buyers import Buyer, Order
from tests.storm.client import Client, Tally
from tests.storm.faults import Faults
from tests.storm.plans import shop
from tests.storm.sellers import Seller
from tests.storm.service import Service

SELLERS, BUYERS = 3, 12

PAUSE = 0.5
"""Seconds after which a seller looks again."""


class Storm:
    """Who takes part in it, what they were told, and what went wrong."""

    def __init__(self, service: Service, seed: int) -> None:
        self.tally = Tally()
        self.faults = Faults(service, drawn(f"{seed} faults"))
        self._service = service
        self._seed = seed
        self._ends_at = 0.0
        self._latest: Order | None = None

    def rage(self, seconds: float) -> None:
        """Let people and faults do what they do; afterwards nothing fails any more."""
        clients = self._sign_up()
        people = [self._seller(client) for client in clients[:SELLERS]]
        people += [self._buyer(client) for client in clients[SELLERS:]]
        self._ends_at = time.monotonic() + seconds
        threads = [threading.Thread(target=self._go_on, args=(act,)) for act in people]
        faults = threading.Thread(target=self._watched, args=(self.faults.strike,))
        for thread in (faults, *threads):
            thread.start()
        time.sleep(seconds)
        self.faults.end()
        for thread in (faults, *threads):
            thread.join()
        self.faults.end()

    def _sign_up(self) -> list[Client]:
        with ThreadPoolExecutor(4) as pool:
            people = pool.map(Person.sign_up, [self._service.url] * (SELLERS + BUYERS))
            return [
                Client(person, self.tally, drawn(f"{self._seed} {number}"))
                for number, person in enumerate(people)
            ]

    def _seller(self, client: Client) -> Callable[[], None]:
        seller = Seller(client, client.chance)

        def act() -> None:
            seller.act()
            time.sleep(client.chance.random() * PAUSE)

        return act

    def _buyer(self, client: Client) -> Callable[[], None]:
        buyer = Buyer(client, self._service.stripe, client.chance)

        def act() -> None:
            pried, order = self._latest, shop(buyer)
            if pried and pried["userId"] != client.id:
                buyer.pry(pried)
            self._latest = order or pried

        return act

    def _go_on(self, act: Callable[[], None]) -> None:
        while time.monotonic() < self._ends_at:
            self._watched(act)

    def _watched(self, act: Callable[[], Any]) -> None:
        """What goes wrong in a thread is not lost with it."""
        try:
            act()
        except Exception as error:
            self.tally.complain(f"a thread ended with {error!r}")


def drawn(seed: str) -> Random:
    """Chance of one's own: threads that shared it would draw in another order each time."""
    return Random(seed)  # noqa: S311 - to be repeated

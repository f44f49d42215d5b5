"""Somebody's HTTP client: it is impatient, asks again, and keeps count of what it was told.

A 500 is told by the gateway when a function's process is gone: then it is a reply that was lost.
One that the service itself gives is a defect.
"""

import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx

from tests.journeys.people import Person

TRIES = 6

HURRY, PATIENCE = 0.2, 3.0
"""Seconds before somebody asks again, and for which they wait for a reply."""

HANGING_UP = 0.06
"""How often somebody hangs up before the reply can be there."""

RETRIED = frozenset({429, 503})

GATEWAY_ERROR = {"message": "Internal Server Error"}


@dataclass(slots=True)
class Tally:
    """What happened: requests by kind and status, and what nobody should have been told."""

    requests: Counter[tuple[str, str]] = field(default_factory=Counter)
    complaints: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, kind: str, status: str) -> None:
        with self._lock:
            self.requests[kind, status] += 1

    def complain(self, what: str) -> None:
        """Something does not hold that a person can see."""
        self.complaints.append(what)


class Client:
    """What one person does over HTTP; several threads may use it at once."""

    def __init__(self, person: Person, tally: Tally, chance: Random) -> None:
        self.id = person.id
        self.tally = tally
        self._http = person.http
        self.chance = chance

    def ask(
        self,
        kind: str,
        method: str,
        path: str,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response | None:
        """The reply, after asking again if need be; None for somebody who gave up."""
        for attempt in range(TRIES):
            answer = self._send(kind, method, path, body, headers)
            if answer is not None and answer.status_code not in RETRIED:
                return answer
            time.sleep(HURRY * (1 + attempt) * self.chance.random())
        return None

    def expect(self, answer: httpx.Response | None, *statuses: int) -> httpx.Response | None:
        """The answer if there is one; any other status is a reason to complain."""
        if answer is not None and answer.status_code not in statuses:
            request = answer.request
            self.tally.complain(
                f"{request.method} {request.url.path} -> {answer.status_code} {answer.text[:200]}"
            )
            return None
        return answer

    def _send(
        self, kind: str, method: str, path: str, body: Any, headers: Mapping[str, str] | None
    ) -> httpx.Response | None:
        hangs_up = self.chance.random() < HANGING_UP
        timeout = self.chance.uniform(0.001, 0.1) if hangs_up else PATIENCE
        try:
            answer = self._http.request(
                method, path, json=body, headers=headers, timeout=httpx.Timeout(5.0, read=timeout)
            )
        except httpx.TransportError:
            self.tally.count(kind, "no reply")
            return None
        if answer.status_code == httpx.codes.INTERNAL_SERVER_ERROR:
            return self._lost(kind, answer)
        self.tally.count(kind, str(answer.status_code))
        return answer

    def _lost(self, kind: str, answer: httpx.Response) -> None:
        if answer.json() == GATEWAY_ERROR:
            self.tally.count(kind, "process gone")
            return
        self.tally.count(kind, "500")
        self.tally.complain(f"{answer.request.method} {answer.request.url.path} -> {answer.text}")

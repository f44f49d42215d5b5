"""Webhooks: each event is sent to each endpoint, again and again with backoff, until a 2xx.

Every attempt is signed anew. Deliveries run beside each other, so their order is not guaranteed.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice

from cdk.local.stripe_double.account import Event, new_id
from cdk.local.stripe_double.errors import JsonObject
from cdk.local.stripe_double.signing import Endpoint, webhook_headers

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 10.0
MAX_ATTEMPTS = 400
"""About an hour, where Stripe tries for three days."""

MAX_DELIVERIES, CONCURRENCY = 2_000, 16

type Post = Callable[[str, dict[str, str], bytes], Awaitable[int]]
"""Sends url, headers and body; the HTTP status, or 0 if nobody answered."""


class State(StrEnum):
    """How far a delivery got."""

    PENDING = "pending"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"
    DISCARDED = "discarded"


@dataclass(slots=True)
class Delivery:
    """One event on its way to one endpoint."""

    id: str
    event: Event
    endpoint: Endpoint
    body: bytes
    state: State = State.PENDING
    statuses: list[int] = field(default_factory=list)
    """What each attempt was answered with."""

    def as_json(self) -> JsonObject:
        """For the hooks."""
        return {
            "id": self.id,
            "event": self.event.id,
            "type": self.event.type,
            "url": self.endpoint.url,
            "state": self.state,
            "statuses": self.statuses,
        }


def pauses() -> Iterator[float]:
    """Seconds before the second, third, ... attempt."""
    pause = FIRST_PAUSE
    while True:
        yield pause
        pause = min(2 * pause, LONGEST_PAUSE)


class Webhooks:
    """Delivers events; `sleep` waits between attempts, `clock` stamps the signatures."""

    def __init__(
        self,
        post: Post,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.endpoints: list[Endpoint] = []
        self.copies = 1
        """How often each event is delivered."""

        self._post = post
        self._clock = clock
        self._sleep = sleep
        self._deliveries: dict[str, Delivery] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._slots = asyncio.Semaphore(CONCURRENCY)

    @property
    def paused(self) -> bool:
        """Whether attempts wait to be resumed."""
        return not self._flowing.is_set()

    @property
    def deliveries(self) -> tuple[Delivery, ...]:
        """The latest ones, oldest first."""
        return tuple(self._deliveries.values())

    @property
    def pending(self) -> int:
        """How many deliveries are not received yet."""
        return len(self._tasks)

    def publish(self, event: Event) -> None:
        """Start delivering the event to every endpoint; needs a running event loop."""
        for _ in range(self.copies):
            for delivery in self._addressed(event):
                self._start(delivery, self._until_received(delivery))

    async def redeliver(self, event: Event) -> list[Delivery]:
        """Send the event once to every endpoint, now, also while paused; no retry."""
        sent = self._addressed(event)
        for delivery in sent:
            if not await self._received(delivery):
                delivery.state = State.GIVEN_UP
        return sent

    def pause(self) -> None:
        """Let no attempt start until `resume`."""
        self._flowing.clear()

    def resume(self) -> None:
        """Go on with what has waited."""
        self._flowing.set()

    async def discard(self) -> int:
        """Never deliver what is pending; says how many deliveries that is."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return len(tasks)

    async def quiet(self) -> None:
        """Wait until nothing is pending."""
        await self._quiet.wait()

    def clear(self) -> None:
        """Forget every delivery that is not pending, and flow again, one copy each."""
        self.copies = 1
        self.resume()
        self._deliveries = {
            key: value for key, value in self._deliveries.items() if key in self._tasks
        }

    def _addressed(self, event: Event) -> list[Delivery]:
        body = event.as_body(pending_webhooks=len(self.endpoints))
        made = [Delivery(new_id("whd"), event, endpoint, body) for endpoint in self.endpoints]
        self._deliveries |= {delivery.id: delivery for delivery in made}
        self._forget_old()
        return made

    def _start(self, delivery: Delivery, work: Awaitable[None]) -> None:
        self._quiet.clear()
        task = asyncio.ensure_future(work)
        self._tasks[delivery.id] = task
        task.add_done_callback(lambda task: self._done(delivery, task))

    def _done(self, delivery: Delivery, task: asyncio.Task[None]) -> None:
        del self._tasks[delivery.id]
        if task.cancelled():
            delivery.state = State.DISCARDED
        if not self._tasks:
            self._quiet.set()

    async def _until_received(self, delivery: Delivery) -> None:
        for pause in islice(pauses(), MAX_ATTEMPTS):
            await self._flowing.wait()
            async with self._slots:
                if await self._received(delivery):
                    return
            await self._sleep(pause)
        delivery.state = State.GIVEN_UP

    async def _received(self, delivery: Delivery) -> bool:
        endpoint, body = delivery.endpoint, delivery.body
        headers = webhook_headers(endpoint.secret, int(self._clock()), body)
        status = await self._post(endpoint.url, headers, body)
        delivery.statuses.append(status)
        if status // 100 != 2:  # noqa: PLR2004 - the class of success
            return False
        delivery.state = State.DELIVERED
        return True

    def _forget_old(self) -> None:
        surplus = len(self._deliveries) - MAX_DELIVERIES
        done = [key for key in self._deliveries if key not in self._tasks]
        for key in done[: max(surplus, 0)]:
            del self._deliveries[key]

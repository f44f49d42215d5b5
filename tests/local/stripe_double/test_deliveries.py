"""Webhooks are delivered until they are received."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from itertools import islice
from typing import Any

import stripe

from cdk.local.stripe_double.account import BY_ITSELF, Event
from cdk.local.stripe_double.deliveries import (
    MAX_ATTEMPTS,
    MAX_DELIVERIES,
    State,
    Webhooks,
    pauses,
)
from cdk.local.stripe_double.refunds import Refund
from cdk.local.stripe_double.signing import Endpoint, signature

SECRET = "whsec_test"
FIRST, SECOND = Endpoint("http://one", SECRET), Endpoint("http://two", "whsec_other")


def an_event(number: int = 1) -> Event:
    refund = Refund(
        id="re_1",
        created=1,
        amount=2000,
        currency="usd",
        charge="ch_1",
        payment_intent="pi_1",
        metadata={"name": "Zoë"},
    )
    name = f"evt_{number}"
    return Event(id=name, type="refund.created", created=1, item=refund, cause=BY_ITSELF)


class Post:
    """A network that answers with the given statuses, then with 200."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.sent: list[tuple[str, dict[str, str], bytes]] = []

    async def __call__(self, url: str, headers: dict[str, str], body: bytes) -> int:
        self.sent.append((url, headers, body))
        return self.statuses.pop(0) if self.statuses else 200


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1_790_000_000.0
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)

    def __call__(self) -> float:
        return self.now


def scene(
    act: Callable[[Webhooks], Awaitable[None]], post: Post, *endpoints: Endpoint
) -> tuple[Webhooks, Clock]:
    """The webhooks after the act, once they are quiet."""
    clock = Clock()

    async def run() -> Webhooks:
        webhooks = Webhooks(post, clock, clock.sleep)
        webhooks.endpoints = list(endpoints)
        await act(webhooks)
        await webhooks.quiet()
        return webhooks

    return asyncio.run(run()), clock


async def publish(webhooks: Webhooks) -> None:
    webhooks.publish(an_event())


def states(webhooks: Webhooks) -> list[State]:
    return [delivery.state for delivery in webhooks.deliveries]


def test_a_delivery_is_what_the_sdk_expects() -> None:
    post = Post()
    scene(publish, post, FIRST)
    url, headers, body = post.sent[0]
    assert url == "http://one"
    header = headers["Stripe-Signature"]
    assert stripe.WebhookSignature.verify_header(body, header, SECRET)
    event = stripe.Webhook.construct_event(body, header, SECRET, tolerance=10**9)
    assert (event.id, event.type) == ("evt_1", "refund.created")
    assert event.api_version == stripe.api_version
    assert event.data.object["metadata"]["name"] == "Zoë"


def test_a_signature_is_the_one_the_sdk_computes() -> None:
    body = json.dumps({"name": "Zoë"}, ensure_ascii=False)
    expected = stripe.WebhookSignature.generate_signature_header(body, SECRET, 12)
    assert signature(SECRET, 12, body.encode()) == expected


def test_every_endpoint_gets_the_event_with_its_own_signature() -> None:
    post = Post()
    webhooks, _ = scene(publish, post, FIRST, SECOND)
    assert {url for url, _, _ in post.sent} == {"http://one", "http://two"}
    assert len({headers["Stripe-Signature"] for _, headers, _ in post.sent}) == 2
    assert states(webhooks) == [State.DELIVERED] * 2
    assert json.loads(post.sent[0][2])["pending_webhooks"] == 2


def test_a_delivery_is_repeated_with_backoff_until_it_is_received() -> None:
    post = Post(0, 500, 302, 404, 204)
    webhooks, clock = scene(publish, post, FIRST)
    assert clock.slept == [0.2, 0.4, 0.8, 1.6]
    assert webhooks.deliveries[0].statuses == [0, 500, 302, 404, 204]
    assert states(webhooks) == [State.DELIVERED]


def test_every_attempt_is_signed_anew() -> None:
    post = Post(500, 500, 500, 500)
    scene(publish, post, FIRST)
    stamps = [headers["Stripe-Signature"].split(",")[0] for _, headers, _ in post.sent]
    assert stamps[0] == "t=1790000000"
    assert stamps[-1] == "t=1790000003"
    assert len({body for _, _, body in post.sent}) == 1


def test_backoff_doubles_up_to_a_limit() -> None:
    assert list(islice(pauses(), 8)) == [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10.0, 10.0]


def test_a_delivery_is_given_up_in_the_end() -> None:
    post = Post(*[500] * MAX_ATTEMPTS)
    webhooks, _ = scene(publish, post, FIRST)
    assert states(webhooks) == [State.GIVEN_UP]
    assert len(post.sent) == MAX_ATTEMPTS


def test_nothing_is_sent_while_paused() -> None:
    post = Post()

    async def act(webhooks: Webhooks) -> None:
        webhooks.pause()
        await publish(webhooks)
        await asyncio.sleep(0)
        assert webhooks.paused
        assert webhooks.pending == 1
        assert post.sent == []
        webhooks.resume()

    webhooks, _ = scene(act, post, FIRST)
    assert (len(post.sent), webhooks.pending) == (1, 0)


def test_an_event_can_be_sent_again_also_while_paused() -> None:
    post = Post(500)

    async def act(webhooks: Webhooks) -> None:
        webhooks.pause()
        assert [sent.state for sent in await webhooks.redeliver(an_event())] == [State.GIVEN_UP]
        assert [sent.state for sent in await webhooks.redeliver(an_event())] == [State.DELIVERED]

    scene(act, post, FIRST)
    assert len(post.sent) == 2


def test_each_event_can_be_delivered_twice() -> None:
    post = Post()

    async def act(webhooks: Webhooks) -> None:
        webhooks.copies = 2
        await publish(webhooks)

    scene(act, post, FIRST)
    assert [json.loads(body)["id"] for _, _, body in post.sent] == ["evt_1", "evt_1"]


def test_what_is_pending_can_be_lost_for_good() -> None:
    post = Post()

    async def act(webhooks: Webhooks) -> None:
        webhooks.pause()
        await publish(webhooks)
        assert await webhooks.discard() == 1
        webhooks.resume()

    webhooks, _ = scene(act, post, FIRST)
    assert states(webhooks) == [State.DISCARDED]
    assert post.sent == []


def test_clearing_forgets_what_is_over_and_flows_again() -> None:
    async def act(webhooks: Webhooks) -> None:
        await publish(webhooks)
        await webhooks.quiet()
        webhooks.pause()
        webhooks.copies = 2
        webhooks.publish(an_event(2))
        webhooks.clear()
        assert [delivery.event.id for delivery in webhooks.deliveries] == ["evt_2", "evt_2"]

    webhooks, _ = scene(act, Post(), FIRST)
    assert (webhooks.paused, webhooks.copies) == (False, 1)


def test_only_the_latest_deliveries_are_remembered() -> None:
    async def act(webhooks: Webhooks) -> None:
        for number in range(MAX_DELIVERIES + 1):
            await webhooks.redeliver(an_event(number))

    webhooks, _ = scene(act, Post(), FIRST)
    remembered = [delivery.event.id for delivery in webhooks.deliveries]
    assert len(remembered) == MAX_DELIVERIES
    assert remembered[0] == "evt_1"


def test_nothing_is_delivered_without_an_endpoint() -> None:
    webhooks, _ = scene(publish, Post())
    assert webhooks.deliveries == ()


def test_a_delivery_shows_its_attempts() -> None:
    webhooks, _ = scene(publish, Post(500), FIRST)
    shown: dict[str, Any] = webhooks.deliveries[0].as_json()
    assert shown["statuses"] == [500, 200]
    assert (shown["event"], shown["url"], shown["state"]) == ("evt_1", "http://one", "delivered")

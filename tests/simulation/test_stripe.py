"""The account in memory behind the service's real access to Stripe."""

import json
import math
import secrets as token_source
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import timedelta
from itertools import count
from typing import Any, NamedTuple

import pytest
import stripe

from cdk.local.stripe_double.account import Event
from cdk.local.stripe_double.api import Answer
from cdk.local.stripe_double.errors import StripeError
from cdk.local.stripe_double.faults import Kind
from cdk.local.stripe_double.statuses import Status
from payments.refusals import CardDeclined
from payments.stripe_gateway import StripeGateway
from tests.payments.builders import INTENT, NOON, ORDER, a_payment
from tests.simulation.stripe import Stripe, quick_sdk
from ticketing import secrets
from ticketing.errors import Unavailable

API_KEY, WEBHOOK_SECRET, SECRET_NAME = "sk_test_simulation", "whsec_simulation", "stripe"
VISA, DECLINED, SLOW = "tok_visa", "tok_chargeDeclined", "tok_threeDSecureRequired"


class UrllibAnswer(NamedTuple):
    """An answer in urllib3's terms."""

    data: bytes
    status: int
    headers: Mapping[str, str]


class Wire:
    """Stands where urllib3's pool of connections would, and lets the next calls fail."""

    def __init__(self, account: Stripe) -> None:
        self.account = account
        self.faults: list[Kind] = []
        self.requests: list[tuple[str, str, str | None, dict[str, str]]] = []
        self.answers: list[Answer] = []

    def request(
        self,
        method: str,
        url: str,
        body: str | None,
        headers: Mapping[str, str],
        **_options: object,
    ) -> UrllibAnswer:
        self.requests.append((method, url, body, dict(headers)))
        fault = self.faults.pop(0) if self.faults else None
        answer = self.account.request(method, url, headers, body, fault)
        self.answers.append(answer)
        return UrllibAnswer(answer.body, answer.status, answer.headers)


class Clock:
    now = NOON.timestamp()

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def account(clock: Clock) -> Stripe:
    return Stripe(clock, API_KEY, WEBHOOK_SECRET)


@pytest.fixture
def wire(account: Stripe) -> Wire:
    return Wire(account)


@pytest.fixture
def gateway(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> StripeGateway:
    """The service's own, on this wire; Stripe's library repeats calls without a pause."""
    monkeypatch.setattr(stripe, "enable_telemetry", False)
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0)
    monkeypatch.setattr(stripe.HTTPClient, "MAX_DELAY", 0)
    known = {"apiKey": API_KEY, "webhookSecrets": [WEBHOOK_SECRET]}
    monkeypatch.setattr(secrets, "_cache", {SECRET_NAME: (math.inf, known)})
    gateway = StripeGateway(SECRET_NAME, "http://simulation")
    monkeypatch.setattr(gateway._connection, "_pool", wire)
    return gateway


def created(gateway: StripeGateway, order_id: str = ORDER) -> str:
    return gateway.create(a_payment(order_id=order_id)).id


def held(gateway: StripeGateway) -> str:
    return gateway.confirm(created(gateway), VISA).id


def captured(gateway: StripeGateway) -> str:
    return gateway.capture(held(gateway), ORDER, again=False).id


def kept_events(account: Stripe) -> list[Event]:
    """The events from now on, as they happen."""
    events: list[Event] = []
    account.on_event = events.append
    return events


# What the service asks for


def test_an_order_has_one_intent(gateway: StripeGateway, account: Stripe, wire: Wire) -> None:
    assert created(gateway) == created(gateway)
    (intent,) = account.account.intents.newest_first()
    assert (intent.amount, intent.metadata["order_id"]) == (5050, ORDER)
    assert "idempotent-replayed" not in wire.answers[0].headers
    assert wire.answers[1].headers["idempotent-replayed"] == "true"


def test_a_declined_card_leaves_room_for_another(gateway: StripeGateway) -> None:
    intent_id = created(gateway)
    with pytest.raises(CardDeclined):
        gateway.confirm(intent_id, DECLINED)
    assert gateway.confirm(intent_id, VISA).status == "requires_capture"


def test_money_is_taken_and_given_back(gateway: StripeGateway, account: Stripe) -> None:
    intent_id = captured(gateway)
    gateway.refund(intent_id, ORDER)
    gateway.refund(intent_id, "another-key")
    (charge,) = account.account.charges.newest_first()
    (refund,) = account.account.refunds.newest_first()
    assert (charge.amount_captured, charge.amount_refunded, refund.amount) == (5050, 5050, 5050)


def test_money_that_is_held_is_let_go(gateway: StripeGateway, account: Stripe) -> None:
    assert gateway.cancel(held(gateway), ORDER, again=False).status == "canceled"
    (charge,) = account.account.charges.newest_first()
    assert (charge.captured, charge.amount_released) == (False, 5050)


def test_intents_are_listed_by_their_time(gateway: StripeGateway, clock: Clock) -> None:
    ids = []
    for n in range(3):
        ids.append(created(gateway, f"order-{n}"))
        clock.now += 60
    since = NOON + timedelta(seconds=30)
    found = gateway.created_between(since, NOON + timedelta(hours=1))
    assert [intent.id for intent in found] == [ids[2], ids[1]]


def test_an_unknown_url_and_a_wrong_key_are_refused(account: Stripe) -> None:
    right = {"Authorization": f"Bearer {API_KEY}"}
    for method, url, headers, status in [
        ("GET", "http://simulation/v1/customers", right, 404),
        ("GET", "http://simulation/v1/payment_intents/", right, 404),
        ("DELETE", "http://simulation/v1/payment_intents", right, 404),
        ("GET", "http://simulation/v1/payment_intents", {}, 401),
    ]:
        assert account.request(method, url, headers, None).status == status


# Faults

CALLS: dict[str, tuple[Callable[[StripeGateway], str], Callable[[StripeGateway, str], object]]] = {
    "confirm": (created, lambda gateway, intent: gateway.confirm(intent, VISA)),
    "capture": (held, lambda gateway, intent: gateway.capture(intent, ORDER, again=False)),
    "void": (held, lambda gateway, intent: gateway.cancel(intent, ORDER, again=False)),
}


@pytest.mark.parametrize("fault", [Kind.ERROR_BEFORE, Kind.ERROR, Kind.ERROR_AFTER])
def test_an_order_has_one_intent_though_its_creation_fails(
    gateway: StripeGateway, account: Stripe, wire: Wire, fault: Kind
) -> None:
    wire.faults = [fault]
    with suppress(Unavailable):
        created(gateway)
    assert created(gateway) == created(gateway)
    assert len(list(account.account.intents.newest_first())) == 1


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("fault", [Kind.ERROR_BEFORE, Kind.ERROR, Kind.ERROR_AFTER])
def test_a_call_that_fails_is_repeated_or_was_done_or_not(
    gateway: StripeGateway, wire: Wire, call: str, fault: Kind
) -> None:
    prepare, act = CALLS[call]
    intents = wire.account.account.intents
    before = intents.get(prepare(gateway), param="id")
    wire.faults = [fault]
    act(gateway, before.id)
    after = intents.get(before.id, param="id")
    assert (after.status is before.status) == (fault is Kind.ERROR)


@pytest.mark.parametrize(("fault", "refunds"), [(Kind.ERROR, 0), (Kind.ERROR_AFTER, 1)])
def test_a_failure_sticks_to_its_key(
    gateway: StripeGateway, account: Stripe, wire: Wire, fault: Kind, refunds: int
) -> None:
    intent_id = captured(gateway)
    wire.faults = [fault]
    for _ in range(2):
        with pytest.raises(Unavailable):
            gateway.refund(intent_id, ORDER)
    assert len(list(account.account.refunds.newest_first())) == refunds


def test_stripe_says_whether_to_try_again(gateway: StripeGateway, wire: Wire) -> None:
    wire.faults = [Kind.ERROR_BEFORE, Kind.ERROR]
    with pytest.raises(Unavailable):
        gateway.retrieve(INTENT)
    assert [answer.headers["stripe-should-retry"] for answer in wire.answers] == ["true", "false"]


# Events


def test_events_come_in_order_and_verified(gateway: StripeGateway, account: Stripe) -> None:
    events = kept_events(account)
    captured(gateway)
    assert [event.type for event in events] == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.amount_capturable_updated",
        "charge.captured",
        "payment_intent.succeeded",
    ]
    body, headers = account.webhook(events[2])
    assert json.loads(body)["data"]["object"]["amount_capturable"] == 5050
    verify = stripe.WebhookSignature.verify_header
    assert verify(body, headers["stripe-signature"], WEBHOOK_SECRET)


def test_a_webhook_is_signed_when_it_is_sent(
    gateway: StripeGateway, account: Stripe, clock: Clock
) -> None:
    events = kept_events(account)
    created(gateway)
    clock.now += 100
    _, headers = account.webhook(events[0])
    assert headers["stripe-signature"].startswith(f"t={int(clock.now)},")


# Everybody else


@pytest.mark.parametrize("card", [VISA, "pm_card_visa"])
def test_a_browser_confirms(gateway: StripeGateway, account: Stripe, card: str) -> None:
    intent_id = created(gateway)
    assert json.loads(account.confirm(intent_id, DECLINED).body)["error"]["type"] == "card_error"
    seen = json.loads(account.confirm(intent_id, card).body)
    assert seen["status"] == "requires_capture"
    assert "metadata" not in seen
    assert account.confirm(intent_id, card).status == 400


@pytest.mark.parametrize("status", [Status.REQUIRES_CAPTURE, Status.REQUIRES_PAYMENT_METHOD])
def test_a_buyer_answers_the_banks_challenge(
    gateway: StripeGateway, account: Stripe, status: Status
) -> None:
    passes = status is Status.REQUIRES_CAPTURE
    intent_id = created(gateway)
    assert json.loads(account.confirm(intent_id, SLOW).body)["status"] == "requires_action"
    assert account.authenticate(intent_id, passes=passes).status is status
    with pytest.raises(StripeError):
        account.authenticate(intent_id, passes=passes)


@pytest.mark.parametrize("status", [Status.REQUIRES_CAPTURE, Status.REQUIRES_PAYMENT_METHOD])
def test_a_slow_bank_decides(gateway: StripeGateway, account: Stripe, status: Status) -> None:
    succeeds = status is Status.REQUIRES_CAPTURE
    intent_id = created(gateway)
    account.account.slow_confirmations = 1
    assert gateway.confirm(intent_id, VISA).status == "processing"
    assert account.settle(intent_id, succeeds=succeeds).status is status
    with pytest.raises(StripeError):
        account.settle(intent_id, succeeds=succeeds)


def test_a_bank_lets_the_money_go(gateway: StripeGateway, account: Stripe) -> None:
    intent_id = held(gateway)
    assert account.lapse(intent_id).status is Status.CANCELED
    assert gateway.capture(intent_id, ORDER, again=False).status == "canceled"
    with pytest.raises(StripeError):
        account.lapse(intent_id)


# Determinism


def test_ids_and_times_are_those_it_was_given(
    gateway: StripeGateway, clock: Clock, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        renew(wire, clock, monkeypatch)
        captured(gateway)
    first, again = wire.answers[:3], wire.answers[3:]
    assert [answer.body for answer in first] == [answer.body for answer in again]
    intent = json.loads(first[0].body)
    assert (intent["id"], intent["created"]) == ("pi_000000000000000000000001", clock.now)


def renew(wire: Wire, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty account, whose ids are numbers."""
    ids = count()
    monkeypatch.setattr(token_source, "token_hex", lambda size: f"{next(ids):0{2 * size}x}")
    wire.account = Stripe(clock, API_KEY, WEBHOOK_SECRET)


# The quick SDK


def test_the_quick_sdk_sends_and_says_what_the_sdk_does(
    gateway: StripeGateway, clock: Clock, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = []
    for make_quick in (lambda: None, lambda: quick_sdk(monkeypatch.setattr)):
        make_quick()
        renew(wire, clock, monkeypatch)
        said.append(list(everything_it_says(gateway._stripe)))
    assert said[0] == said[1]
    sent = [request[:3] for request in wire.requests]
    headers = [told(request[3]) for request in wire.requests]
    half = len(sent) // 2
    assert (sent[:half], headers[:half]) == (sent[half:], headers[half:])


def everything_it_says(client: Any) -> Iterator[Any]:
    """What the SDK makes of answers of every shape: the anatomy of each object and error."""
    intents, key = client.payment_intents, {"api_key": API_KEY}
    charge = {"payment_method": "pm_card_visa"}
    declined = {"payment_method": "pm_card_chargeDeclined"}
    params: Any = {"amount": 2000, "currency": "usd", "payment_method_types": ["card"]}
    intent = intents.create(params | {"metadata": {"order_id": "é", "id": "7"}}, once("create"))
    yield anatomy(intent)
    for wrong in ({"amount": 1}, declined):
        with pytest.raises(stripe.StripeError) as caught:
            intents.confirm(intent.id, wrong, once(str(wrong)))
        yield str(caught.value), caught.value.json_body, anatomy(caught.value.error)
    yield anatomy(intents.confirm(intent.id, charge, once("confirm")))
    yield anatomy(client.refunds.create({"payment_intent": intent.id}, once("refund")))
    intents.create(params, once("another"))
    page = intents.list({"limit": 1}, key)
    yield anatomy(page)
    yield [anatomy(each) for each in page.auto_paging_iter()]
    yield intents.retrieve(intent.id, {}, key).to_dict()


def once(idempotency_key: str) -> dict[str, str]:
    return {"api_key": API_KEY, "idempotency_key": idempotency_key}


def told(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers without those that only say who sends them."""
    return {name: value for name, value in headers.items() if "User-Agent" not in name}


def anatomy(thing: Any) -> Any:
    """All that an object of the SDK holds, and of which class it is."""
    if isinstance(thing, list):
        return [anatomy(each) for each in thing]
    if not isinstance(thing, stripe.StripeObject):
        return type(thing) if thing is None else (type(thing), thing)
    members = [(name, anatomy(value)) for name, value in thing._data.items()]
    own = (thing._previous, thing._retrieve_params, thing._unsaved_values, thing._transient_values)
    return type(thing), members, own, thing.api_key, thing.to_dict(), str(thing)

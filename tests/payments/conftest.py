"""The payments table and its store, and a running double of Stripe."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import httpx
import pytest
import stripe

from cdk.local.children import listen
from cdk.local.stripe_double.server import create_app, create_server
from payments import reconciler, stripe_gateway
from payments import store as room
from payments.store import PaymentStore
from payments.stripe_gateway import StripeGateway
from tests.payments.shop import Shop
from tests.payments.stripe_account import API_KEY, WEBHOOK_SECRET, StripeAccount
from ticketing import aws
from ticketing.dynamo import Table

SECRET_NAME = "stripe"


@pytest.fixture
def table(make_table: Callable[[str], Table]) -> Iterator[Table]:
    room.store.cache_clear()
    yield make_table("payments")
    room.store.cache_clear()


@pytest.fixture
def store(table: Table) -> PaymentStore:
    return room.store()


@pytest.fixture(scope="session")
def running() -> Iterator[StripeAccount]:
    """One server for all tests."""
    listener = listen(0)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    server = create_server(create_app(API_KEY, sleep=lambda _seconds: asyncio.sleep(0)))
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    headers = {"Authorization": f"Bearer {API_KEY}"}
    with httpx.Client(base_url=url, headers=headers, timeout=10) as http:
        yield StripeAccount(url, http)
    server.should_exit = True
    thread.join(10)


@pytest.fixture
def account_at_stripe(running: StripeAccount) -> StripeAccount:
    """An empty account."""
    running.hook("/reset")
    return running


@pytest.fixture
def gateway(
    account: None, account_at_stripe: StripeAccount, monkeypatch: pytest.MonkeyPatch
) -> Iterator[StripeGateway]:
    """Our access to that account; Stripe's library repeats calls without a pause."""
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0)
    monkeypatch.setattr(stripe.HTTPClient, "MAX_DELAY", 0)
    monkeypatch.setenv("STRIPE_SECRET", SECRET_NAME)
    monkeypatch.setenv("STRIPE_API_BASE", account_at_stripe.url)
    put_secret(WEBHOOK_SECRET)
    stripe_gateway.gateway.cache_clear()
    yield (gateway := stripe_gateway.gateway())
    gateway._connection._pool.clear()
    stripe_gateway.gateway.cache_clear()


def put_secret(*webhook_secrets: str, api_key: str = API_KEY) -> None:
    """What an operator puts into the service's secret."""
    client = aws.client("secretsmanager")
    value = json.dumps({"apiKey": api_key, "webhookSecrets": webhook_secrets})
    try:
        client.create_secret(Name=SECRET_NAME, SecretString=value)
    except client.exceptions.ResourceExistsException:
        client.put_secret_value(SecretId=SECRET_NAME, SecretString=value)


@pytest.fixture
def shop(
    store: PaymentStore, table: Table, gateway: StripeGateway, account_at_stripe: StripeAccount
) -> Shop:
    """The service, with an order that awaits its payment."""
    shop = Shop(store, table, account_at_stripe)
    shop.order_is_created()
    return shop


@pytest.fixture
def no_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reconciler looks at what has just happened, too."""
    monkeypatch.setattr(reconciler, "QUIET", timedelta(seconds=-5))

"""Time limits: whoever gives up first is the one that can still say so."""

import pytest

from payments import api, subscriber, webhook
from tests.infrastructure.templates import Templates
from ticketing.aws import CONFIG

RETRIES = CONFIG.retries["total_max_attempts"]
PAUSES = sum(2**attempt for attempt in range(RETRIES - 1))
"""botocore's standard mode waits up to 1, 2, 4, ... seconds before it tries again."""

SLOWEST_CALL = RETRIES * CONFIG.read_timeout + PAUSES
"""Seconds until a call to an AWS API that does not answer is given up."""

CALLS = {"auth-api": 3, "auth-authorizer": 2, "tickets-api": 1, "orders-api": 2}
"""AWS calls, one after the other, of a function's longest operation; Stripe has its own limits."""


@pytest.mark.parametrize("name", CALLS)
def test_a_slow_dependency_is_told_before_the_function_is_killed(
    prod: Templates, name: str
) -> None:
    """A killed function is a bare 500 of the gateway's; a call given up is a 503 of ours."""
    assert prod.functions()[name].properties["Timeout"] > CALLS[name] * SLOWEST_CALL


@pytest.mark.parametrize(
    ("name", "seconds"),
    [
        ("api", api.PATIENCE),
        ("webhook", webhook.PATIENCE),
        ("subscriber", 10 * subscriber.PATIENCE),
    ],
)
def test_a_slow_stripe_is_told_before_the_function_is_killed(
    prod: Templates, name: str, seconds: float
) -> None:
    """A queue's batch is ten messages, each of which Stripe may keep that long."""
    assert prod.functions()[f"payments-{name}"].properties["Timeout"] > seconds

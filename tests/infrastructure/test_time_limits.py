"""Time limits: whoever gives up first is the one that can still say so."""

from typing import Any

import pytest

from cdk.tables import TABLES
from payments import api, subscriber, webhook
from payments.connection import CONNECT_SECONDS
from tests.gateway import LambdaContext
from tests.infrastructure.templates import Templates, target
from ticketing import aws, bucket
from ticketing.aws import LAST_SECONDS
from web import backend
from web.transport import RETRY, TIMEOUT

CONFIG: Any = aws.CONFIG
ATTEMPT = CONFIG.connect_timeout + CONFIG.read_timeout
ATTEMPTS = CONFIG.retries["total_max_attempts"]
PAUSES = [2**attempt for attempt in range(ATTEMPTS - 1)]
"""botocore's standard mode waits up to 1, 2, 4, ... seconds before it tries again."""

SLOWEST_CALL = ATTEMPTS * ATTEMPT + sum(PAUSES)
"""Seconds until a call to an AWS API that does not answer is given up."""

GATEWAY, GATEWAY_FOR_AUTHORIZER = 30, 10
"""https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html."""

HTTP = ("auth-api", "tickets-api", "orders-api", "payments-api", "payments-webhook")


def test_whatever_was_just_begun_ends_before_the_function_is_killed() -> None:
    """A killed function is a bare 500 of the gateway's; a call given up is a 503 of ours."""
    assert ATTEMPT + max(PAUSES) < LAST_SECONDS


@pytest.mark.parametrize("name", HTTP)
def test_the_slowest_call_has_the_time_that_it_takes(prod: Templates, name: str) -> None:
    """How long several take together, tests/security/test_slowness.py looks at."""
    seconds = prod.functions()[name].properties["Timeout"]
    assert SLOWEST_CALL + LAST_SECONDS < seconds < GATEWAY
    assert LambdaContext().get_remaining_time_in_millis() == seconds * 1000


@pytest.mark.parametrize("service", ["auth", "tickets", "orders", "payments"])
def test_an_event_has_the_time_that_the_slowest_call_takes(prod: Templates, service: str) -> None:
    """What a batch has no time for is postponed: how, tests/ticketing/test_subscriber.py says."""
    seconds = prod.functions()[f"{service}-subscriber"].properties["Timeout"]
    assert seconds > SLOWEST_CALL + LAST_SECONDS


def test_the_authorizer_works_no_longer_than_somebody_waits(prod: Templates) -> None:
    seconds = prod.functions()["auth-authorizer"].properties["Timeout"]
    assert LAST_SECONDS + ATTEMPT < seconds <= GATEWAY_FOR_AUTHORIZER


def test_a_slow_api_is_told_before_the_page_is_killed(prod: Templates) -> None:
    timeout: Any = TIMEOUT
    slowest_call = (1 + int(RETRY.total or 0)) * (timeout.connect_timeout + timeout.read_timeout)
    seconds = prod.functions()["web-pages"].properties["Timeout"]
    assert backend.PATIENCE + slowest_call < seconds < GATEWAY


@pytest.mark.parametrize(
    ("name", "seconds"), [("api", api.PATIENCE), ("webhook", webhook.PATIENCE)]
)
def test_a_slow_stripe_is_told_before_the_function_is_killed(
    prod: Templates, name: str, seconds: float
) -> None:
    assert prod.functions()[f"payments-{name}"].properties["Timeout"] > seconds


def test_a_bucket_that_does_not_answer_is_given_up_before_the_publisher_is_killed(
    prod: Templates,
) -> None:
    """It would publish again what it has published, for as long as the bucket is away."""
    timeout: Any = bucket.TIMEOUT
    attempts = 1 + int(bucket.RETRY.total or 0)
    pauses = sum(bucket.RETRY.backoff_factor * 2**attempt for attempt in range(attempts))
    slowest_put = attempts * (timeout.connect_timeout + timeout.read_timeout) + pauses
    for service in TABLES:
        seconds = prod.functions()[f"{service}-publisher"].properties["Timeout"]
        assert SLOWEST_CALL + slowest_put < seconds


def test_a_batch_of_payments_ends_however_slow_stripe_is(prod: Templates) -> None:
    """A killed function would lose a receive of each message, and six timeouts.

    What an attempt takes to connect comes on top of the patience, and so does what is written down
    after it.
    """
    slowest_event = subscriber.PATIENCE + CONNECT_SECONDS + SLOWEST_CALL
    function = prod.functions()["payments-subscriber"]
    [batch] = [
        one.properties["BatchSize"]
        for one in prod.resources("AWS::Lambda::EventSourceMapping")
        if one.stack == "Payments" and target(one.properties["FunctionName"]) == function.id
    ]
    assert batch * slowest_event < function.properties["Timeout"]

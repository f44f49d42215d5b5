"""What the authorizer tells the gateway."""

import json
import subprocess
import sys
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from auth.authorizer import lambda_handler
from tests.auth.builders import ANN, PROOF, a_token, claims, forge, now, outage
from tests.gateway import LambdaContext
from ticketing import secrets
from ticketing.http import Request, User

pytestmark = pytest.mark.usefixtures("keys", "origin_secret")

HEAVY = ("argon2", "pydantic", "aws_lambda_powertools.event_handler", "ticketing.http")


def authorize(credential: str, proof: str = PROOF) -> Any:
    """The answer to an authorizer request of payload format 2.0."""
    event = {
        "version": "2.0",
        "type": "REQUEST",
        "routeArn": "arn:aws:execute-api:eu-west-1:123456789012:api/$default/GET/api/orders",
        "identitySource": [credential, proof],
        "routeKey": "GET /api/orders",
        "rawPath": "/api/orders",
        "headers": {"authorization": credential, "cookie": "session=ignored"},
        "requestContext": {"requestId": "request-1", "http": {"method": "GET"}},
    }
    return lambda_handler(event, LambdaContext())  # type: ignore[arg-type]


@pytest.mark.parametrize("scheme", ["Bearer", "Session"])
def test_a_session_is_somebody_until_it_ends(scheme: str) -> None:
    at = now()
    assert authorize(f"{scheme} {a_token(at)}") == {
        "isAuthorized": True,
        "context": {
            "userId": "user-1",
            "expiresAt": int((at + timedelta(minutes=15)).timestamp()),
        },
    }


@pytest.mark.parametrize("credential", ["Anonymous", "Bearer", "Bearer a.b.c", "Basic YTpi", ""])
def test_everything_else_is_let_through_as_nobody(credential: str) -> None:
    assert authorize(credential) == {"isAuthorized": True, "context": {}}


@pytest.mark.parametrize("proof", ["guessed", f"{PROOF}0", f"{PROOF},{PROOF}", "é", ""])
def test_what_came_past_the_edge_is_stopped_whoever_sends_it(proof: str) -> None:
    assert authorize(f"Bearer {a_token()}", proof) == {"isAuthorized": False}


def caller(context: dict[str, Any]) -> User | None:
    """Whom a service sees that was called with this context."""
    authorizer = {"lambda": context}
    return Request({"requestContext": {"requestId": "1", "authorizer": authorizer}}).caller


@pytest.mark.parametrize("kind", [int, str, float])
def test_a_service_notices_when_a_session_ends_that_the_gateway_remembers(kind: type) -> None:
    context = authorize(f"Bearer {a_token()}")["context"]
    ended = int(now().timestamp())
    assert caller(context | {"expiresAt": kind(context["expiresAt"])}) == User("user-1")
    assert caller(context | {"expiresAt": kind(ended)}) is None


def test_two_secrets_are_read_in_a_containers_life_and_none_for_a_request(
    calls: list[str],
) -> None:
    token = a_token()
    secrets.forget()
    calls.clear()
    authorize(f"Bearer {token}")
    assert calls == ["GetSecretValue"] * 2
    authorize(f"Bearer {token}")
    authorize("Anonymous")
    assert calls == ["GetSecretValue"] * 2


def test_nobody_is_not_made_of_an_outage() -> None:
    """The gateway would remember it for minutes; it does not remember an error."""
    with outage("secretsmanager"), pytest.raises(EndpointConnectionError):
        authorize(f"Bearer {forge(claims())}")


def test_neither_token_nor_address_is_logged(log: StringIO) -> None:
    token = a_token()
    authorize(f"Bearer {token}")
    assert json.loads(log.getvalue())["correlation_id"] == "request-1"
    assert token not in log.getvalue()
    assert ANN not in log.getvalue()


@pytest.mark.parametrize("proof", [PROOF, "guessed"])
def test_no_proof_is_logged(log: StringIO, proof: str) -> None:
    authorize("Anonymous", proof)
    assert log.getvalue()
    assert proof not in log.getvalue()


def test_the_authorizer_loads_nothing_that_it_does_not_need() -> None:
    script = f"import sys, auth.authorizer; print(*(set(sys.modules) & set({HEAVY!r})))"
    loaded = subprocess.run([sys.executable, "-c", script], check=True, stdout=subprocess.PIPE)
    assert loaded.stdout.split() == []

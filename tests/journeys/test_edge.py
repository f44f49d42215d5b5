"""The edge is the only way in: the API's own address answers nobody who comes past it."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.journeys.people import Person, eventually
from tests.journeys.processes import kill

pytestmark = pytest.mark.journey

PATHS = ["/api/tickets", "/api/openapi.json", "/api/nothing", "/", "/auth/signin", "/static/x"]


@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_served_past_the_edge(endpoints: dict[str, Any], path: str) -> None:
    with httpx.Client(base_url=endpoints["api"]) as http:
        assert http.get(path).status_code == 401
        assert http.get(path, headers={"Authorization": "Anonymous"}).status_code == 401
        guessed = {"Authorization": "Anonymous", "X-Origin-Verify": "guessed"}
        answer = http.get(path, headers=guessed)
    assert (answer.status_code, answer.json()) == (403, {"message": "Forbidden"})


@pytest.mark.parametrize("path", PATHS)
def test_no_answer_tells_what_serves_it(url: str, path: str) -> None:
    answer = httpx.get(f"{url}{path}")
    assert not {"server", "x-powered-by", "via"} & answer.headers.keys()


def test_stripe_must_come_through_the_edge_too(endpoints: dict[str, Any]) -> None:
    guessed = {"Authorization": "Anonymous", "X-Origin-Verify": "guessed"}
    answer = httpx.post(f"{endpoints['api']}/api/payments/webhook", json={}, headers=guessed)
    assert answer.status_code == 403


def test_a_session_opens_no_back_door(endpoints: dict[str, Any], buyer: Person) -> None:
    headers = {"Authorization": f"Session {buyer.http.cookies['session']}"}
    url = f"{endpoints['api']}/api/orders"
    assert httpx.get(url, headers=headers).status_code == 401
    assert httpx.get(url, headers=headers | {"X-Origin-Verify": "guessed"}).status_code == 403
    assert buyer.http.get("/api/orders").status_code == 200


def test_a_visitor_cannot_speak_for_the_edge(url: str) -> None:
    """Its header is replaced by the edge's own."""
    answer = httpx.get(f"{url}/api/tickets", headers={"X-Origin-Verify": "guessed"})
    assert answer.status_code == 200


WEB, NEW = "ticketing-local-web", "n" * 64


def test_a_rotation_refuses_nobody(
    endpoints: dict[str, Any], url: str, aws_client: Callable[[Any], Any]
) -> None:
    """By the runbook, up to the removal of the old value: others still use this service."""
    secrets, stacks = aws_client("secretsmanager"), aws_client("cloudformation")
    [secret] = [
        one["ARN"]
        for one in secrets.list_secrets()["SecretList"]
        if "came through CloudFront" in one["Description"]
    ]
    values = json.loads(secrets.get_secret_value(SecretId=secret)["SecretString"])
    secrets.put_secret_value(SecretId=secret, SecretString=json.dumps(values | {"k2": NEW}))
    template = json.dumps(stacks.get_template(StackName=WEB)["TemplateBody"])
    stacks.update_stack(
        StackName=WEB,
        TemplateBody=template.replace(":SecretString:k1:", ":SecretString:k2:"),
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    stacks.get_waiter("stack_update_complete").wait(StackName=WEB, WaiterConfig={"Delay": 1})
    assert shown_by_the_distribution(aws_client("cloudfront")) == NEW
    kill(endpoints, "auth/authorizer")
    eventually(lambda: status_with(endpoints["api"], NEW), lambda status: status == 200)
    assert status_with(endpoints["api"], values["k1"]) == 200
    assert httpx.get(f"{url}/api/tickets").status_code == 200


def shown_by_the_distribution(cloudfront: Any) -> str:
    [distribution] = cloudfront.list_distributions()["DistributionList"]["Items"]
    config = cloudfront.get_distribution_config(Id=distribution["Id"])["DistributionConfig"]
    [header] = [
        header["HeaderValue"]
        for origin in config["Origins"]["Items"]
        for header in origin.get("CustomHeaders", {}).get("Items", ())
    ]
    return str(header)


def status_with(api: str, proof: str) -> int:
    """Of a request whose answer the gateway does not remember."""
    headers = {"Authorization": f"Bearer visit-{uuid4()}", "X-Origin-Verify": proof}
    return httpx.get(f"{api}/api/tickets", headers=headers).status_code

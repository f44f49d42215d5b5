"""The script that CloudFront runs at each request, run by Node: what the API gets to see."""

import json
import shutil
import subprocess
from typing import Any

import pytest

from tests.credentials import CASES, Case
from tests.infrastructure.templates import Templates

type Field = dict[str, Any]

CLIENT = "2001:db8::7"


def field(values: list[str]) -> Field:
    """A header or cookie as CloudFront gives it to a function: all values, if there are several."""
    single: Field = {"value": values[0]}
    return single | ({"multiValue": [{"value": one} for one in values]} if values[1:] else {})


def cookies(header: str) -> dict[str, Field]:
    found: dict[str, list[str]] = {}
    for pair in header.split("; "):
        name, _, value = pair.partition("=")
        found.setdefault(name, []).append(value)
    return {name: field(values) for name, values in found.items()}


def request(authorization: list[str], cookie: str | None = None) -> Field:
    given = {"authorization": field(authorization)} if authorization else {}
    return {
        "method": "GET",
        "uri": "/api/orders",
        "querystring": {},
        "headers": {"accept": {"value": "*/*"}, "host": {"value": "tickets.example"}, **given},
        "cookies": cookies(cookie) if cookie else {},
    }


def run(templates: Templates, requests: list[Field]) -> list[Field]:
    """What the deployed script passes on of each request."""
    function = templates.resources("AWS::CloudFront::Function")[0].properties
    assert function["FunctionConfig"]["Runtime"] == "cloudfront-js-2.0"
    asking = f"const requests = {json.dumps(requests)};"
    asking += f"const viewer = {{ ip: '{CLIENT}' }};"
    asking += "const passed = requests.map((request) => handler({ request, viewer }));"
    asking += "console.log(JSON.stringify(passed));"
    answer = subprocess.run(
        [shutil.which("node") or "node", "-"],
        input=f"'use strict';{function['FunctionCode']}\n{asking}",
        capture_output=True,
        check=True,
        text=True,
    )
    return list(json.loads(answer.stdout))


def credential(passed: Field) -> str:
    found: Field = passed["headers"]["authorization"]
    assert found.keys() == {"value"}
    return str(found["value"])


def named(cookie: str | None) -> str | None:
    return cookie and cookie.replace("SESSION", "__Host-session")


@pytest.fixture(scope="module")
def answered(prod: Templates) -> dict[Case, Field]:
    given = [
        request([one.authorization] if one.authorization is not None else [], named(one.cookie))
        for one in CASES
    ]
    return dict(zip(CASES, run(prod, given), strict=True))


@pytest.mark.parametrize("case", CASES)
def test_the_api_gets_exactly_one_credential(answered: dict[Case, Field], case: Case) -> None:
    assert credential(answered[case]) == case.expected


def test_several_headers_are_one_list_and_no_session(prod: Templates) -> None:
    several = run(prod, [request(["Bearer a", "Bearer b"]), request(["Basic a", "Bearer b"])])
    assert [credential(one) for one in several] == ["Bearer a,Bearer b", "Anonymous"]


def test_a_browsers_question_before_a_foreign_call_has_a_credential(prod: Templates) -> None:
    """A browser sends none with it, and the gateway refuses a request without an identity."""
    [passed] = run(prod, [request([]) | {"method": "OPTIONS"}])
    assert credential(passed) == "Anonymous"


def test_all_else_is_passed_on(prod: Templates) -> None:
    given = request([], "__Host-session=s; a=1")
    passed = run(prod, [given])[0]
    del passed["headers"]["authorization"]
    del passed["headers"]["x-site"], passed["headers"]["x-client-address"]
    assert passed == given


def test_the_api_learns_the_site_and_the_client_and_from_nobody_else(prod: Templates) -> None:
    forged = request([])
    forged["headers"]["x-site"] = field(["https://evil.example", "https://evil.example"])
    forged["headers"]["x-client-address"] = field(["203.0.113.1"])
    for passed in run(prod, [request([]), forged]):
        assert passed["headers"]["x-site"] == {"value": "https://tickets.example"}
        assert passed["headers"]["x-client-address"] == {"value": CLIENT}


def test_the_edge_says_nothing_that_the_gateway_does_not_pass_on(prod: Templates) -> None:
    """HTTP APIs make one `Forwarded` of all these.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
    """
    [passed] = run(prod, [request([])])
    assert not [name for name in passed["headers"] if name.startswith("x-forwarded-")]

"""Secrets lie in Secrets Manager and nowhere else: no template, environment or log has one."""

import json
import re

import pytest

from cdk.settings import DEV, LOCAL, PROD, Settings
from tests.infrastructure.conftest import Synthesize
from tests.infrastructure.templates import Templates, strings, written

SHAPES = re.compile(
    r"(sk|rk)_(live|test)_\w+|whsec_\w+|AKIA[A-Z0-9]{16}|-----BEGIN|eyJ[\w-]{10,}\.|[0-9a-f]{64,}"
)
"""Of Stripe's and AWS's keys, of private keys, tokens and random values."""

ASSETS = re.compile(r"[0-9a-f]{64}(\.zip|\.json)")
"""Files that are named by the digest of what is in them."""

SECRETIVE = re.compile(r"SECRET|PASSWORD|TOKEN|CREDENTIAL|_KEYS?$")
PUBLIC = {"STRIPE_PUBLISHABLE_KEY"}
"""Every browser is told this one."""

REFERENCE = "{{resolve:secretsmanager:"


@pytest.fixture(params=[PROD, DEV, LOCAL], ids=lambda one: str(one.stage))
def templates(request: pytest.FixtureRequest, synthesize: Synthesize) -> Templates:
    settings: Settings = request.param
    return synthesize(settings)


def test_nothing_in_a_template_looks_like_a_secret(templates: Templates) -> None:
    for stack in templates.stacks:
        text = ASSETS.sub("", json.dumps(templates.template(stack)))
        assert not SHAPES.search(text), stack


def test_a_secret_is_generated_or_empty_before_an_operator_fills_it(templates: Templates) -> None:
    starts = {
        one.stack: one.properties for one in templates.resources("AWS::SecretsManager::Secret")
    }
    assert starts.keys() == {"Auth", "Payments", "Platform"}
    for stack, fields in {"Auth": {"current": "k1"}, "Platform": {}}.items():
        generated = starts[stack]["GenerateSecretString"]
        assert json.loads(generated["SecretStringTemplate"]) == fields
        assert (generated["GenerateStringKey"], generated["PasswordLength"]) == ("k1", 64)
    empty = json.loads(starts["Payments"]["SecretString"])
    assert empty == {"apiKey": "", "webhookSecrets": []}


def test_the_environment_says_where_a_secret_lies_and_not_what_it_is(templates: Templates) -> None:
    for name, function in templates.functions().items():
        for variable, value in function.properties["Environment"]["Variables"].items():
            assert REFERENCE not in written(value), name
            if SECRETIVE.search(variable) and variable not in PUBLIC:
                assert re.fullmatch(r"<\w+>", written(value)), (name, variable)


def test_cloudformation_looks_up_one_secret_for_one_header(templates: Templates) -> None:
    """Anywhere else, people who may describe a stack or a function would read it."""
    looked_up = {
        (stack, text)
        for stack in templates.stacks
        for text in strings(templates.template(stack))
        if "{{resolve:" in text
    }
    assert looked_up == {("Web", REFERENCE)}
    [distribution] = templates.resources("AWS::CloudFront::Distribution")
    sent = [
        written(header["HeaderValue"])
        for origin in distribution.properties["DistributionConfig"]["Origins"]
        for header in origin.get("OriginCustomHeaders", [])
    ]
    assert [one.startswith(REFERENCE) for one in sent] == [True]


def test_no_output_of_a_stack_is_a_secret(templates: Templates) -> None:
    for stack in templates.stacks:
        for name, output in templates.template(stack).get("Outputs", {}).items():
            assert not {"SecretString", REFERENCE} & set(strings(output)), name


def test_the_access_log_knows_no_header_and_no_query(templates: Templates) -> None:
    [stage] = templates.resources("AWS::ApiGatewayV2::Stage")
    line = json.loads(stage.properties["AccessLogSettings"]["Format"])
    for value in line.values():
        assert not re.search(r"header|querystring|authorizer\.(?!error)|identity", value), value

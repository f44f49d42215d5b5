"""The firewall: what it stops, and what it must let through because it is right."""

import json
import re
from typing import Any

import pytest

from cdk.settings import DEV, LOCAL, PROD
from cdk.throttles import SHARES
from tests.infrastructure.conftest import Synthesize
from tests.infrastructure.templates import Templates
from web import accounts

type Rule = dict[str, Any]

GUARDED = [
    *(key.split(" ") for key in SHARES if key != "POST /api/payments/webhook"),
    ("POST", "/auth/signin"),
    ("POST", "/auth/signup"),
    ("POST", "/account/password"),
    ("POST", "/account/erase"),
    ("POST", "/api/users/sign%69n"),
]

OPEN = [
    ("GET", "/auth/signin"),
    ("GET", "/api/users/me"),
    ("GET", "/api/users/me/export"),
    ("POST", "/auth/signout"),
    ("POST", "/account/signout"),
    ("GET", "/account/erase"),
    ("GET", "/api/payments/order-1"),
    ("POST", "/api/payments/webhook"),
    ("POST", "/api/users/refresh"),
    ("POST", "/api/orders"),
    ("POST", "/api/usersXsignin"),
]


def acl(templates: Templates) -> dict[str, Any]:
    [found] = templates.resources("AWS::WAFv2::WebACL")
    return found.properties


def rules(templates: Templates) -> dict[str, Rule]:
    return {one["Name"]: one for one in acl(templates)["Rules"]}


def limit(rule: Rule) -> dict[str, Any]:
    return dict(rule["Statement"]["RateBasedStatement"])


def applies(statement: dict[str, Any], method: str, path: str) -> bool:
    """Whether a statement is about a request, as WAF would say."""
    [(kind, inner)] = statement.items()
    if kind == "AndStatement":
        return all(applies(one, method, path) for one in inner["Statements"])
    if kind == "NotStatement":
        return not applies(inner["Statement"], method, path)
    assert kind == "RegexMatchStatement"
    [transformation] = [one["Type"] for one in inner["TextTransformations"]]
    text = method if "Method" in inner["FieldToMatch"] else path
    if transformation == "URL_DECODE":
        text = re.sub("%([0-9a-f]{2})", lambda code: chr(int(code[1], 16)), text)
    return re.search(inner["RegexString"], text) is not None


def test_it_stands_in_front_of_the_site_where_cloudfront_looks_for_it(prod: Templates) -> None:
    [distribution] = prod.resources("AWS::CloudFront::Distribution")
    assert distribution.properties["DistributionConfig"]["WebACLId"] == {
        "Fn::GetStackOutput": {
            "StackName": "ticketing-firewall",
            "Region": "us-east-1",
            "OutputName": "WebAclArn",
        }
    }
    assert prod.manifest()["Firewall"]["environment"].endswith("/us-east-1")
    assert prod.manifest()["Firewall"]["properties"]["stackName"] == "ticketing-firewall"
    assert acl(prod)["Scope"] == "CLOUDFRONT"


def test_a_stage_without_customers_does_without_it(synthesize: Synthesize) -> None:
    for settings in (DEV, LOCAL):
        templates = synthesize(settings)
        assert "Firewall" not in templates.stacks
        [distribution] = templates.resources("AWS::CloudFront::Distribution")
        assert "WebACLId" not in distribution.properties["DistributionConfig"]


def test_rates_come_before_what_costs_more_to_find_out(prod: Templates) -> None:
    by_priority = sorted(acl(prod)["Rules"], key=lambda rule: int(rule["Priority"]))
    assert [one["Name"] for one in by_priority] == ["GuardedRate", "Rate", "KnownBadInputs", "Core"]
    assert acl(prod)["DefaultAction"] == {"Allow": {}}


@pytest.mark.parametrize(("method", "path"), GUARDED)
def test_what_can_be_guessed_is_limited_more_strictly(
    prod: Templates, method: str, path: str
) -> None:
    found = limit(rules(prod)["GuardedRate"])
    assert found["Limit"] == PROD.guarded_rate < PROD.address_rate
    assert applies(found["ScopeDownStatement"], method, path)


@pytest.mark.parametrize(("method", "path"), OPEN)
def test_nothing_else_is(prod: Templates, method: str, path: str) -> None:
    assert not applies(limit(rules(prod)["GuardedRate"])["ScopeDownStatement"], method, path)


def test_every_form_with_a_password_is_guarded() -> None:
    forms = {route.path for route in accounts.routes.all if route.method == "POST"}
    assert forms - {path for _, path in GUARDED} == {"/auth/signout", "/account/signout"}


def test_stripe_may_send_as_many_events_as_it_has(prod: Templates) -> None:
    found = limit(rules(prod)["Rate"])
    assert (found["AggregateKeyType"], found["Limit"]) == ("IP", PROD.address_rate)
    scope = found["ScopeDownStatement"]
    assert not applies(scope, "POST", "/api/payments/webhook")
    assert applies(scope, "POST", "/api/payments/webhooks")
    assert applies(scope, "GET", "/")


def test_too_many_requests_are_told_so_in_the_shape_of_the_api(prod: Templates) -> None:
    for name in ("GuardedRate", "Rate"):
        answer = rules(prod)[name]["Action"]["Block"]["CustomResponse"]
        assert answer["ResponseCode"] == 429
        assert answer["ResponseHeaders"] == [{"Name": "Retry-After", "Value": "300"}]
        body = acl(prod)["CustomResponseBodies"][answer["CustomResponseBodyKey"]]
        assert body["ContentType"] == "APPLICATION_JSON"
        said = json.loads(body["Content"])
        assert (said["status"], said["type"]) == (429, "too-many-requests")
        assert said["errors"][0]["message"]


def test_known_attacks_are_blocked_by_rules_that_aws_maintains(prod: Templates) -> None:
    groups = {
        name: rules(prod)[name]["Statement"]["ManagedRuleGroupStatement"]
        for name in ("KnownBadInputs", "Core")
    }
    assert groups["KnownBadInputs"] == {
        "VendorName": "AWS",
        "Name": "AWSManagedRulesKnownBadInputsRuleSet",
    }
    assert groups["Core"]["Name"] == "AWSManagedRulesCommonRuleSet"
    for name in groups:
        assert rules(prod)[name]["OverrideAction"] == {"None": {}}


def test_a_password_may_look_like_an_attack(prod: Templates) -> None:
    """Any text is right in a body, up to the API's own limit. Paths and queries are not data."""
    core = rules(prod)["Core"]["Statement"]["ManagedRuleGroupStatement"]
    counted = {one["Name"] for one in core["RuleActionOverrides"]}
    assert {one for one in counted if not one.endswith("_BODY")} == {"NoUserAgent_HEADER"}
    assert all(one["ActionToUse"] == {"Count": {}} for one in core["RuleActionOverrides"])


def test_samples_of_requests_hold_no_credential(prod: Templates) -> None:
    [protection] = acl(prod)["DataProtectionConfig"]["DataProtections"]
    assert protection["Action"] == "SUBSTITUTION"
    assert protection["Field"] == {
        "FieldType": "SINGLE_HEADER",
        "FieldKeys": ["authorization", "cookie"],
    }

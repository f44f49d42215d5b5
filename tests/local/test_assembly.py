"""Templates for the emulator: what it cannot take is left out, and functions are called here."""

import json
from pathlib import Path

import pytest

from cdk.local.account import Resource
from cdk.local.assembly import (
    INVOKE_URL,
    MORE_SECONDS,
    Template,
    adapted,
    code_assets,
    expiring_attributes,
    stacks,
)
from cdk.local.deployment import Deployment, queue_key
from cdk.local.functions import Function

TEMPLATE: Template = {
    "Parameters": {"P": {"Type": "String"}},
    "Resources": {
        "Archive": {"Type": "AWS::Events::Archive", "Properties": {}},
        "Files": {"Type": "Custom::StaticFiles", "Properties": {}},
        "Api": {
            "Type": "AWS::Lambda::Function",
            "DependsOn": ["Files", "Table"],
            "Properties": {"Timeout": 10, "Environment": {"Variables": {"TABLE_NAME": "t"}}},
        },
        "Table": {
            "Type": "AWS::DynamoDB::GlobalTable",
            "Properties": {"TimeToLiveSpecification": {"AttributeName": "ttl", "Enabled": True}},
        },
        "Other": {"Type": "AWS::DynamoDB::GlobalTable", "Properties": {}},
    },
}


def test_what_the_emulator_cannot_make_is_left_out_and_nothing_else() -> None:
    result = adapted(TEMPLATE, "http://host/")
    assert TEMPLATE["Resources"].keys() - result["Resources"].keys() == {"Archive", "Files"}
    assert result["Parameters"] == TEMPLATE["Parameters"]
    assert result["Resources"]["Table"] == TEMPLATE["Resources"]["Table"]


def test_functions_are_called_at_the_warm_host() -> None:
    resources = adapted(TEMPLATE, "http://host/")["Resources"]
    assert resources["Api"]["Properties"] == {
        "Timeout": 10 + MORE_SECONDS,
        "Environment": {"Variables": {"TABLE_NAME": "t", INVOKE_URL: "http://host/"}},
    }
    assert resources["Api"]["DependsOn"] == ["Table"]
    assert INVOKE_URL not in json.dumps(TEMPLATE)


def test_queues_can_be_asked_without_tls() -> None:
    statements = [{"Effect": "Deny", "Sid": "TLS"}, {"Effect": "Allow", "Sid": "Bus"}]
    policy = {
        "Type": "AWS::SQS::QueuePolicy",
        "Properties": {"Queues": ["q"], "PolicyDocument": {"Statement": statements}},
    }
    resources = adapted({"Resources": {"Policy": policy}}, "http://host/")["Resources"]
    assert resources["Policy"]["Properties"] == {
        "Queues": ["q"],
        "PolicyDocument": {"Statement": [{"Effect": "Allow", "Sid": "Bus"}]},
    }


def test_tables_whose_items_expire_are_found() -> None:
    assert expiring_attributes(TEMPLATE) == {"Table": "ttl"}


@pytest.fixture
def outdir(tmp_path: Path) -> Path:
    """A synthesized app of two stacks, one after the other."""
    manifest = {
        "artifacts": {
            "Platform": {
                "type": "aws:cloudformation:stack",
                "properties": {"templateFile": "Platform.json", "stackName": "t-platform"},
                "dependencies": ["Platform.assets"],
            },
            "Platform.assets": {"type": "cdk:asset-manifest"},
            "Orders": {
                "type": "aws:cloudformation:stack",
                "properties": {"templateFile": "Orders.json", "stackName": "t-orders"},
                "dependencies": ["Platform", "Orders.assets"],
            },
            "Orders.assets": {"type": "cdk:asset-manifest"},
        }
    }
    asset = {"destinations": {"here": {"bucketName": "b", "objectKey": "1.zip"}}}
    files = {
        "1": {**asset, "source": {"path": "asset.1", "packaging": "zip"}},
        "2": {**asset, "source": {"path": "Orders.json", "packaging": "file"}},
    }
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    (tmp_path / "Orders.assets.json").write_text(json.dumps({"files": files}))
    for name in ("Platform", "Orders"):
        (tmp_path / f"{name}.json").write_text(json.dumps({"Resources": {}}))
    return tmp_path


def test_stacks_know_which_others_come_first(outdir: Path) -> None:
    found = stacks(outdir)
    assert {key: stack.name for key, stack in found.items()} == {
        "Platform": "t-platform",
        "Orders": "t-orders",
    }
    assert found["Orders"].dependencies == {"Platform"}
    assert found["Platform"].dependencies == frozenset()


def test_code_is_packed_and_templates_are_not(outdir: Path) -> None:
    assert [*code_assets(outdir)] == [("1.zip", outdir / "asset.1")]


def test_a_deployment_survives_the_way_to_another_process(tmp_path: Path) -> None:
    function = Function(
        name="f",
        handler="orders.api.lambda_handler",
        timeout=1,
        memory_mb=128,
        environment={"TABLE_NAME": "orders-1"},
    )
    deployment = Deployment.of(
        [
            Resource("platform", "Api", "AWS::ApiGatewayV2::Api", "api1"),
            Resource("platform", "Bus", "AWS::Events::EventBus", "bus1"),
            Resource("expiration", "Timer", "AWS::StepFunctions::StateMachine", "arn:timer"),
            Resource("orders", "Table", "AWS::DynamoDB::GlobalTable", "orders-1"),
            Resource("orders", "SubscriptionQueue", "AWS::SQS::Queue", "http://q"),
        ],
        [function],
        {"X-Origin-Verify": "proof"},
    )
    assert (deployment.tables, deployment.queues) == (
        {"orders": "orders-1"},
        {"orders": "http://q"},
    )
    (tmp_path / "d.json").write_text(deployment.dump())
    assert Deployment.read(tmp_path / "d.json") == deployment


def test_dead_letter_queues_are_named_apart() -> None:
    queue = Resource("orders", "SubscriptionDeadLetters1A90", "AWS::SQS::Queue", "http://q")
    assert queue_key(queue) == "orders-dead-letters"

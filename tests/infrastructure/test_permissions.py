"""Least privilege: what each role may do is written down here a second time, and must agree."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.infrastructure.templates import Resource, Templates, target, written

XRAY = {"xray:PutTelemetryRecords", "xray:PutTraceSegments"}
LOGS = {"logs:CreateLogStream", "logs:PutLogEvents"}
RECEIVE = {
    "sqs:ReceiveMessage",
    "sqs:DeleteMessage",
    "sqs:ChangeMessageVisibility",
    "sqs:GetQueueAttributes",
}
SECRET = {"secretsmanager:GetSecretValue"}
ITEMS = {"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"}
STREAM = {
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
}
PUBLISHER = STREAM | {"events:PutEvents", "s3:ListBucket", "s3:PutObject"}

ALLOWED = {
    "reference-api": set(),
    "auth-api": SECRET | ITEMS | {"dynamodb:BatchGetItem"},
    "auth-authorizer": SECRET,
    "auth-publisher": PUBLISHER,
    "tickets-api": ITEMS | {"dynamodb:Query"},
    "tickets-subscriber": RECEIVE | {"dynamodb:Query", "dynamodb:UpdateItem", "sqs:SendMessage"},
    "tickets-publisher": PUBLISHER,
    "orders-api": ITEMS | {"dynamodb:BatchGetItem", "dynamodb:Query"},
    "orders-subscriber": RECEIVE
    | {"dynamodb:GetItem", "dynamodb:Query", "dynamodb:UpdateItem", "sqs:SendMessage"},
    "orders-sweeper": {"dynamodb:Query", "dynamodb:UpdateItem"},
    "orders-publisher": PUBLISHER,
    "payments-api": SECRET | {"dynamodb:GetItem", "dynamodb:UpdateItem"},
    "payments-webhook": SECRET | {"dynamodb:UpdateItem"},
    "payments-subscriber": SECRET | RECEIVE | {"dynamodb:PutItem", "dynamodb:UpdateItem"},
    "payments-reconciler": SECRET
    | {"dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:UpdateItem"},
    "payments-publisher": PUBLISHER,
    "web-pages": set(),
    "web-upload": {"s3:PutObject"},
}

QUERIED = {
    "tickets-api": {"by_sale", "by_seller"},
    "tickets-subscriber": {"by_seller"},
    "orders-api": {"by_user"},
    "orders-subscriber": {"by_user"},
    "orders-sweeper": {"by_expiry"},
    "payments-reconciler": {"by_open"},
}

LOG_DELIVERY = {
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
}
"""What a state machine needs to log; AWS gives these actions no resource."""

SAMPLING = {"xray:GetSamplingRules", "xray:GetSamplingTargets"}


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def statements(templates: Templates, role: Resource) -> Iterator[tuple[set[str], list[str]]]:
    """The actions and resources of each statement of a role's policies."""
    for policy in templates.resources("AWS::IAM::Policy"):
        if policy.stack == role.stack and {"Ref": role.id} in policy.properties["Roles"]:
            for statement in policy.properties["PolicyDocument"]["Statement"]:
                assert statement["Effect"] == "Allow"
                yield (
                    set(listed(statement["Action"])),
                    [written(one) for one in listed(statement["Resource"])],
                )


def role_of(templates: Templates, function: Resource) -> Resource:
    return templates.of(function.stack, target(function.properties["Role"]))


@pytest.mark.parametrize("name", ALLOWED)
def test_a_function_may_do_what_it_needs_and_nothing_else(prod: Templates, name: str) -> None:
    function = prod.functions()[name]
    granted = [actions for actions, _ in statements(prod, role_of(prod, function))]
    assert set().union(*granted) == ALLOWED[name] | XRAY | LOGS


def test_every_function_is_in_the_list(prod: Templates) -> None:
    assert set(prod.functions()) == set(ALLOWED)


def test_every_function_has_a_role_of_its_own(prod: Templates) -> None:
    roles = [(one.stack, target(one.properties["Role"])) for one in prod.functions().values()]
    assert len(set(roles)) == len(roles)


def test_no_role_has_a_managed_policy(prod: Templates) -> None:
    for role in prod.resources("AWS::IAM::Role"):
        assert "ManagedPolicyArns" not in role.properties, role
    assert not prod.resources("AWS::IAM::ManagedPolicy")


def test_no_action_is_a_wildcard(prod: Templates) -> None:
    for role in prod.resources("AWS::IAM::Role"):
        for actions, _ in statements(prod, role):
            assert not [action for action in actions if "*" in action], role


def test_only_actions_without_a_resource_are_allowed_on_everything(prod: Templates) -> None:
    for role in prod.resources("AWS::IAM::Role"):
        for actions, resources in statements(prod, role):
            if "*" in resources:
                extra = SAMPLING | LOG_DELIVERY if role.stack == "Expiration" else set()
                assert actions <= XRAY | extra, role


def test_a_wildcard_inside_a_resource_stays_within_what_the_service_owns(prod: Templates) -> None:
    found = {
        resource
        for role in prod.resources("AWS::IAM::Role")
        for _, resources in statements(prod, role)
        for resource in resources
        if "*" in resource and resource != "*"
    }
    streams = {one for one in found if one.endswith(">/stream/*") and one.startswith("<Table")}
    failures = {one for one in found if one.endswith("/aws/lambda/*") and "Failures" in one}
    static = {one for one in found if one.endswith("/static/*") and one.startswith("<Static")}
    assert found == streams | failures | static


@pytest.mark.parametrize("name", ALLOWED)
def test_a_function_queries_named_indexes_only(prod: Templates, name: str) -> None:
    function = prod.functions()[name]
    queried = {
        resource.rpartition("/index/")[2]
        for actions, resources in statements(prod, role_of(prod, function))
        if "dynamodb:Query" in actions
        for resource in resources
    }
    assert queried == QUERIED.get(name, set())


def test_a_consumer_puts_events_into_its_own_queue_only(prod: Templates) -> None:
    for function in prod.functions().values():
        granted = list(statements(prod, role_of(prod, function)))
        read = {
            one
            for actions, resources in granted
            if "sqs:ReceiveMessage" in actions
            for one in resources
        }
        for actions, resources in granted:
            if "sqs:SendMessage" in actions:
                assert set(resources) == read, function


def test_a_function_writes_to_its_own_log_group_only(prod: Templates) -> None:
    for function in prod.functions().values():
        group = target(function.properties["LoggingConfig"]["LogGroup"])
        for actions, resources in statements(prod, role_of(prod, function)):
            if actions & LOGS:
                assert resources == [f"<{group}>"], function


def test_only_auth_reads_the_session_keys_and_only_payments_the_stripe_secret(
    prod: Templates,
) -> None:
    secrets = prod.resources("AWS::SecretsManager::Secret")
    assert {secret.stack for secret in secrets} == {"Auth", "Payments", "Platform"}
    readers = {name for name, allowed in ALLOWED.items() if allowed & SECRET}
    assert {name.partition("-")[0] for name in readers} == {"auth", "payments"}


def test_the_authorizer_alone_reads_the_proof_of_the_edge(prod: Templates) -> None:
    readers = {
        name
        for name, function in prod.functions().items()
        for actions, resources in statements(prod, role_of(prod, function))
        if actions & SECRET and any("OriginProof" in one for one in resources)
    }
    assert readers == {"auth-authorizer"}


def test_the_timer_may_send_to_the_bus_and_start_nothing(prod: Templates) -> None:
    machine = prod.resources("AWS::StepFunctions::StateMachine")[0]
    role = prod.of(machine.stack, target(machine.properties["RoleArn"]))
    granted = [actions for actions, _ in statements(prod, role)]
    assert set().union(*granted) == {"events:PutEvents"} | XRAY | SAMPLING | LOG_DELIVERY


def test_only_the_gateway_of_this_api_may_invoke_a_function(prod: Templates) -> None:
    for permission in prod.resources("AWS::Lambda::Permission"):
        assert permission.properties["Principal"] == "apigateway.amazonaws.com"
        source = written(permission.properties["SourceArn"])
        api = "<Api" if permission.stack == "Platform" else "<PublishOutputRefApi"
        assert source.split(":")[-1].startswith(api), permission

"""Least privilege: what each role may do is written down here a second time, and must agree."""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

import pytest

from payments import store as payments
from tests.infrastructure.templates import Resource, Templates, target, written
from tickets import store as tickets

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
    "auth-api": SECRET | ITEMS | {"dynamodb:BatchGetItem", "dynamodb:DeleteItem", "dynamodb:Query"},
    "auth-subscriber": RECEIVE
    | {"dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:Query", "sqs:SendMessage"},
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
    "auth-api": {"by_user"},
    "auth-subscriber": {"by_user"},
    "tickets-api": {"by_sale", "by_seller"},
    "tickets-subscriber": {"by_seller"},
    "orders-api": {"by_user"},
    "orders-subscriber": {"by_user"},
    "orders-sweeper": {"by_expiry"},
    "payments-reconciler": {"by_open"},
}

ITEM_ACTIONS = {
    "dynamodb:BatchGetItem",
    "dynamodb:DeleteItem",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
}

ONE_KIND = {"Tickets": ("TICKET#*", tickets), "Payments": ("ORDER#*", payments)}
"""Stacks whose functions know one kind of item: its keys, and the room that makes them."""

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
"""What a state machine needs to log. They are of an account: AWS gives them no resource."""

SAMPLING = {"xray:GetSamplingRules", "xray:GetSamplingTargets"}
"""Of a state machine's traces. As those in XRAY: traces are an account's, and have no ARN."""

WITHIN = {
    "/stream/*": "ListStreams is of a table; the name of its stream is known once it is made",
    "/aws/lambda/*": "Lambda names the objects in which it writes down what failed",
    "/static/*": "files are named by their content",
}
"""How the ARNs with a wildcard end, and why no narrower one can be written."""


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def policy_statements(templates: Templates, role: Resource) -> Iterator[dict[str, Any]]:
    """Each statement of a role's policies."""
    for policy in templates.resources("AWS::IAM::Policy"):
        if policy.stack == role.stack and {"Ref": role.id} in policy.properties["Roles"]:
            yield from policy.properties["PolicyDocument"]["Statement"]


def statements(templates: Templates, role: Resource) -> Iterator[tuple[set[str], list[str]]]:
    """The actions and resources of each of them."""
    for statement in policy_statements(templates, role):
        assert statement["Effect"] == "Allow"
        actions = set(listed(statement["Action"]))
        yield actions, [written(one) for one in listed(statement["Resource"])]


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
    owned = re.compile(r"<(Table|OutboxFailures|StaticBucket)\w*>")
    assert {owned.sub("", one, count=1) for one in found} == WITHIN.keys()


def test_a_function_may_name_items_of_its_own_kind_only(prod: Templates) -> None:
    """An item of another kind in the same table would be another function's business."""
    for function in prod.functions().values():
        pattern, _ = ONE_KIND.get(function.stack, (None, None))
        of = {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": pattern and [pattern]}}
        for statement in policy_statements(prod, role_of(prod, function)):
            if ITEM_ACTIONS & set(listed(statement["Action"])):
                assert statement.get("Condition") == (of if pattern else None), function
            else:
                assert "Condition" not in statement, function


@pytest.mark.parametrize("stack", ONE_KIND)
def test_the_keys_that_a_store_makes_are_of_that_kind(stack: str) -> None:
    pattern, store = ONE_KIND[stack]
    makers = [one for name, one in vars(store).items() if name.endswith("_key")]
    assert makers
    assert all(fnmatchcase(maker("01a2"), pattern) for maker in makers)


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


def test_only_publishers_and_the_timer_send_to_the_bus(prod: Templates) -> None:
    """An account's own roles: no policy of the bus lets in anybody else."""
    assert not prod.resources("AWS::Events::EventBusPolicy")
    senders = {
        role.path
        for role in prod.resources("AWS::IAM::Role")
        for actions, _ in statements(prod, role)
        if "events:PutEvents" in actions
    }
    functions = prod.functions().items()
    publishers = {role_of(prod, one).path for name, one in functions if "-publisher" in name}
    [machine] = prod.resources("AWS::StepFunctions::StateMachine")
    timer = prod.of(machine.stack, target(machine.properties["RoleArn"])).path
    assert senders == publishers | {timer}


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

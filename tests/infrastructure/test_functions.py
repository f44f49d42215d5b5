"""Functions: one shape for all of them, and only the environment that is documented."""

import pytest

from cdk.concurrency import RESERVED
from cdk.settings import DEV, LOCAL, PROD
from tests.infrastructure.conftest import Synthesize
from tests.infrastructure.templates import Resource, Templates, target

COMMON = {"POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE", "POWERTOOLS_LOG_LEVEL"}
PAYMENTS = {"TABLE_NAME", "STRIPE_SECRET"}
PUBLISHER = {"BUS_NAME", "FAILURES_BUCKET"}

ENVIRONMENT = {
    "reference-api": set(),
    "auth-api": {
        "TABLE_NAME",
        "SESSION_KEYS_SECRET",
        "COOKIE_SECURE",
        "FAILURES_PER_NETWORK",
        "SIGNUPS_PER_NETWORK",
    },
    "auth-authorizer": {"SESSION_KEYS_SECRET", "ORIGIN_SECRET"},
    "auth-subscriber": {"TABLE_NAME"},
    "auth-publisher": PUBLISHER,
    "tickets-api": {"TABLE_NAME", "DEFAULT_CURRENCY", "SALE_PARTITIONS"},
    "tickets-subscriber": {"TABLE_NAME", "SALE_PARTITIONS"},
    "tickets-publisher": PUBLISHER,
    "orders-api": {"TABLE_NAME", "RESERVATION_SECONDS"},
    "orders-subscriber": {"TABLE_NAME"},
    "orders-sweeper": {"TABLE_NAME"},
    "orders-publisher": PUBLISHER,
    "payments-api": PAYMENTS,
    "payments-webhook": PAYMENTS,
    "payments-subscriber": PAYMENTS,
    "payments-reconciler": PAYMENTS,
    "payments-publisher": PUBLISHER,
    "web-pages": {
        "API_URL",
        "DEFAULT_CURRENCY",
        "SITE_URL",
        "STRIPE_JS_URL",
        "STRIPE_PUBLISHABLE_KEY",
    },
    "web-upload": set(),
}

WAITED_FOR = ("-api", "-authorizer", "-pages", "-webhook")
"""How the names of functions end that answer somebody."""

GROUPS = {"Auth": {"auth"}, "Payments": {"payments"}, "Web": {"web"}}
"""The dependencies beyond the base, by stack."""


def variables(function: Resource) -> dict[str, object]:
    return dict(function.properties["Environment"]["Variables"])


@pytest.mark.parametrize("name", ENVIRONMENT)
def test_a_function_gets_exactly_the_documented_variables(prod: Templates, name: str) -> None:
    found = variables(prod.functions()[name])
    assert set(found) == ENVIRONMENT[name] | COMMON
    assert found["POWERTOOLS_SERVICE_NAME"] == name.partition("-")[0]
    assert found["POWERTOOLS_METRICS_NAMESPACE"] == "ticketing"


def test_the_double_of_stripe_is_named_only_where_it_is_set(synthesize: Synthesize) -> None:
    base = "http://127.0.0.1:12111"
    functions = synthesize(LOCAL.replace(stripe_api_base=base)).functions()
    told = {name for name, one in functions.items() if "STRIPE_API_BASE" in variables(one)}
    assert told == {name for name in ENVIRONMENT if ENVIRONMENT[name] == PAYMENTS}
    assert {variables(functions[name])["STRIPE_API_BASE"] for name in told} == {base}


def test_the_reservation_time_is_a_setting(synthesize: Synthesize) -> None:
    functions = synthesize(LOCAL.replace(reservation_seconds=10)).functions()
    assert variables(functions["orders-api"])["RESERVATION_SECONDS"] == "10"


@pytest.mark.parametrize("name", ENVIRONMENT)
def test_a_function_runs_on_arm_with_traces_and_logs_that_end(prod: Templates, name: str) -> None:
    function = prod.functions()[name]
    assert function.properties["Architectures"] == ["arm64"]
    assert function.properties["Runtime"] == "python3.13"
    assert function.properties["TracingConfig"] == {"Mode": "Active"}
    group = prod.of(function.stack, target(function.properties["LoggingConfig"]["LogGroup"]))
    assert group.properties["RetentionInDays"] == 90


def test_every_log_group_ends_its_logs(prod: Templates) -> None:
    for group in prod.resources("AWS::Logs::LogGroup"):
        assert group.properties["RetentionInDays"] == 90, group


@pytest.mark.parametrize("name", ENVIRONMENT)
def test_the_handler_is_in_the_packaged_code(prod: Templates, name: str) -> None:
    function = prod.functions()[name]
    package, module, attribute = function.properties["Handler"].split(".")
    handler = prod.asset(function) / package / f"{module}.py"
    assert handler.is_file()
    assert attribute == "lambda_handler"
    assert "lambda_handler" in handler.read_text()


def test_a_stack_makes_its_layers_itself_and_no_more_than_it_needs(prod: Templates) -> None:
    for function in prod.functions().values():
        used = {target(one) for one in function.properties["Layers"]}
        layers = {prod.of(function.stack, one).properties["Description"] for one in used}
        names = {description.partition(" ")[0] for description in layers}
        assert names == {"ticketing", "base"} | GROUPS.get(function.stack, set()), function


def test_somebody_who_waits_gets_an_answer_before_the_gateway_gives_up(prod: Templates) -> None:
    for name, function in prod.functions().items():
        if name.endswith(WAITED_FOR):
            assert function.properties["Timeout"] < 29, name


def reserved(templates: Templates) -> dict[str, int]:
    return {
        name: function.properties["ReservedConcurrentExecutions"]
        for name, function in templates.functions().items()
        if "ReservedConcurrentExecutions" in function.properties
    }


def test_a_flood_of_one_route_leaves_most_of_the_account_to_the_others(prod: Templates) -> None:
    assert reserved(prod) == RESERVED
    assert max(RESERVED.values()) <= 1000 / 2
    assert sum(RESERVED.values()) <= 1000 - 100, "AWS keeps these for functions without a part"


def test_an_opening_rush_is_recognized(prod: Templates) -> None:
    """Each person's first request asks the authorizer, for up to a second when it starts cold."""
    assert reserved(prod)["auth-authorizer"] >= 300


def test_a_new_account_can_be_deployed_to(synthesize: Synthesize) -> None:
    """AWS grants some of them no more than the hundred that must stay unreserved."""
    for settings in (DEV, LOCAL):
        assert reserved(synthesize(settings)) == {}


def test_with_snapstart_http_is_served_by_published_versions(synthesize: Synthesize) -> None:
    templates = synthesize(PROD.replace(snap_start=True))
    fast = {
        name
        for name, function in templates.functions().items()
        if function.properties.get("SnapStart") == {"ApplyOn": "PublishedVersions"}
    }
    assert fast == {name for name in ENVIRONMENT if name.endswith(WAITED_FOR)}
    for integration in templates.resources("AWS::ApiGatewayV2::Integration"):
        served = templates.of(integration.stack, target(integration.properties["IntegrationUri"]))
        assert served.type == "AWS::Lambda::Alias"

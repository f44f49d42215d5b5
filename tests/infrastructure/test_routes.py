"""Routes: each operation of the contract once, and the authorizer in front of the right ones."""

import json
from collections import Counter

from cdk.settings import PROD
from tests.infrastructure.conftest import Synthesize
from tests.infrastructure.templates import Resource, Templates, outputs_read, target, written

PROTECTED = {
    "POST /api/tickets",
    "GET /api/tickets/mine",
    "PUT /api/tickets/{id}",
    "DELETE /api/tickets/{id}",
    "POST /api/orders",
    "GET /api/orders",
    "GET /api/orders/{id}",
    "DELETE /api/orders/{id}",
    "POST /api/payments",
    "GET /api/payments/{orderId}",
}

PUBLIC = {
    "POST /api/users/signup",
    "POST /api/users/signin",
    "POST /api/users/signout",
    "GET /api/users/currentuser",
    "GET /api/tickets",
    "GET /api/tickets/{id}",
    "POST /api/payments/webhook",
    "GET /api/openapi.json",
}

PAGES = {"ANY /", "ANY /{proxy+}"}

FALLBACK = {"$default"} | {
    f"ANY /api{prefix}{rest}"
    for prefix in ("", "/users", "/tickets", "/orders", "/payments")
    for rest in ("", "/{proxy+}")
}

SERVED_ELSEWHERE = {"POST /api/payments/webhook": "payments-webhook"} | dict.fromkeys(
    PAGES, "web-pages"
)
"""Routes that are not served by the `api` function of the stack they are in."""


def routes(templates: Templates) -> dict[str, Resource]:
    return {
        one.properties["RouteKey"]: one for one in templates.resources("AWS::ApiGatewayV2::Route")
    }


def test_no_route_key_is_used_twice(prod: Templates) -> None:
    """API Gateway refuses the second one only when it is deployed."""
    keys = [one.properties["RouteKey"] for one in prod.resources("AWS::ApiGatewayV2::Route")]
    assert [key for key, count in Counter(keys).items() if count > 1] == []


def test_the_routes_are_those_of_the_contract(prod: Templates) -> None:
    assert set(routes(prod)) == PROTECTED | PUBLIC | FALLBACK | PAGES


def test_protected_routes_ask_the_authorizer(prod: Templates) -> None:
    for key in PROTECTED | PAGES:
        route = routes(prod)[key].properties
        assert route["AuthorizationType"] == "CUSTOM"
        assert [stack for stack, _ in outputs_read(route["AuthorizerId"])] == ["ticketing-auth"]


def test_public_routes_and_fallbacks_ask_nobody(prod: Templates) -> None:
    for key in PUBLIC | FALLBACK:
        route = routes(prod)[key].properties
        assert route["AuthorizationType"] == "NONE"
        assert "AuthorizerId" not in route


def test_a_route_is_served_by_its_own_service(prod: Templates) -> None:
    for key, route in routes(prod).items():
        integration = prod.of(
            route.stack, written(route.properties["Target"]).strip("</>").split("<")[1]
        )
        function = prod.of(route.stack, target(integration.properties["IntegrationUri"]))
        service = "reference" if route.stack == "Platform" else route.stack.lower()
        name = function.properties["FunctionName"].removeprefix("ticketing-")
        assert name == SERVED_ELSEWHERE.get(key, f"{service}-api")


def test_the_authorizer_says_who_and_is_asked_once_in_five_minutes(prod: Templates) -> None:
    found = prod.resources("AWS::ApiGatewayV2::Authorizer")
    assert [one.stack for one in found] == ["Auth"]
    authorizer = found[0].properties
    assert authorizer["AuthorizerType"] == "REQUEST"
    assert authorizer["AuthorizerPayloadFormatVersion"] == "2.0"
    assert authorizer["EnableSimpleResponses"] is True
    assert authorizer["IdentitySource"] == ["$request.header.Authorization"]
    assert authorizer["AuthorizerResultTtlInSeconds"] == 300


def test_the_stage_throttles_and_logs_requests_without_personal_data(prod: Templates) -> None:
    stage = prod.resources("AWS::ApiGatewayV2::Stage")[0].properties
    assert stage["DefaultRouteSettings"]["ThrottlingRateLimit"] == PROD.throttle_rate
    assert stage["DefaultRouteSettings"]["ThrottlingBurstLimit"] == PROD.throttle_burst
    line = json.loads(stage["AccessLogSettings"]["Format"])
    assert line["requestId"] == "$context.requestId"
    private = {"identity", "authorizer.userId", "authorizer.email"}
    assert not [one for one in line.values() if any(name in one for name in private)]


def test_no_foreign_origin_may_call_unless_it_is_set(
    prod: Templates, synthesize: Synthesize
) -> None:
    assert "CorsConfiguration" not in prod.resources("AWS::ApiGatewayV2::Api")[0].properties
    origin = "https://tickets.example"
    opened = synthesize(PROD.replace(allowed_origins=(origin,)))
    cors = opened.resources("AWS::ApiGatewayV2::Api")[0].properties["CorsConfiguration"]
    assert cors["AllowOrigins"] == [origin]

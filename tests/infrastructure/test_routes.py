"""Routes: each operation of the contract once, and the authorizer in front of every one."""

import json
from collections import Counter

from cdk.settings import DEV, PROD
from cdk.throttles import SHARES
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
    "POST /api/users/password",
    "GET /api/users/me/export",
    "DELETE /api/users/me",
}
"""Only for who is signed in."""

PUBLIC = {
    "POST /api/users/signup",
    "POST /api/users/signin",
    "POST /api/users/refresh",
    "POST /api/users/signout",
    "GET /api/users/currentuser",
    "GET /api/tickets",
    "GET /api/tickets/{id}",
    "POST /api/payments/webhook",
    "GET /api/openapi.json",
}
"""For anybody, or signed by other means than a session."""

PAGES = {"ANY /", "ANY /{proxy+}"}

FALLBACK = {"$default", "ANY /api/payments/webhook"} | {
    f"ANY /api{prefix}{rest}"
    for prefix in ("", "/users", "/tickets", "/orders", "/payments")
    for rest in ("", "/{proxy+}")
}

SERVED_ELSEWHERE = {
    **dict.fromkeys(PAGES, "web-pages"),
    "POST /api/payments/webhook": "payments-webhook",
    "ANY /api/payments/webhook": "payments-webhook",
}
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


def test_every_route_asks_the_authorizer(prod: Templates) -> None:
    """A route that did not could be called past the edge."""
    authorizer = prod.resources("AWS::ApiGatewayV2::Authorizer")[0]
    for route in prod.resources("AWS::ApiGatewayV2::Route"):
        found = route.properties
        assert found["AuthorizationType"] == "CUSTOM", route
        if route.stack == authorizer.stack:
            assert target(found["AuthorizerId"]) == authorizer.id
        else:
            stacks = [stack for stack, _ in outputs_read(found["AuthorizerId"])]
            assert stacks == ["ticketing-auth"], route


def test_a_route_is_served_by_its_own_service(prod: Templates) -> None:
    for key, route in routes(prod).items():
        integration = prod.of(
            route.stack, written(route.properties["Target"]).strip("</>").split("<")[1]
        )
        function = prod.of(route.stack, target(integration.properties["IntegrationUri"]))
        service = route.stack.lower()
        name = function.properties["FunctionName"].removeprefix("ticketing-")
        assert name == SERVED_ELSEWHERE.get(key, f"{service}-api")


def test_the_authorizer_is_asked_once_in_five_minutes_for_a_credential_and_a_proof(
    prod: Templates,
) -> None:
    found = prod.resources("AWS::ApiGatewayV2::Authorizer")
    assert [one.stack for one in found] == ["Auth"]
    authorizer = found[0].properties
    assert authorizer["AuthorizerType"] == "REQUEST"
    assert authorizer["AuthorizerPayloadFormatVersion"] == "2.0"
    assert authorizer["EnableSimpleResponses"] is True
    assert authorizer["IdentitySource"] == [
        "$request.header.Authorization",
        "$request.header.X-Origin-Verify",
    ]
    assert authorizer["AuthorizerResultTtlInSeconds"] == 300


def test_the_stage_throttles_and_logs_requests(prod: Templates) -> None:
    stage = prod.resources("AWS::ApiGatewayV2::Stage")[0].properties
    assert stage["DefaultRouteSettings"]["ThrottlingRateLimit"] == PROD.throttle_rate
    assert stage["DefaultRouteSettings"]["ThrottlingBurstLimit"] == PROD.throttle_burst
    line = json.loads(stage["AccessLogSettings"]["Format"])
    assert line["requestId"] == "$context.requestId"


def limits(templates: Templates) -> dict[str, tuple[float, int]]:
    """Requests a second and at once, by route key."""
    stage = templates.resources("AWS::ApiGatewayV2::Stage")[0].properties
    return {
        key: (one["ThrottlingRateLimit"], one["ThrottlingBurstLimit"])
        for key, one in stage["RouteSettings"].items()
    }


def test_what_costs_more_is_admitted_less_often(synthesize: Synthesize) -> None:
    for settings in (PROD, DEV):
        found = limits(synthesize(settings))
        assert found.keys() == SHARES.keys()
        for rate, burst in found.values():
            assert 0 < rate <= settings.throttle_rate / 5
            assert 0 < burst <= settings.throttle_burst / 5


def test_payments_are_admitted_no_faster_than_stripe_takes_them(prod: Templates) -> None:
    """25 a second at one endpoint: https://docs.stripe.com/rate-limits."""
    assert limits(prod)["POST /api/payments"][0] <= 25


def test_the_stage_names_only_routes_that_exist_before_it(prod: Templates) -> None:
    """API Gateway refuses others, and does so only when they are deployed."""
    for key in limits(prod):
        assert routes(prod)[key].stack in prod.before("Gateway")


def test_no_foreign_origin_may_call_unless_it_is_set(
    prod: Templates, synthesize: Synthesize
) -> None:
    assert "CorsConfiguration" not in prod.resources("AWS::ApiGatewayV2::Api")[0].properties
    origin = "https://tickets.example"
    opened = synthesize(PROD.replace(allowed_origins=(origin,)))
    cors = opened.resources("AWS::ApiGatewayV2::Api")[0].properties["CorsConfiguration"]
    assert cors["AllowOrigins"] == [origin]
    assert "authorization" in cors["AllowHeaders"], "* does not stand for this one"
    assert "AllowCredentials" not in cors, "cookies are for our own pages"
    assert set(routes(opened)) == set(routes(prod))


def test_a_browsers_question_before_a_foreign_call_reaches_a_function(prod: Templates) -> None:
    """The gateway answers only where no route matches."""
    for prefix in ("/api/users", "/api/tickets", "/api/orders", "/api/payments"):
        assert {f"ANY {prefix}", f"ANY {prefix}/{{proxy+}}"} <= set(routes(prod))

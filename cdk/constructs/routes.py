"""Routes live in the stack of the service that answers them; the API itself is the platform's."""

from collections.abc import Iterable

from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_apigatewayv2_integrations as integrations
from constructs import Construct

from cdk.constructs.service_function import ServiceFunction
from cdk.constructs.shared import API_ID, AUTHORIZER_ID, told
from cdk.settings import Settings


class ServiceRoutes(Construct):
    """The routes of one service. A route key is `METHOD /path`, as API Gateway writes it."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        settings: Settings,
        api: apigateway.IHttpApi | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self._settings = settings
        self._api = api or apigateway.HttpApi.from_http_api_attributes(
            self, "Api", http_api_id=told(self, settings, API_ID)
        )
        self._integrations: dict[ServiceFunction, integrations.HttpLambdaIntegration] = {}
        self._authorizer: apigateway.IHttpRouteAuthorizer | None = None

    def public(self, function: ServiceFunction, keys: Iterable[str]) -> None:
        """Routes that anyone may call; the function is told nothing about the caller."""
        for key in keys:
            self._route(key, function)

    def protected(self, function: ServiceFunction, keys: Iterable[str]) -> None:
        """Routes whose function is told by the authorizer who the caller is, or that it is nobody."""
        for key in keys:
            self._route(key, function, self._caller())

    def fallback(self, function: ServiceFunction, prefix: str) -> None:
        """Whatever else is under the prefix: the function answers 404 or 405 in our own shape."""
        self.public(function, (f"ANY {prefix}", f"ANY {prefix}/{{proxy+}}"))

    def default(self, function: ServiceFunction) -> None:
        """Whatever no other route answers."""
        apigateway.HttpRoute(
            self,
            "Default",
            http_api=self._api,
            route_key=apigateway.HttpRouteKey.DEFAULT,
            integration=self._integration(function),
        )

    def _route(
        self,
        key: str,
        function: ServiceFunction,
        authorizer: apigateway.IHttpRouteAuthorizer | None = None,
    ) -> None:
        method, path = key.split(" ")
        apigateway.HttpRoute(
            self,
            key.replace("/", "-"),
            http_api=self._api,
            route_key=apigateway.HttpRouteKey.with_(path, apigateway.HttpMethod(method)),
            integration=self._integration(function),
            authorizer=authorizer,
        )

    def _integration(self, function: ServiceFunction) -> integrations.HttpLambdaIntegration:
        if function not in self._integrations:
            self._integrations[function] = integrations.HttpLambdaIntegration(
                f"{function.node.id}Integration", function.target
            )
        return self._integrations[function]

    def _caller(self) -> apigateway.IHttpRouteAuthorizer:
        if self._authorizer is None:
            self._authorizer = apigateway.HttpAuthorizer.from_http_authorizer_attributes(
                self,
                "Authorizer",
                authorizer_id=told(self, self._settings, AUTHORIZER_ID),
                authorizer_type="CUSTOM",
            )
        return self._authorizer

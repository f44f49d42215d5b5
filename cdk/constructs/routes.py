"""Routes live in the stack of the service that answers them; the API itself is the platform's.

Each one asks auth's authorizer, which stops what came past the edge and says who is calling.
"""

from aws_cdk import Stack
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from cdk.constructs.service_function import ServiceFunction


class FunctionRoutes(Construct):
    """The routes that one function answers: one integration, one permission, any number of keys.

    A route key is `METHOD /path`, as API Gateway writes it.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        function: ServiceFunction,
        api_id: str,
        authorizer_id: str,
    ) -> None:
        super().__init__(scope, construct_id)
        self._api_id = api_id
        self._authorizer_id = authorizer_id
        self._integration = apigateway.CfnIntegration(
            self,
            "Integration",
            api_id=api_id,
            integration_type="AWS_PROXY",
            integration_uri=function.target.function_arn,
            payload_format_version="2.0",
        )
        lambda_.CfnPermission(
            self,
            "Permission",
            action="lambda:InvokeFunction",
            function_name=function.target.function_arn,
            principal="apigateway.amazonaws.com",
            source_arn=Stack.of(self).format_arn(
                service="execute-api", resource=api_id, resource_name="*/*"
            ),
        )

    def add(self, *keys: str) -> None:
        """Let the function answer these."""
        for key in keys:
            apigateway.CfnRoute(
                self,
                key.replace("/", "-"),
                api_id=self._api_id,
                route_key=key,
                target=f"integrations/{self._integration.ref}",
                authorization_type="CUSTOM",
                authorizer_id=self._authorizer_id,
            )

    def fallback(self, prefix: str) -> None:
        """Whatever else is under the prefix: the function answers 404 or 405 in our own shape."""
        self.add(f"ANY {prefix}", f"ANY {prefix}/{{proxy+}}")

"""Auth: accounts, sessions, and the authorizer that every route of the API asks."""

from aws_cdk import CfnOutput, Duration
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from cdk import tables
from cdk.constructs.origin_proof import HEADER
from cdk.constructs.secret import SecretSpec, ServiceSecret
from cdk.constructs.service_function import ServiceFunction
from cdk.constructs.service_table import ServiceTable
from cdk.stacks.platform import PlatformStack
from cdk.stacks.service_stack import ServiceStack

CACHE_SECONDS = 300
"""How long the gateway remembers whom a credential belongs to, and that a proof is the edge's."""


AUTHORIZER_PATIENCE = Duration.seconds(10)
"""The gateway's own, which cannot be raised."""


class AuthStack(ServiceStack):
    """The only stack whose functions may read the session keys: its API and its authorizer."""

    def __init__(self, scope: Construct, platform: PlatformStack) -> None:
        super().__init__(scope, "auth", platform, "auth")
        table = ServiceTable(self, "Table", tables.AUTH, self.settings)
        keys = self._add_session_keys()
        CfnOutput(self, "SessionKeysArn", value=keys.arn)
        self.authorizer_id = self._add_authorizer(keys, platform.origin_proof)
        routes = self.routes(self._add_api(table, keys), self.authorizer_id)
        routes.add(
            "POST /api/users/signup",
            "POST /api/users/signin",
            "POST /api/users/refresh",
            "POST /api/users/signout",
            "POST /api/users/password",
            "GET /api/users/currentuser",
            "GET /api/users/me/export",
            "DELETE /api/users/me",
        )
        routes.fallback("/api/users")
        self._add_subscriber(table)
        self.publish(table)

    def _add_session_keys(self) -> ServiceSecret:
        """`{"current": "k1", "k1": "..."}`: rotation adds a key beside it and moves `current`."""
        return ServiceSecret(
            self,
            "SessionKeys",
            SecretSpec(
                purpose="Signs sessions: every key that is still valid, and which one is current",
                fields={"current": "k1"},
                generated="k1",
            ),
            self.settings,
        )

    def _add_api(self, table: ServiceTable, keys: ServiceSecret) -> ServiceFunction:
        api = self.http_function(
            "api",
            "Accounts and sessions",
            {
                "TABLE_NAME": table.name,
                "SESSION_KEYS_SECRET": keys.arn,
                "COOKIE_SECURE": str(self.settings.cookie_secure).lower(),
                "FAILURES_PER_NETWORK": str(self.settings.failures_per_network),
                "SIGNUPS_PER_NETWORK": str(self.settings.sign_ups_per_network),
            },
        )
        api.allow(
            "dynamodb:BatchGetItem",
            "dynamodb:DeleteItem",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            on=[table.arn],
        )
        api.allow("dynamodb:Query", on=[table.index_arn("by_user")])
        keys.readable_by(api)
        return api

    def _add_subscriber(self, table: ServiceTable) -> None:
        subscriber = self.worker(
            "subscriber",
            "Deletes what is left of erased accounts",
            {"TABLE_NAME": table.name},
            timeout=Duration.seconds(20),
        )
        subscriber.allow("dynamodb:GetItem", "dynamodb:DeleteItem", on=[table.arn])
        subscriber.allow("dynamodb:Query", on=[table.index_arn("by_user")])
        self.subscribe(subscriber).let_defer(subscriber)

    def _add_authorizer(self, keys: ServiceSecret, origin: ServiceSecret) -> str:
        """It stops what came past the edge, and says who calls, or that it is nobody.

        A request without one of the two headers is refused by the gateway, at no cost.
        """
        function = self.http_function(
            "authorizer",
            "Stops what came past the edge; tells the services who is calling",
            {"SESSION_KEYS_SECRET": keys.arn, "ORIGIN_SECRET": origin.arn},
            timeout=AUTHORIZER_PATIENCE,
        )
        keys.readable_by(function)
        origin.readable_by(function)
        authorizer = apigateway.CfnAuthorizer(
            self,
            "GatewayAuthorizer",
            api_id=self.api_id,
            name="session",
            authorizer_type="REQUEST",
            authorizer_uri=self._invocation_uri(function),
            authorizer_payload_format_version="2.0",
            enable_simple_responses=True,
            identity_source=[
                "$request.header.Authorization",
                f"$request.header.{HEADER}",
            ],
            authorizer_result_ttl_in_seconds=CACHE_SECONDS,
        )
        self._let_authorize(function, authorizer)
        return authorizer.ref

    def _let_authorize(
        self, function: ServiceFunction, authorizer: apigateway.CfnAuthorizer
    ) -> None:
        lambda_.CfnPermission(
            self,
            "GatewayMayAuthorize",
            action="lambda:InvokeFunction",
            function_name=function.target.function_arn,
            principal="apigateway.amazonaws.com",
            source_arn=self.format_arn(
                service="execute-api",
                resource=self.api_id,
                resource_name=f"authorizers/{authorizer.ref}",
            ),
        )

    def _invocation_uri(self, function: ServiceFunction) -> str:
        return self.format_arn(
            service="apigateway",
            account="lambda",
            resource="path",
            resource_name=f"2015-03-31/functions/{function.target.function_arn}/invocations",
        )

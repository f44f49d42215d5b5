"""Reference: the API's description, and an answer to what no service answers."""

from aws_cdk import Duration
from constructs import Construct

from cdk.stacks.platform import PlatformStack
from cdk.stacks.service_stack import ServiceStack


class ReferenceStack(ServiceStack):
    """One function without a table. Its routes catch what is left over."""

    def __init__(self, scope: Construct, platform: PlatformStack, authorizer_id: str) -> None:
        super().__init__(scope, "reference", platform)
        function = self.http_function(
            "api",
            "Serves the API's description, and 404 for what no service answers",
            {},
            timeout=Duration.seconds(10),
        )
        routes = self.routes(function, authorizer_id)
        routes.add("GET /api/openapi.json", "$default")
        routes.fallback("/api")

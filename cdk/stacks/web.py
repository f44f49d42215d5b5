"""Web: the pages, their static files, and the one origin that serves both beside the API."""

from aws_cdk import CfnOutput, Duration
from constructs import Construct

from cdk.constructs.distribution import Origins, SiteDistribution
from cdk.constructs.service_function import ServiceFunction
from cdk.constructs.static_files import StaticFiles
from cdk.stacks.firewall import web_acl_arn
from cdk.stacks.platform import PlatformStack
from cdk.stacks.service_stack import ServiceStack


class WebStack(ServiceStack):
    """The web client. It has no table and hears no event: it knows the API as any client does."""

    def __init__(self, scope: Construct, platform: PlatformStack, authorizer_id: str) -> None:
        super().__init__(scope, "web", platform, "web")
        host = f"{self.api_id}.execute-api.{self.region}.{self.url_suffix}"
        static = StaticFiles(self, "Static")
        site = SiteDistribution(
            self,
            "Site",
            Origins(api_host=host, proof=platform.origin_proof.headers, static=static.bucket),
            self.settings,
            web_acl_arn(self.settings),
        )
        files = static.fill(self._add_upload())
        pages = self._add_pages(host, self.settings.site_url or site.url)
        # A page must not name a file before it is there.
        pages.function.node.add_dependency(files)
        self.routes(pages, authorizer_id).add("ANY /", "ANY /{proxy+}")
        CfnOutput(self, "SiteUrl", value=site.url)
        CfnOutput(self, "DistributionDomain", value=site.distribution.distribution_domain_name)

    def _add_upload(self) -> ServiceFunction:
        return self.worker(
            "upload",
            "Puts this version's static files in their bucket",
            {},
            timeout=Duration.seconds(60),
        )

    def _add_pages(self, host: str, site_url: str) -> ServiceFunction:
        settings = self.settings
        return self.http_function(
            "pages",
            "The web client's pages",
            {
                "API_URL": settings.api_url.format(host=host, id=self.api_id),
                "SITE_URL": site_url,
                "STRIPE_JS_URL": settings.stripe_js_url,
                "STRIPE_PUBLISHABLE_KEY": settings.stripe_publishable_key,
                "DEFAULT_CURRENCY": settings.default_currency,
            },
        )

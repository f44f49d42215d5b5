"""The one origin that browsers know: pages and API from the gateway, static files from a bucket."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aws_cdk import Duration
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_s3 as s3
from constructs import Construct

from cdk.constructs.acknowledge import acknowledge
from cdk.constructs.security_headers import SecurityHeaders
from cdk.settings import Settings

CREDENTIAL = Path(__file__).parents[1] / "edge" / "credential.js"

EVERYTHING_BUT_HOST = cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER
"""The gateway finds its API by the host, so that one cannot be the visitor's."""

KEPT_THOUGH_NO_STORE = (500, 502, 503, 504)
"""CloudFront keeps these for everybody, the API's too, for ten seconds unless it is told not to."""

TLS = cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021


@dataclass(frozen=True, slots=True, kw_only=True)
class Origins:
    """Where the distribution gets what it serves."""

    api_host: str
    proof: Mapping[str, str]
    """The headers by which the API knows the distribution. CloudFront replaces a visitor's own."""

    static: s3.IBucket


class SiteDistribution(Construct):
    """CloudFront in front of the gateway and the bucket."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        found: Origins,
        settings: Settings,
        web_acl_arn: str | None,
    ) -> None:
        super().__init__(scope, construct_id)
        gateway = origins.HttpOrigin(
            found.api_host,
            protocol_policy=cloudfront.OriginProtocolPolicy.HTTPS_ONLY,
            custom_headers={**found.proof},
        )
        self._headers = SecurityHeaders(self, "Headers").policy
        self._function = self._credential(settings)
        self.distribution = cloudfront.Distribution(
            self,
            "Distribution",
            comment=f"{settings.prefix}: the web client and the API on one origin",
            default_behavior=self._dynamic(gateway, self._pages_cache(settings)),
            additional_behaviors={
                "/api/*": self._dynamic(gateway, cloudfront.CachePolicy.CACHING_DISABLED),
                "/static/*": self._static(found.static),
            },
            error_responses=[
                cloudfront.ErrorResponse(http_status=status, ttl=Duration.seconds(0))
                for status in KEPT_THOUGH_NO_STORE
            ],
            domain_names=[settings.domain] if settings.domain else None,
            certificate=self._certificate(settings),
            web_acl_id=web_acl_arn,
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            minimum_protocol_version=TLS if settings.domain else None,
            price_class=cloudfront.PriceClass[settings.price_class],
        )
        _acknowledge_findings(self.distribution, settings)
        self.url = f"https://{settings.domain or self.distribution.distribution_domain_name}"

    def _credential(self, settings: Settings) -> cloudfront.FunctionAssociation:
        """Its name is the account's: the library would make it without the name of the stage."""
        function = cloudfront.Function(
            self,
            "Credential",
            function_name=f"{settings.prefix}-credential",
            code=cloudfront.FunctionCode.from_file(file_path=str(CREDENTIAL)),
            runtime=cloudfront.FunctionRuntime.JS_2_0,
            comment="Reduces a request's credentials to one Authorization header",
        )
        return cloudfront.FunctionAssociation(
            function=function, event_type=cloudfront.FunctionEventType.VIEWER_REQUEST
        )

    def _pages_cache(self, settings: Settings) -> cloudfront.CachePolicy:
        """As long as a page says, and not at all if it does not say; apart for each credential."""
        return cloudfront.CachePolicy(
            self,
            "Pages",
            cache_policy_name=f"{settings.prefix}-pages",
            comment="Pages, for as long as they say, for one credential and query",
            min_ttl=Duration.seconds(0),
            default_ttl=Duration.seconds(0),
            max_ttl=Duration.days(1),
            header_behavior=cloudfront.CacheHeaderBehavior.allow_list("Authorization"),
            query_string_behavior=cloudfront.CacheQueryStringBehavior.all(),
            cookie_behavior=cloudfront.CacheCookieBehavior.none(),
            enable_accept_encoding_brotli=True,
            enable_accept_encoding_gzip=True,
        )

    def _dynamic(
        self, gateway: cloudfront.IOrigin, cache: cloudfront.ICachePolicy
    ) -> cloudfront.BehaviorOptions:
        return cloudfront.BehaviorOptions(
            origin=gateway,
            allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
            cache_policy=cache,
            origin_request_policy=EVERYTHING_BUT_HOST,
            response_headers_policy=self._headers,
            function_associations=[self._function],
            compress=True,
        )

    def _static(self, bucket: s3.IBucket) -> cloudfront.BehaviorOptions:
        """Files are named by their content; the bucket says that they may be kept for good."""
        return cloudfront.BehaviorOptions(
            origin=origins.S3BucketOrigin.with_origin_access_control(bucket),
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
            cache_policy=cloudfront.CachePolicy.CACHING_OPTIMIZED,
            response_headers_policy=self._headers,
            compress=True,
        )

    def _certificate(self, settings: Settings) -> acm.ICertificate | None:
        arn = settings.certificate_arn
        return acm.Certificate.from_certificate_arn(self, "Certificate", arn) if arn else None


def _acknowledge_findings(distribution: cloudfront.Distribution, settings: Settings) -> None:
    acknowledge(distribution, "CFR1", "Tickets are sold to whoever can pay, wherever they are")
    acknowledge(
        distribution,
        "CFR3",
        "These logs hold addresses and cookies; the API logs what reaches it without personal data",
    )
    if not settings.firewall:
        acknowledge(
            distribution,
            "CFR2",
            "A firewall has a monthly price: a stage without customers does without it",
        )
    if not settings.domain:
        acknowledge(distribution, "CFR4", "A certificate of CloudFront's own fixes the TLS version")

"""The site: pages, API and static files on one origin, each cached as it may be."""

from typing import Any

import pytest

from cdk.constructs.security_headers import NOTHING
from cdk.settings import LOCAL, PROD
from tests.infrastructure.conftest import Synthesize
from tests.infrastructure.templates import Resource, Templates, strings, target, written
from web.assets import assets

CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
ALL_VIEWER_EXCEPT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
"""AWS's own policies have the same ids everywhere."""

CERTIFICATE = "arn:aws:acm:us-east-1:111111111111:certificate/one"


def config(templates: Templates) -> dict[str, Any]:
    found = templates.resources("AWS::CloudFront::Distribution")
    assert len(found) == 1
    return dict(found[0].properties["DistributionConfig"])


def behaviors(templates: Templates) -> dict[str, dict[str, Any]]:
    found = {one["PathPattern"]: one for one in config(templates)["CacheBehaviors"]}
    return found | {"*": config(templates)["DefaultCacheBehavior"]}


def origin(templates: Templates, behavior: dict[str, Any]) -> dict[str, Any]:
    found = {one["Id"]: one for one in config(templates)["Origins"]}
    return dict(found[behavior["TargetOriginId"]])


def static_bucket(templates: Templates) -> Resource:
    found = [one for one in templates.resources("AWS::S3::Bucket") if one.stack == "Web"]
    assert len(found) == 1
    return found[0]


def test_pages_and_api_come_from_the_gateway_over_tls(prod: Templates) -> None:
    assert set(behaviors(prod)) == {"*", "/api/*", "/static/*"}
    for path in ("*", "/api/*"):
        gateway = origin(prod, behaviors(prod)[path])
        assert ".execute-api." in written(gateway["DomainName"])
        assert gateway["CustomOriginConfig"]["OriginProtocolPolicy"] == "https-only"


def sent_headers(templates: Templates) -> dict[str, Any]:
    """What the distribution adds to a request for the gateway, by name."""
    gateway = origin(templates, behaviors(templates)["/api/*"])
    return {one["HeaderName"]: one["HeaderValue"] for one in gateway["OriginCustomHeaders"]}


def test_the_gateway_knows_the_distribution_by_a_secret(synthesize: Synthesize) -> None:
    """CloudFormation looks it up when it deploys; a rotation names another value of it."""
    for key in ("k1", "k2"):
        [(header, value)] = sent_headers(synthesize(PROD.replace(origin_key=key))).items()
        assert header == "X-Origin-Verify"
        assert written(value).startswith("{{resolve:secretsmanager:<PublishOutput")
        assert "OriginProof" in written(value)
        assert written(value).endswith(f">:SecretString:{key}::}}}}")


def test_the_secret_stays_as_it_is_when_another_value_is_named(synthesize: Synthesize) -> None:
    """CloudFormation would generate it anew, were there any difference."""

    def secret(key: str) -> dict[str, Any]:
        secrets = synthesize(PROD.replace(origin_key=key)).resources("AWS::SecretsManager::Secret")
        return next(one.properties for one in secrets if one.stack == "Platform")

    assert secret("k1") == secret("k2")
    assert secret("k1")["GenerateSecretString"]["GenerateStringKey"] == "k1"


@pytest.mark.parametrize("path", ["*", "/api/*"])
def test_the_gateway_gets_every_method_and_all_but_the_host(prod: Templates, path: str) -> None:
    behavior = behaviors(prod)[path]
    assert set(behavior["AllowedMethods"]) >= {"GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE"}
    assert behavior["OriginRequestPolicyId"] == ALL_VIEWER_EXCEPT_HOST


@pytest.mark.parametrize("path", ["*", "/api/*"])
def test_one_credential_is_made_of_a_request_before_anything_else(
    prod: Templates, path: str
) -> None:
    functions = behaviors(prod)[path]["FunctionAssociations"]
    assert [one["EventType"] for one in functions] == ["viewer-request"]
    made = prod.of("Web", target(functions[0]["FunctionARN"]))
    assert made.type == "AWS::CloudFront::Function"
    assert made.properties["AutoPublish"] is True


def test_the_api_is_not_cached(prod: Templates) -> None:
    assert behaviors(prod)["/api/*"]["CachePolicyId"] == CACHING_DISABLED


def test_a_failure_of_one_request_is_nobody_elses(prod: Templates) -> None:
    """CloudFront keeps these for ten seconds unless told otherwise, also where it keeps nothing.

    What it is told by `no-store` it hears for 404, 410, 414 and 501 only:
    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/custom-error-pages-expiration.html
    """
    kept = {one["ErrorCode"]: one for one in config(prod)["CustomErrorResponses"]}
    assert set(kept) == {500, 502, 503, 504}
    for status, one in kept.items():
        assert one == {"ErrorCode": status, "ErrorCachingMinTTL": 0}


def test_a_page_is_cached_as_it_says_and_for_one_credential_only(prod: Templates) -> None:
    policy = prod.of("Web", target(behaviors(prod)["*"]["CachePolicyId"]))
    found = policy.properties["CachePolicyConfig"]
    assert (found["MinTTL"], found["DefaultTTL"]) == (0, 0)
    key = found["ParametersInCacheKeyAndForwardedToOrigin"]
    assert key["HeadersConfig"] == {"HeaderBehavior": "whitelist", "Headers": ["Authorization"]}
    assert key["QueryStringsConfig"] == {"QueryStringBehavior": "all"}
    assert key["CookiesConfig"] == {"CookieBehavior": "none"}


def test_static_files_come_from_the_bucket_and_may_be_kept(prod: Templates) -> None:
    behavior = behaviors(prod)["/static/*"]
    assert behavior["CachePolicyId"] == CACHING_OPTIMIZED
    found = origin(prod, behavior)
    assert target(found["DomainName"]) == static_bucket(prod).id
    assert found["OriginAccessControlId"]


def test_every_answer_protects_the_visitor(prod: Templates) -> None:
    policies = {target(one["ResponseHeadersPolicyId"]) for one in behaviors(prod).values()}
    [policy] = [prod.of("Web", one).properties for one in policies]
    found = policy["ResponseHeadersPolicyConfig"]
    assert found["SecurityHeadersConfig"] == {
        "ContentSecurityPolicy": {"ContentSecurityPolicy": NOTHING, "Override": False},
        "ContentTypeOptions": {"Override": True},
        "FrameOptions": {"FrameOption": "DENY", "Override": True},
        "ReferrerPolicy": {"ReferrerPolicy": "same-origin", "Override": False},
        "StrictTransportSecurity": {
            "AccessControlMaxAgeSec": 63072000,
            "IncludeSubdomains": False,
            "Override": True,
        },
    }
    assert "default-src 'none'" in NOTHING


def test_no_answer_tells_what_serves_it(prod: Templates) -> None:
    policy = prod.resources("AWS::CloudFront::ResponseHeadersPolicy")[0].properties
    removed = policy["ResponseHeadersPolicyConfig"]["RemoveHeadersConfig"]["Items"]
    assert {one["Header"].lower() for one in removed} == {"server", "x-powered-by"}


def test_the_gateway_is_asked_over_a_recent_tls_only(prod: Templates) -> None:
    gateway = origin(prod, behaviors(prod)["*"])
    assert gateway["CustomOriginConfig"]["OriginSSLProtocols"] == ["TLSv1.2"]


def test_every_behavior_compresses_and_insists_on_tls(prod: Templates) -> None:
    for behavior in behaviors(prod).values():
        assert behavior["Compress"] is True
        assert behavior["ViewerProtocolPolicy"] == "redirect-to-https"


def test_only_the_distribution_reads_the_bucket(prod: Templates) -> None:
    bucket = static_bucket(prod).properties
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    policy = next(one for one in prod.resources("AWS::S3::BucketPolicy") if one.stack == "Web")
    allowed = [
        one for one in policy.properties["PolicyDocument"]["Statement"] if one["Effect"] == "Allow"
    ]
    assert [one["Action"] for one in allowed] == ["s3:GetObject"]
    assert allowed[0]["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    distribution = prod.resources("AWS::CloudFront::Distribution")[0].id
    assert distribution in set(strings(allowed[0]["Condition"]["StringEquals"]))


def test_files_are_uploaded_before_a_page_names_them(prod: Templates) -> None:
    files = prod.resources("Custom::StaticFiles")[0]
    assert files.properties["Files"] == sorted(assets().served)
    assert target(files.properties["Bucket"]) == static_bucket(prod).id
    assert target(files.properties["ServiceToken"]) == prod.functions()["web-upload"].id
    assert files.id in prod.functions()["web-pages"].document["DependsOn"]


def test_the_bucket_outlives_its_stack_because_it_holds_files(synthesize: Synthesize) -> None:
    for settings in (PROD, LOCAL):
        assert static_bucket(synthesize(settings)).document["DeletionPolicy"] == "Retain"


def test_a_page_knows_where_it_is_and_where_the_api_is(prod: Templates) -> None:
    found = prod.functions()["web-pages"].properties["Environment"]["Variables"]
    distribution = prod.resources("AWS::CloudFront::Distribution")[0].id
    assert written(found["SITE_URL"]) == f"https://<{distribution}>"
    assert written(found["API_URL"]).startswith("https://<")
    assert ".execute-api." in written(found["API_URL"])
    assert found["STRIPE_JS_URL"].startswith("https://js.stripe.com/")


def test_a_stage_may_have_a_domain_of_its_own(synthesize: Synthesize) -> None:
    settings = PROD.replace(domain="tickets.example", certificate_arn=CERTIFICATE)
    found = config(synthesize(settings))
    assert found["Aliases"] == ["tickets.example"]
    assert found["ViewerCertificate"]["MinimumProtocolVersion"] == "TLSv1.2_2021"
    pages = synthesize(settings).functions()["web-pages"]
    assert pages.properties["Environment"]["Variables"]["SITE_URL"] == "https://tickets.example"


@pytest.mark.parametrize("alone", [{"domain": "tickets.example"}, {"certificate_arn": CERTIFICATE}])
def test_a_domain_needs_a_certificate(alone: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="domain and certificate_arn"):
        PROD.replace(**alone)


def test_another_address_of_the_api_can_name_it(synthesize: Synthesize) -> None:
    settings = LOCAL.replace(api_url="http://127.0.0.1:1/{id}/x", site_url="http://127.0.0.1:2")
    found = synthesize(settings).functions()["web-pages"].properties["Environment"]["Variables"]
    assert written(found["API_URL"]).startswith("http://127.0.0.1:1/<")
    assert written(found["API_URL"]).endswith(">/x")
    assert found["SITE_URL"] == "http://127.0.0.1:2"

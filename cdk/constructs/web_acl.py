"""The firewall's rules: so many requests from one address, and none that is known to be an attack.

The API itself refuses what is not right, whoever sends it: here a flood is stopped before it costs.
"""

import json
from collections.abc import Sequence
from http import HTTPStatus

from aws_cdk import aws_wafv2 as wafv2
from constructs import Construct

from cdk.settings import Settings

WINDOW_SECONDS = 300

GUARDED = (
    r"^(/api/users/(signin|signup|password|me)|/auth/(signin|signup)|/account/(password|erase)"
    r"|/api/payments)$"
)
"""Where a guess can be made: of a password, of who has an account, of a stolen card."""

WEBHOOK = r"^/api/payments/webhook$"
"""Stripe's few addresses send as much as is sold. Its events are signed, its route is throttled."""

COUNTED = (
    # The API takes bodies up to its own limit, and clients without a name.
    "SizeRestrictions_BODY",
    "NoUserAgent_HEADER",
    # A body is a password, a title or one of Stripe's events: data, in which any text is right.
    "CrossSiteScripting_BODY",
    "EC2MetaDataSSRF_BODY",
    "GenericLFI_BODY",
    "GenericRFI_BODY",
)
"""Rules of the core set that only count what they find."""

TOO_MANY = {
    "type": "too-many-requests",
    "title": "Too many requests",
    "status": 429,
    "errors": [{"message": "Too many requests from your network: try again in five minutes"}],
}
"""In the API's own shape but for the request's id, which nobody has given yet."""

SECRETS = ("authorization", "cookie")
"""Headers that nobody sees in a sample of requests."""

Acl = wafv2.CfnWebACL


class WebAcl(Construct):
    """A web ACL for a distribution; its stack must be in us-east-1."""

    def __init__(self, scope: Construct, construct_id: str, settings: Settings) -> None:
        super().__init__(scope, construct_id)
        guarded = _both(_path(GUARDED), _method("POST|DELETE"))
        acl = Acl(
            self,
            "Acl",
            scope="CLOUDFRONT",
            description=f"{settings.prefix}: what may reach the site",
            default_action=Acl.DefaultActionProperty(allow=Acl.AllowActionProperty()),
            rules=[
                _limit(0, "GuardedRate", settings.guarded_rate, guarded),
                _limit(1, "Rate", settings.address_rate, _not(_path(WEBHOOK))),
                _managed(2, "KnownBadInputs", "AWSManagedRulesKnownBadInputsRuleSet"),
                _managed(3, "Core", "AWSManagedRulesCommonRuleSet", COUNTED),
            ],
            visibility_config=_visible("Firewall"),
            custom_response_bodies={
                "TooMany": Acl.CustomResponseBodyProperty(
                    content=json.dumps(TOO_MANY), content_type="APPLICATION_JSON"
                )
            },
            data_protection_config=Acl.DataProtectionConfigProperty(data_protections=[_hidden()]),
        )
        self.arn: str = acl.attr_arn


def _limit(priority: int, name: str, most: int, scope: Acl.StatementProperty) -> Acl.RuleProperty:
    """At most so many requests within the window from one address."""
    too_many = Acl.CustomResponseProperty(
        response_code=HTTPStatus.TOO_MANY_REQUESTS.value,
        custom_response_body_key="TooMany",
        response_headers=[
            Acl.CustomHTTPHeaderProperty(name="Retry-After", value=str(WINDOW_SECONDS))
        ],
    )
    return Acl.RuleProperty(
        name=name,
        priority=priority,
        statement=Acl.StatementProperty(
            rate_based_statement=Acl.RateBasedStatementProperty(
                aggregate_key_type="IP",
                limit=most,
                evaluation_window_sec=WINDOW_SECONDS,
                scope_down_statement=scope,
            )
        ),
        action=Acl.RuleActionProperty(block=Acl.BlockActionProperty(custom_response=too_many)),
        visibility_config=_visible(name),
    )


def _managed(priority: int, name: str, group: str, counted: Sequence[str] = ()) -> Acl.RuleProperty:
    """A group of rules that AWS keeps up to date."""
    count = Acl.RuleActionProperty(count=Acl.CountActionProperty())
    return Acl.RuleProperty(
        name=name,
        priority=priority,
        statement=Acl.StatementProperty(
            managed_rule_group_statement=Acl.ManagedRuleGroupStatementProperty(
                vendor_name="AWS",
                name=group,
                rule_action_overrides=[
                    Acl.RuleActionOverrideProperty(name=rule, action_to_use=count)
                    for rule in counted
                ]
                or None,
            )
        ),
        override_action=Acl.OverrideActionProperty(none={}),
        visibility_config=_visible(name),
    )


def _path(pattern: str) -> Acl.StatementProperty:
    return _matches(Acl.FieldToMatchProperty(uri_path={}), pattern, "URL_DECODE")


def _method(names: str) -> Acl.StatementProperty:
    return _matches(Acl.FieldToMatchProperty(method={}), f"^({names})$", "NONE")


def _matches(
    field: Acl.FieldToMatchProperty, pattern: str, transformation: str
) -> Acl.StatementProperty:
    return Acl.StatementProperty(
        regex_match_statement=Acl.RegexMatchStatementProperty(
            field_to_match=field,
            regex_string=pattern,
            text_transformations=[Acl.TextTransformationProperty(priority=0, type=transformation)],
        )
    )


def _both(*statements: Acl.StatementProperty) -> Acl.StatementProperty:
    both = Acl.AndStatementProperty(statements=[*statements])
    return Acl.StatementProperty(and_statement=both)


def _not(statement: Acl.StatementProperty) -> Acl.StatementProperty:
    return Acl.StatementProperty(not_statement=Acl.NotStatementProperty(statement=statement))


def _visible(name: str) -> Acl.VisibilityConfigProperty:
    """A metric, and samples of what was stopped: the only log there is."""
    return Acl.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=True
    )


def _hidden() -> Acl.DataProtectProperty:
    field = Acl.FieldToProtectProperty(field_type="SINGLE_HEADER", field_keys=[*SECRETS])
    return Acl.DataProtectProperty(action="SUBSTITUTION", field=field)

"""What CloudFront shows to the API with every request, so that nobody else can call it: a header.

Its value is in a secret of which a template knows no more than where to look it up.
"""

from aws_cdk import SecretValue
from constructs import Construct

from cdk.constructs.secret import SecretSpec, ServiceSecret
from cdk.settings import Settings

HEADER = "X-Origin-Verify"

SPEC = SecretSpec(
    purpose="Shows the API that a request came through CloudFront: every value that is valid now",
    fields={},
    generated="k1",
)
"""`{"k1": "..."}`: a rotation adds a value beside it, lets CloudFront send that, and removes k1."""


class OriginProof(ServiceSecret):
    """The secret, and the header as a distribution sends it."""

    def __init__(self, scope: Construct, construct_id: str, settings: Settings) -> None:
        super().__init__(scope, construct_id, SPEC, settings)
        value = SecretValue.secrets_manager(self.arn, json_field=settings.origin_key)
        self.headers: dict[str, str] = {HEADER: value.unsafe_unwrap()}

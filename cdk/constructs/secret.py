"""Secrets: a template makes the place; what lies in it is generated, or put by an operator."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from aws_cdk import SecretValue
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from cdk.constructs.acknowledge import acknowledge
from cdk.constructs.removal import removal
from cdk.constructs.service_function import ServiceFunction
from cdk.settings import Settings

KEY_LENGTH = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretSpec:
    """A JSON object as it is first; later deployments leave alone what was put there since."""

    purpose: str
    fields: Mapping[str, object]
    generated: str | None = None
    """The name of one more field: a random text."""


class ServiceSecret(Construct):
    """A JSON object that a function may read only if it was let: `readable_by`."""

    def __init__(
        self, scope: Construct, construct_id: str, spec: SecretSpec, settings: Settings
    ) -> None:
        super().__init__(scope, construct_id)
        template = json.dumps(spec.fields)
        secret = secretsmanager.Secret(
            self,
            "Secret",
            description=spec.purpose,
            removal_policy=removal(settings),
            secret_string_value=None if spec.generated else SecretValue.unsafe_plain_text(template),
            generate_secret_string=secretsmanager.SecretStringGenerator(
                secret_string_template=template,
                generate_string_key=spec.generated,
                password_length=KEY_LENGTH,
                exclude_punctuation=True,
            )
            if spec.generated
            else None,
        )
        acknowledge(
            secret,
            "SMG4",
            "Rotation overlaps an old and a new value and has a step outside AWS or by hand; "
            "the runbook describes it",
        )
        self.arn: str = cast("secretsmanager.CfnSecret", secret.node.default_child).attr_id

    def readable_by(self, function: ServiceFunction) -> None:
        """Let a function read the secret."""
        function.allow("secretsmanager:GetSecretValue", on=[self.arn])

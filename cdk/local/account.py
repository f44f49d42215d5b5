"""The emulator's account, as an operator works with it: stacks, secrets and role sessions.

What a template asks for and the emulator ignores (a table's TTL) is applied by API.
"""

import io
import json
import time
import zipfile
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import boto3

from cdk.local import assembly
from cdk.local.functions import CREDENTIALS, Function
from cdk.local.settings import ACCESS_KEY, ACCOUNT, REGION, SECRET_KEY

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

ASSETS = f"cdk-hnb659fds-assets-{ACCOUNT}-{REGION}"
BOOTSTRAP_VERSION = "/cdk-bootstrap/hnb659fds/version"

SESSION_SECONDS = 12 * 3600


class DeploymentFailedError(Exception):
    """A stack could not be made; the message has the emulator's reasons."""


class Resource(NamedTuple):
    """Something that a stack has made."""

    service: str
    logical_id: str
    type: str
    id: str
    """Its physical id: a name, an ARN or a URL, as CloudFormation has it for the type."""


class Account:
    """The emulator's one account."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._session = boto3.Session(ACCESS_KEY, SECRET_KEY, region_name=REGION)

    def client(self, service: str) -> Any:
        """A client of an AWS API."""
        return self._session.client(service, endpoint_url=self._url)  # type: ignore[call-overload]

    @cached_property
    def _stacks(self) -> "CloudFormationClient":
        client: CloudFormationClient = self.client("cloudformation")
        return client

    @cached_property
    def _s3(self) -> Any:
        return self.client("s3")

    def bootstrap(self, outdir: Path) -> None:
        """What `cdk bootstrap` and the upload of assets leave behind."""
        self._s3.create_bucket(Bucket=ASSETS)
        self.client("ssm").put_parameter(Name=BOOTSTRAP_VERSION, Value="30", Type="String")
        for key, folder in assembly.code_assets(outdir):
            self._s3.put_object(Bucket=ASSETS, Key=key, Body=packed(folder))

    def create(self, stack: assembly.Stack, invoke_url: str) -> None:
        """Begin to make a stack. From a bucket: a template may be larger than a request."""
        template = assembly.adapted(stack.template, invoke_url)
        key = f"{stack.name}.template.json"
        self._s3.put_object(Bucket=ASSETS, Key=key, Body=json.dumps(template).encode())
        self._stacks.create_stack(
            StackName=stack.name,
            TemplateURL=f"{self._url}/{ASSETS}/{key}",
            Capabilities=["CAPABILITY_NAMED_IAM"],
        )

    def finish(self, stack: assembly.Stack) -> list[Resource]:
        """Wait until a stack is made. Raises DeploymentFailedError."""
        while (status := self._status(stack)).endswith("IN_PROGRESS"):
            time.sleep(0.02)
        if status != "CREATE_COMPLETE":
            reasons = "\n  ".join(self._reasons(stack))
            msg = f"{stack.name}: {status}\n  {reasons}"
            raise DeploymentFailedError(msg)
        resources = [*self._resources(stack)]
        self._expire_items(stack, resources)
        return resources

    def _status(self, stack: assembly.Stack) -> str:
        return self._stacks.describe_stacks(StackName=stack.name)["Stacks"][0]["StackStatus"]

    def _reasons(self, stack: assembly.Stack) -> Iterator[str]:
        events = self._stacks.describe_stack_events(StackName=stack.name)["StackEvents"]
        for event in events:
            if "FAILED" in event.get("ResourceStatus", ""):
                yield f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason')}"

    def _resources(self, stack: assembly.Stack) -> Iterator[Resource]:
        answer = self._stacks.describe_stack_resources(StackName=stack.name)
        for item in answer["StackResources"]:
            yield Resource(
                stack.id.lower(),
                item["LogicalResourceId"],
                item["ResourceType"],
                item.get("PhysicalResourceId", ""),
            )

    def _expire_items(self, stack: assembly.Stack, resources: list[Resource]) -> None:
        attributes = assembly.expiring_attributes(stack.template)
        for resource in resources:
            if attribute := attributes.get(resource.logical_id):
                self.client("dynamodb").update_time_to_live(
                    TableName=resource.id,
                    TimeToLiveSpecification={"Enabled": True, "AttributeName": attribute},
                )

    def put_secret(self, secret_id: str, value: dict[str, Any]) -> None:
        """What an operator does after the first deployment."""
        self.client("secretsmanager").put_secret_value(
            SecretId=secret_id, SecretString=json.dumps(value)
        )

    def origin_headers(self, distribution_id: str) -> dict[str, str]:
        """What a distribution sends to its origins beside a visitor's headers."""
        config = self.client("cloudfront").get_distribution_config(Id=distribution_id)
        return {
            header["HeaderName"]: header["HeaderValue"]
            for origin in config["DistributionConfig"]["Origins"]["Items"]
            for header in origin.get("CustomHeaders", {}).get("Items", ())
        }

    def function(self, name: str, *, enforce_iam: bool) -> Function:
        """A deployed function, with the credentials it runs with."""
        config = self.client("lambda").get_function_configuration(FunctionName=name)
        variables = config["Environment"]["Variables"]
        return Function(
            name=name,
            handler=config["Handler"],
            timeout=config["Timeout"] - assembly.MORE_SECONDS,
            memory_mb=config["MemorySize"],
            environment={
                key: value for key, value in variables.items() if key != assembly.INVOKE_URL
            },
            credentials=self._role_session(config["Role"]) if enforce_iam else CREDENTIALS,
        )

    def _role_session(self, role: str) -> dict[str, str]:
        """A session of a role, which must trust us first: it expects Lambda itself."""
        iam, name = self.client("iam"), role.rsplit("/", 1)[1]
        trust = iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
        ours = {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
        }
        document = json.dumps({**trust, "Statement": [*trust["Statement"], ours]})
        iam.update_assume_role_policy(RoleName=name, PolicyDocument=document)
        keys = self.client("sts").assume_role(
            RoleArn=role, RoleSessionName="local", DurationSeconds=SESSION_SECONDS
        )["Credentials"]
        return {
            "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
            "AWS_SESSION_TOKEN": keys["SessionToken"],
        }


def packed(folder: Path) -> bytes:
    """A zip of a folder."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(folder))
    return buffer.getvalue()

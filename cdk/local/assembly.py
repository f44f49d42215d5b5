"""The synthesized templates, as the emulator can take them.

It cannot make what `LEFT_OUT` names, must be told where to send the calls of functions, and has no
TLS for queues to insist on; the rest of a template is deployed as it is.
"""

import json
import shutil
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LEFT_OUT = frozenset({"AWS::Events::Archive", "Custom::StaticFiles"})
"""It rejects archives; static files would be uploaded to S3's own address."""

FUNCTION, TABLE = "AWS::Lambda::Function", "AWS::DynamoDB::GlobalTable"
QUEUE_POLICY = "AWS::SQS::QueuePolicy"

INVOKE_URL = "MINISTACK_LAMBDA_PROXY_URL"
"""In a function's environment: where the emulator sends its invocations."""

QUEUE_SECONDS = 30
"""How long a call may wait for a process; on Lambda it would get one of its own at once."""

MORE_SECONDS = QUEUE_SECONDS + 1
"""By which the emulator is more patient than the function's timeout: the warm host watches that."""

type Template = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stack:
    """One synthesized stack."""

    id: str
    name: str
    template: Template
    dependencies: frozenset[str]
    """Ids of the stacks that must be there before."""


def synthesize(outdir: Path, changes: Mapping[str, Any]) -> None:
    """Write the templates of the `local` stage with some settings changed.

    Their code is loaded from the checkout instead.
    """
    from cdk.app import build_app  # noqa: PLC0415 - takes seconds, and only one process needs it
    from cdk.artifacts import Artifacts  # noqa: PLC0415
    from cdk.settings import LOCAL  # noqa: PLC0415

    shutil.rmtree(outdir, ignore_errors=True)
    artifacts = Artifacts(build=outdir / "no-code", placeholders=True)
    build_app(LOCAL.replace(**changes), artifacts, outdir=outdir).synth()


def stacks(outdir: Path) -> dict[str, Stack]:
    """The stacks of a synthesized app, by id."""
    artifacts = json.loads((outdir / "manifest.json").read_text())["artifacts"]
    ids = {key for key, value in artifacts.items() if value["type"] == "aws:cloudformation:stack"}
    return {
        key: Stack(
            id=key,
            name=artifacts[key]["properties"]["stackName"],
            template=json.loads(
                (outdir / artifacts[key]["properties"]["templateFile"]).read_text()
            ),
            dependencies=frozenset(ids & set(artifacts[key].get("dependencies", ()))),
        )
        for key in ids
    }


def code_assets(outdir: Path) -> Iterator[tuple[str, Path]]:
    """Where each code asset belongs in the bucket, and the folder it is packed from."""
    for path in sorted(outdir.glob("*.assets.json")):
        for file in json.loads(path.read_text())["files"].values():
            if file["source"]["packaging"] == "zip":
                destination = next(iter(file["destinations"].values()))
                yield destination["objectKey"], outdir / file["source"]["path"]


def adapted(template: Template, invoke_url: str) -> Template:
    """The template without what the emulator rejects; its functions are called at `invoke_url`."""
    made = {
        logical_id: resource
        for logical_id, resource in template["Resources"].items()
        if resource["Type"] not in LEFT_OUT
    }
    resources = {key: _adapted(resource, made, invoke_url) for key, resource in made.items()}
    return {**template, "Resources": resources}


def _adapted(resource: dict[str, Any], made: Collection[str], invoke_url: str) -> dict[str, Any]:
    if "DependsOn" in resource:
        before = [each for each in resource["DependsOn"] if each in made]
        resource = {**resource, "DependsOn": before}
    if resource["Type"] == FUNCTION:
        return _calling(resource, invoke_url)
    if resource["Type"] == QUEUE_POLICY:
        return _without_tls(resource)
    return resource


def _without_tls(policy: dict[str, Any]) -> dict[str, Any]:
    """The policy of a queue that can be asked over plain HTTP."""
    document = policy["Properties"]["PolicyDocument"]
    allowed = [each for each in document["Statement"] if each["Effect"] == "Allow"]
    document = {**document, "Statement": allowed}
    return {**policy, "Properties": {**policy["Properties"], "PolicyDocument": document}}


def _calling(function: dict[str, Any], invoke_url: str) -> dict[str, Any]:
    properties = function["Properties"]
    changes = {
        "Environment": {
            "Variables": {**properties["Environment"]["Variables"], INVOKE_URL: invoke_url}
        },
        "Timeout": properties["Timeout"] + MORE_SECONDS,
    }
    return {**function, "Properties": {**properties, **changes}}


def expiring_attributes(template: Template) -> dict[str, str]:
    """The TTL attribute of each table that has one, by logical id: the emulator ignores it."""
    return {
        logical_id: specification["AttributeName"]
        for logical_id, resource in template["Resources"].items()
        if resource["Type"] == TABLE
        and (specification := resource["Properties"].get("TimeToLiveSpecification"))
    }

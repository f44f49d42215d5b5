"""Stacks: each deploys alone, holds no secret and passes the rules of its trade."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cdk.app import LOCAL_ONLY, build_app
from cdk.artifacts import ROOT, Artifacts, NotBuiltError
from cdk.settings import DEV, LOCAL, PROD, STAGES, Settings, for_stage
from tests.infrastructure.conftest import Synthesize
from tests.infrastructure.templates import STACKS, Templates, outputs_read, strings, written

UPSTREAM = {
    "Platform": set(),
    "Auth": {"Platform"},
    "Tickets": {"Platform", "Auth"},
    "Orders": {"Platform", "Auth"},
    "Payments": {"Platform", "Auth"},
    "Expiration": {"Platform"},
    "Web": {"Platform", "Auth", "Firewall"},
    "Reference": {"Platform", "Auth"},
    "Gateway": {*STACKS} - {"Expiration", "Gateway"},
    "Firewall": set(),
}
"""What must have been deployed once before a stack can be; after that it deploys alone."""


@pytest.mark.parametrize("stack", STACKS)
def test_no_stack_holds_another_back(prod: Templates, stack: str) -> None:
    """An export cannot change or go as long as it is imported."""
    template = prod.template(stack)
    assert "Fn::ImportValue" not in set(strings(template))
    assert not [one for one in template.get("Outputs", {}).values() if "Export" in one]


@pytest.mark.parametrize("stack", STACKS)
def test_a_stack_reads_outputs_of_those_below_it_only(prod: Templates, stack: str) -> None:
    offered = {
        (f"ticketing-{one.lower()}", output)
        for one in UPSTREAM[stack]
        for output in prod.template(one).get("Outputs", {})
    }
    assert set(outputs_read(prod.template(stack))) <= offered


@pytest.mark.parametrize("stack", STACKS)
def test_a_first_deployment_goes_from_the_platform_upwards(prod: Templates, stack: str) -> None:
    assert prod.before(stack) == UPSTREAM[stack]


@pytest.mark.parametrize(
    ("stacks", "asked"),
    [("", "deploy --all -c stage=dev"), ("Orders", "deploy --exclusively Orders -c stage=dev")],
)
def test_a_stack_is_deployed_without_those_below_it(stacks: str, asked: str) -> None:
    make = shutil.which("make") or "make"
    answer = subprocess.run(
        [make, "--dry-run", "deploy", f"STACKS={stacks}", "ARGS=-c stage=dev"],
        capture_output=True,
        check=True,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        text=True,
    )
    assert answer.stdout.rstrip().endswith(asked)


def test_every_resource_that_can_be_tagged_names_its_stage(prod: Templates) -> None:
    taggable = {one.type for one in prod.resources() if "Tags" in one.properties}
    for one in prod.resources(*taggable):
        tags = one.properties["Tags"]
        if isinstance(tags, list):
            tags = {each["Key"]: each["Value"] for each in tags}
        assert tags == {"project": "ticketing", "stage": "prod"}, one


def names(templates: Templates) -> Iterator[str]:
    """What is called something that nothing else in the account may be called."""
    for one in templates.resources():
        if one.type.startswith("AWS::CloudFront::"):
            parts = [
                one.properties,
                *(v for k, v in one.properties.items() if k.endswith("Config")),
            ]
            yield from (f"{one.type} {written(part['Name'])}" for part in parts if "Name" in part)
        elif one.type in {"AWS::Lambda::Function", "AWS::Events::EventBus"}:
            yield f"{one.type} {one.properties.get('FunctionName') or one.properties['Name']}"


def test_stages_of_one_account_do_not_meet(prod: Templates, synthesize: Synthesize) -> None:
    assert len({settings.prefix for settings in STAGES.values()}) == len(STAGES)
    ours, theirs = {*names(prod)}, {*names(synthesize(DEV))}
    assert len(ours) == len(theirs) > len(prod.functions())
    assert ours & theirs == set()


def test_what_runs_on_this_machine_is_not_deployed_to_an_account() -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "cdk.app"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "CDK_CONTEXT_JSON": '{"stage": "local"}'},
    )
    assert (answer.returncode, answer.stderr) == (1, f"cdk: {LOCAL_ONLY}\n")


def test_an_unknown_stage_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown stage 'staging'"):
        for_stage("staging")


@pytest.mark.parametrize("changes", [{"reservation_seconds": 0}, {"sale_partitions": 0}])
def test_settings_that_cannot_work_are_refused(changes: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=next(iter(changes))):
        PROD.replace(**changes)


def test_code_that_was_not_built_is_not_deployed(tmp_path: Path) -> None:
    with pytest.raises(NotBuiltError, match="make build"):
        build_app(PROD, Artifacts(tmp_path / "build"))


def test_without_a_build_the_app_says_so_in_one_line(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib, cdk.artifacts, cdk.app;"
        "cdk.app.Artifacts = lambda: cdk.artifacts.Artifacts(pathlib.Path(sys.argv[1]));"
        "sys.exit(cdk.app.main())"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "none")],
        capture_output=True,
        text=True,
        check=False,
        env=None,
    )
    assert answer.returncode == 1
    assert "run `make build`" in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize("settings", [PROD, LOCAL], ids=lambda one: str(one.stage))
def test_the_rules_of_aws_and_cloudformation_hold(
    settings: Settings, artifacts: Artifacts, tmp_path: Path
) -> None:
    build_app(settings, artifacts, outdir=tmp_path, checked=True).synth()
    report = json.loads((tmp_path / "validation-report.json").read_text())
    assert [one for one in report["pluginReports"] if one["violations"]] == []


def test_cfn_lint_has_nothing_to_say(prod: Templates) -> None:
    """W3005 is about dependencies that the CDK itself writes out."""
    linter = Path(sys.executable).parent / "cfn-lint"
    templates = sorted(str(path) for path in prod.folder.glob("*.template.json"))
    answer = subprocess.run(
        [linter, "--ignore-checks", "W3005", "--", *templates],
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.stdout + answer.stderr == ""

"""The templates of each stage, made once for a session, of the project's code as packaged."""

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "18,20")
os.environ.setdefault("JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION", "1")
os.environ.setdefault("JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION", "1")

from cdk.app import build_app
from cdk.artifacts import Artifacts
from cdk.settings import PROD, Settings
from layers.build import stage_code
from tests.infrastructure.templates import Templates

type Synthesize = Callable[[Settings], Templates]


@pytest.fixture(scope="session")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> Artifacts:
    """Our own code as it is packaged; the third-party layers, which need the network, are empty."""
    build = tmp_path_factory.mktemp("build")
    stage_code(build)
    return Artifacts(build, placeholders=True)


@pytest.fixture(scope="session")
def synthesize(artifacts: Artifacts, tmp_path_factory: pytest.TempPathFactory) -> Synthesize:
    """Synthesizes all stacks with some settings, once for each."""

    @cache
    def templates(settings: Settings) -> Templates:
        outdir: Path = tmp_path_factory.mktemp("cdk.out")
        build_app(settings, artifacts, outdir=outdir).synth()
        return Templates(outdir)

    return templates


@pytest.fixture(scope="session")
def prod(synthesize: Synthesize) -> Templates:
    """The templates of production."""
    return synthesize(PROD)

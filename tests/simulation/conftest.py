"""The simulation from outside: it changes the clocks of its process for good, so it has its own."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

type Simulate = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the synthesized templates."""
    folder = tmp_path_factory.mktemp("templates") / "cdk.out"
    code = "import sys; from tests.simulation.deployment import *; synthesized(Path(sys.argv[1]))"
    python(["-c", code, str(folder)], check=True)
    return folder


@pytest.fixture
def simulate(templates: Path) -> Simulate:
    """Runs a module with the templates: `simulate("tests.simulation", "--schedules", "5")`."""

    def run(
        module: str, *arguments: str, folder: Path = templates, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        command = ["-m", module, "--templates", str(folder), *arguments]
        return python(command, environment=environment)

    return run


def python(
    arguments: list[str], *, check: bool = False, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run Python in the project's folder."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=os.environ | (environment or {}),
        capture_output=True,
        text=True,
        check=check,
    )

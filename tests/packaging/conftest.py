"""The built artifacts: made once for a session, and only when something changed."""

from pathlib import Path

import pytest

from layers.build import BUILD
from layers.dependencies import build_dependencies
from tests.packaging import artifact


@pytest.fixture(scope="session")
def lambda_layers() -> Path:
    """The folder of the third-party layers, as deployed."""
    build_dependencies(BUILD / "layers")
    return BUILD / "layers"


@pytest.fixture(scope="session")
def native() -> None:
    """The same artifacts for this machine."""
    artifact.build_native()

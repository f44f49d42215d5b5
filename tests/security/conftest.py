"""The service, set up once for this folder; each test finds it as it was then."""

from collections.abc import Iterator
from unittest.mock import patch

import pytest
from argon2 import PasswordHasher

from auth import passwords
from tests.in_memory import Service, State
from tests.security.canaries import Heard
from tests.security.scene import Scene

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""What a hash costs is not asked here."""


@pytest.fixture(scope="package")
def stage() -> Iterator[tuple[Scene, State]]:
    service = Service()
    with patch.object(passwords, "HASHER", QUICK), service.running():
        scene = Scene.set_up(service)
        yield scene, State.of(service)


@pytest.fixture
def scene(stage: tuple[Scene, State]) -> Iterator[Scene]:
    scene, before = stage
    yield scene
    before.restore(scene.service)


@pytest.fixture
def before(stage: tuple[Scene, State]) -> State:
    """The state that the test begins with."""
    return stage[1]


@pytest.fixture
def heard(capsys: pytest.CaptureFixture[str]) -> Iterator[Heard]:
    with Heard(capsys).listening() as heard:
        yield heard

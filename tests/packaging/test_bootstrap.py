"""The bootstrap uses what a machine has, and says in one line what it lacks."""

import shutil
import subprocess
from pathlib import Path

import pytest

from layers.dependencies import ROOT

UV = """#!/bin/sh
case "$*" in
  --version) echo "uv {version} (test)" ;;
  python*) exit 1 ;;
  *) echo "uv $*" ;;
esac
"""
WORKS, FAILS = "#!/bin/sh\n", "#!/bin/sh\nexit 1\n"


class Machine:
    """A machine with nothing but what a test installs."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.bin = home / "bin"
        self.bin.mkdir()
        (self.bin / "rm").symlink_to(shutil.which("rm") or "")

    def has(self, program: str, script: str = WORKS) -> Path:
        path = self.bin / program
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(script)
        path.chmod(0o755)
        return path

    def bootstrap(self) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [shutil.which("sh") or "", str(ROOT / "cdk" / "bootstrap.sh")],
            cwd=self.home,
            env={"PATH": str(self.bin), "HOME": str(self.home)},
            capture_output=True,
            check=False,
            text=True,
        )

    def complaint(self) -> str:
        done = self.bootstrap()
        assert done.returncode == 1
        return done.stderr


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_node_is_needed(machine: Machine) -> None:
    assert machine.complaint().startswith("error: Node is missing")


def test_a_python_without_venv_and_pip_cannot_install_uv(machine: Machine) -> None:
    machine.has("node")
    machine.has("python3", FAILS)
    assert "error: python3 has neither venv nor pip" in machine.complaint()


def test_an_old_uv_is_not_used(machine: Machine) -> None:
    machine.has("node")
    machine.has("python3", FAILS)
    machine.has("uv", UV.format(version="0.4.30"))
    assert "error: python3 has neither venv nor pip" in machine.complaint()


def test_a_machine_without_python_3_13_is_told_how_to_get_it(machine: Machine) -> None:
    machine.has("node")
    machine.has("python3")
    machine.has("uv", UV.format(version="0.13.9"))
    assert "error: Python 3.13 is neither installed nor downloadable" in machine.complaint()


def test_a_python_of_pyenv_is_found_behind_a_shim_that_leads_nowhere(machine: Machine) -> None:
    machine.has("node")
    machine.has("python3")
    machine.has("uv", UV.format(version="0.13.9"))
    machine.has("python3.13", FAILS)
    python = machine.has("../.pyenv/versions/3.13.9/bin/python3.13")
    done = machine.bootstrap()
    assert done.returncode == 0
    assert done.stdout.startswith("uv sync --locked --python ")
    assert Path(done.stdout.split()[-1]).resolve() == python.resolve()

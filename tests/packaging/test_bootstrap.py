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


def with_everything_but_chromium(machine: Machine) -> None:
    machine.has("node")
    machine.has("python3")
    machine.has("python3.13")
    machine.has("uv", UV.format(version="0.13.9"))


def test_chromium_is_installed_where_that_is_allowed(machine: Machine) -> None:
    with_everything_but_chromium(machine)
    machine.has("id", "#!/bin/sh\necho 0\n")
    machine.has("apt-get", '#!/bin/sh\necho "$*" >> apt\n')
    assert machine.bootstrap().returncode == 0
    update, install = (machine.home / "apt").read_text().splitlines()
    assert update.startswith("update")
    assert install.endswith("chromium fonts-liberation")


def test_a_chromium_that_cannot_be_installed_is_named_and_stops_nothing(machine: Machine) -> None:
    with_everything_but_chromium(machine)
    machine.has("id", "#!/bin/sh\necho 0\n")
    machine.has("apt-get", FAILS)
    done = machine.bootstrap()
    assert done.returncode == 0
    assert "note: the tests in a browser need Chromium: sudo apt-get install" in done.stderr


def test_who_may_not_install_chromium_is_told_how(machine: Machine) -> None:
    with_everything_but_chromium(machine)
    machine.has("apt-get", '#!/bin/sh\necho "$*" >> apt\n')
    assert "need Chromium: sudo apt-get install -y chromium" in machine.bootstrap().stderr
    assert not (machine.home / "apt").exists()


def test_a_chromium_that_is_there_is_used(machine: Machine) -> None:
    with_everything_but_chromium(machine)
    machine.has("chromium")
    assert "hromium" not in machine.bootstrap().stderr


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

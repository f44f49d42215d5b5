"""The third-party layers: wheels from the lock, checked against its hashes; one for each group.

The base layer is part of every function, so no other layer repeats one of its packages.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from layers.bytecode import compile_instead
from layers.shorten import shorten_imports
from layers.trim import trim

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
TOOLS = {"cdk", "dev", "local"}
"""The dependency groups that no function has; each other one is a layer."""

GROUPS = ("base", *sorted({*PROJECT["dependency-groups"]} - TOOLS))
PRUNED = (
    # cffi's, to read declarations in C; argon2's are compiled.
    "pycparser",
    # stripe's, for its own HTTP client; payments brings another, on the urllib3 of the base.
    "requests",
)
"""Packages that the locked ones ask for and no function uses."""


LAMBDA = "aarch64-manylinux_2_28"


def build_dependencies(destination: Path, platform: str | None = LAMBDA) -> list[str]:
    """Make `destination/<group>/python` for each group whose input changed; returns those groups.

    `platform` is one of uv's names; None is this machine, to measure what Lambda would run.
    Raises CalledProcessError when uv finds the lock stale, a hash wrong or a wheel missing.
    """
    base = requirements("base")
    shared = package_names(base)
    pinned = {group: requirements(group, without=shared) for group in GROUPS[1:]}
    destination.mkdir(parents=True, exist_ok=True)
    with (destination / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return [
            group
            for group, packages in ({"base": base} | pinned).items()
            if build_group(packages, destination / group, platform)
        ]


def build_group(pinned: str, layer: Path, platform: str | None) -> bool:
    """Make one layer unless its input is what it was; whether it was made."""
    digest = fingerprint(pinned, platform)
    stamp = layer.with_name(f".{layer.name}.sha256")
    if layer.is_dir() and stamp.exists() and stamp.read_text() == digest:
        return False
    install(pinned, layer, platform)
    stamp.write_text(digest)
    return True


def requirements(group: str, without: tuple[str, ...] = ()) -> str:
    """The group's pinned packages with their hashes, in the format of a requirements file."""
    selected = ["--no-default-groups", "--no-emit-project"]
    if group != "base":
        selected = ["--only-group", group]
    selected += [f"--no-emit-package={package}" for package in without]
    selected += [f"--prune={package}" for package in PRUNED]
    return uv("export", "--locked", "--no-header", "--no-annotate", *selected)


def package_names(pinned: str) -> tuple[str, ...]:
    return tuple(re.findall(r"^([\w.-]+)==", pinned, re.MULTILINE))


def fingerprint(pinned: str, platform: str | None) -> str:
    """Changes with everything that decides what a layer contains."""
    recipe = "".join(path.read_text() for path in sorted((ROOT / "layers").glob("*.py")))
    return hashlib.sha256(f"{sys.version}{platform}{pinned}{recipe}".encode()).hexdigest()


def install(pinned: str, layer: Path, platform: str | None) -> None:
    """Make the layer beside its place and move it there, so that nobody sees half of one."""
    with tempfile.TemporaryDirectory(dir=layer.parent, prefix=".") as temporary:
        tree = Path(temporary, "layer", "python")
        wanted = Path(temporary, "requirements.txt")
        wanted.write_text(pinned)
        options = ["--require-hashes", "--no-deps", "--only-binary", ":all:"]
        # The files are changed afterwards: a hard link would change uv's cache too.
        options += ["--link-mode", "copy", "--python", sys.executable, "--python-version", "3.13"]
        if platform:
            options += ["--python-platform", platform]
        uv("pip", "install", "--requirements", str(wanted), "--target", str(tree), *options)
        trim(tree)
        shorten_imports(tree)
        compile_instead(tree, "/opt/python")
        shutil.rmtree(layer, ignore_errors=True)
        tree.parent.rename(layer)


def uv(*arguments: str) -> str:
    """Run uv in the project, preferring the one that the bootstrap installed."""
    path = f"{ROOT / '.tools/uv/bin'}{os.pathsep}{os.environ['PATH']}"
    found = shutil.which("uv", path=path)
    if found is None:
        message = "uv is not installed: run make setup"
        raise FileNotFoundError(message)
    command = [found, *arguments, "--quiet"]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout

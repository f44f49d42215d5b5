"""The third-party layers: wheels from the lock, checked against its hashes; one for each group.

The base layer is part of every function, so no other layer repeats one of its packages.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from layers import bytecode, trim

ROOT = Path(__file__).parent.parent
GROUPS = ("base", "auth", "payments")


LAMBDA = "aarch64-manylinux_2_28"


def build_dependencies(destination: Path, platform: str = LAMBDA) -> list[str]:
    """Make `destination/<group>/python` for each group whose input changed; returns those groups.

    `platform` is one that uv knows.

    Raises CalledProcessError when uv finds the lock stale, a hash wrong or a wheel missing.
    """
    built = []
    base = requirements("base")
    for group in GROUPS:
        pinned = base if group == "base" else requirements(group, without=package_names(base))
        digest = fingerprint(pinned, platform)
        stamp = destination / f".{group}.sha256"
        if not (stamp.exists() and stamp.read_text() == digest):
            install(pinned, destination / group, platform)
            stamp.write_text(digest)
            built.append(group)
    return built


def requirements(group: str, without: tuple[str, ...] = ()) -> str:
    """The group's pinned packages with their hashes, in the format of a requirements file."""
    selected = ["--no-default-groups", "--no-emit-project"]
    if group != "base":
        selected = ["--only-group", group]
    for package in without:
        selected += ["--no-emit-package", package]
    return uv("export", "--locked", "--no-header", "--no-annotate", *selected)


def package_names(pinned: str) -> tuple[str, ...]:
    return tuple(re.findall(r"^([\w.-]+)==", pinned, re.MULTILINE))


def fingerprint(pinned: str, platform: str) -> str:
    """Changes with everything that decides what a layer contains."""
    sources = [Path(module.__file__ or "") for module in (bytecode, trim)]
    recipe = "".join(source.read_text() for source in [Path(__file__), *sources])
    return hashlib.sha256(f"{sys.version}{platform}{pinned}{recipe}".encode()).hexdigest()


def install(pinned: str, layer: Path, platform: str) -> None:
    """Make the layer beside its place and move it there, so that nobody sees half of one."""
    layer.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=layer.parent, prefix=".") as temporary:
        made = Path(temporary, "layer")
        tree = made / "python"
        wanted = Path(temporary, "requirements.txt")
        wanted.write_text(pinned)
        uv(
            *("pip", "install", "--requirements", str(wanted), "--target", str(tree)),
            *("--require-hashes", "--no-deps", "--only-binary", ":all:"),
            *(
                "--python",
                sys.executable,
                "--python-version",
                "3.13",
                "--python-platform",
                platform,
            ),
            # The files are changed afterwards: a hard link would change uv's cache too.
            *("--link-mode", "copy"),
        )
        trim.trim(tree)
        bytecode.compile_instead(tree, "/opt/python")
        shutil.rmtree(layer, ignore_errors=True)
        made.rename(layer)


def uv(*arguments: str) -> str:
    """Run uv in the project, preferring the one that the bootstrap installed."""
    path = f"{ROOT / '.tools/uv/bin'}{os.pathsep}{os.environ['PATH']}"
    found = shutil.which("uv", path=path)
    if found is None:
        message = "uv is not installed: run make setup"
        raise FileNotFoundError(message)
    command = [found, *arguments, "--quiet"]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout

"""Packages: how large they are, and whether their bytecode is valid wherever they are unpacked."""

import os
import shutil
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from layers.build import BUILD, services
from tests.benchmarks.cold_start import LEAVE
from tests.benchmarks.processes import costs, unit
from tests.benchmarks.report import Row
from tests.packaging import artifact

LIMIT, LIMITS = 6.0, {"payments": 10.0}
"""Megabytes of a function's zip with its layers."""

STAMP = 315_532_800
"""1980-01-01: what every file of a deployed package is dated."""

RECOMPILED = 1.05


def sizes() -> Iterator[Row]:
    """One row for each service; needs the build for Lambda."""
    for service in services():
        trees = [BUILD / "layers" / layer for layer in artifact.layer_names(service)]
        size = zipped(BUILD / "functions" / service, *trees) / 1e6
        yield Row("package", f"{service} with layers", size, LIMITS.get(service, LIMIT), "MB")


def zipped(*trees: Path) -> int:
    """Bytes of one zip with the files of these folders."""
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as file:
        for path in (path for tree in trees for path in sorted(tree.rglob("*")) if path.is_file()):
            file.write(path)
    return archive.tell()


def bytecode() -> Iterator[Row]:
    """How much more a function of an unpacked zip costs than one with fresh files."""
    handler = artifact.handlers()[0]
    with TemporaryDirectory(dir=artifact.NATIVE) as folder:
        fresh = artifact.unpack(handler.split(".")[0], Path(folder))
        stamped = artifact.Unpacked(Path(folder, "task"), Path(folder, "opt"))
        for origin, copy in ((fresh.task, stamped.task), (fresh.opt, stamped.opt)):
            shutil.copytree(origin, copy)
            make_read_only(copy)
        script = f"import {handler}\n{LEAVE}"
        environment = artifact.ENVIRONMENT | {"PYTHONDONTWRITEBYTECODE": "1"}
        commands = {"fresh": fresh.command(script), "stamped": stamped.command(script)}
        cost = costs(commands, environment)
        for path in (stamped.task, stamped.opt):
            make_writable(path)
    ratio = cost["stamped"] / cost["fresh"]
    what = f"{handler}, 1980 and read-only"
    yield Row(f"bytecode ({unit()})", what, ratio, RECOMPILED, "x fresh")


def make_read_only(tree: Path) -> None:
    for path in [*tree.rglob("*"), tree]:
        os.utime(path, (STAMP, STAMP))
        path.chmod(0o555)


def make_writable(tree: Path) -> None:
    for path in [tree, *tree.rglob("*")]:
        path.chmod(0o755)

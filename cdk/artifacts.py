"""Where the packaged code lies: a folder for each service and each layer, made by `make build`."""

import atexit
import shutil
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from aws_cdk import aws_lambda as lambda_

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"


class NotBuiltError(Exception):
    """The packaged code is not there yet; `make build` makes it."""


@dataclass(frozen=True, slots=True)
class Artifacts:
    """The output of the build, as assets.

    With `placeholders` an absent folder is an empty one: for templates whose code is loaded from
    elsewhere (the local runtime) or not looked at (most tests).
    """

    build: Path = BUILD
    placeholders: bool = False

    def function(self, package: str) -> lambda_.Code:
        """The one package that a function runs; what Lambda sees as /var/task."""
        return self._code(self.build / "functions" / package)

    def layer(self, name: str) -> lambda_.Code:
        """A layer: its `python/` is what Lambda sees as /opt/python."""
        return self._code(self.build / "layers" / name)

    def _code(self, folder: Path) -> lambda_.Code:
        if folder.is_dir():
            return lambda_.Code.from_asset(str(folder))
        if not self.placeholders:
            msg = f"{folder} does not exist: run `make build`"
            raise NotBuiltError(msg)
        return lambda_.Code.from_asset(str(_placeholder()))


@cache
def _placeholder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="ticketing-placeholder-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / "placeholder.txt").write_text("The code of this asset was not built.\n")
    return folder

"""What the runtime has to know of a function to run it: the deployed template's own words."""

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from cdk.local.settings import ACCESS_KEY, ACCOUNT, REGION, ROOT, SECRET_KEY

LATEST = "$LATEST"

CREDENTIALS = {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY}


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A deployed function."""

    name: str
    handler: str
    """As `orders.api.lambda_handler`."""

    timeout: int
    """Seconds."""

    memory_mb: int
    environment: Mapping[str, str]
    credentials: Mapping[str, str] = field(default_factory=lambda: CREDENTIALS)
    """Of its role, or of the emulator's root where no role is enforced."""

    @property
    def label(self) -> str:
        """How people call it: `orders/api`, `tickets/publisher`."""
        service = self.environment["POWERTOOLS_SERVICE_NAME"]
        return f"{service}/{self.handler.split('.')[-2]}"

    @property
    def package(self) -> str:
        """The folder of functions/ that its code is in."""
        return self.handler.split(".")[0]

    @property
    def arn(self) -> str:
        return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{self.name}"


@dataclass(frozen=True, slots=True)
class Code:
    """Where code is loaded from: the checkout, so that an edit needs no deployment."""

    task: Path = ROOT / "functions"
    """What Lambda sees as /var/task."""

    layer: Path = ROOT / "layers" / "ticketing" / "python"
    """What Lambda sees as /opt/python."""

    def stamp(self, package: str) -> int:
        """Another number whenever a file that the package's functions load was edited."""
        return hash((*states(self.task / package), *states(self.layer)))


def states(folder: Path | str) -> Iterator[tuple[str, int, int]]:
    """Path, time of the last change and size of each file, but for what Python compiled.

    It runs before every invocation, so it is written for speed.
    """
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name == "__pycache__":
                continue
            if entry.is_dir():
                yield from states(entry.path)
                continue
            with suppress(FileNotFoundError):  # an editor's temporary file
                state = entry.stat()
                yield entry.path, state.st_mtime_ns, state.st_size

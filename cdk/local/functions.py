"""What the runtime has to know of a function to run it: the deployed template's own words."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

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
    environment: Mapping[str, str] = field(default_factory=dict)
    credentials: Mapping[str, str] = field(default_factory=lambda: CREDENTIALS)
    """Of its role, or of the emulator's root where no role is enforced."""

    @property
    def label(self) -> str:
        """How people call it: `orders/api`, `tickets/publisher`."""
        service = self.environment.get("POWERTOOLS_SERVICE_NAME", self.package)
        return f"{service}/{self.handler.split('.')[-2]}"

    @property
    def package(self) -> str:
        """The folder of functions/ that its code is in."""
        return self.handler.split(".")[0]

    @property
    def arn(self) -> str:
        return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{self.name}"

    @classmethod
    def load(cls, data: Mapping[str, Any]) -> Self:
        """The opposite of `dump`."""
        return cls(**data)

    def dump(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Code:
    """Where code is loaded from: the checkout, so that an edit needs no deployment."""

    task: Path = ROOT / "functions"
    """What Lambda sees as /var/task."""

    layer: Path = ROOT / "layers" / "ticketing" / "python"
    """What Lambda sees as /opt/python."""

    def stamp(self, package: str) -> int:
        """Another number whenever a file that the package's functions load was edited."""
        folders = (self.task / package, self.layer)
        return hash(
            tuple(
                (str(path), (state := path.stat()).st_mtime_ns, state.st_size)
                for folder in folders
                for path in sorted(folder.rglob("*"))
                if path.suffix != ".pyc" and path.is_file()
            )
        )

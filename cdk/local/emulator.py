"""The local AWS: MiniStack, bound to this machine, with nothing started that is not in use."""

import urllib.error
import urllib.request
from pathlib import Path

from cdk.local.children import Child, Lifeline, free_port
from cdk.local.settings import ACCESS_KEY, ACCOUNT, REGION, SECRET_KEY, Settings

READY = "/_ministack/ready"


def environment(port: int, folder: Path, *, enforce_iam: bool) -> dict[str, str]:
    """MiniStack's settings; left alone it would bind every interface and open an SFTP server."""
    return {
        "AUTH": str(enforce_iam).lower(),
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_SESSION_TOKEN": "",
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "MINISTACK_HOST": "127.0.0.1",
        "MINISTACK_REGION": REGION,
        "PERSIST_STATE": "0",
        "SFTP_ENABLED": "0",
        "STATE_DIR": str(folder),
        "TMPDIR": str(folder),
        "USE_SSL": "0",
    }


class Emulator:
    """The process, and where it listens."""

    def __init__(self, child: Child, port: int) -> None:
        self.child = child
        self.url = f"http://127.0.0.1:{port}"

    @classmethod
    async def start(cls, settings: Settings, lifeline: Lifeline) -> "Emulator":
        """Start it; `READY` answers when it is up."""
        port, folder = free_port(), settings.state / "emulator"
        folder.mkdir(parents=True, exist_ok=True)
        child = await Child.start(
            "The emulator",
            lifeline.leash("ministack"),
            lifeline,
            settings.logs / "emulator.log",
            environment=environment(port, folder, enforce_iam=settings.enforce_iam),
        )
        return cls(child, port)


def answers(url: str) -> bool:
    """Whether a server says yes."""
    try:
        with urllib.request.urlopen(url, timeout=1):  # noqa: S310 - our own server
            return True
    except (urllib.error.URLError, OSError):
        return False

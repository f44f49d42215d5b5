"""What can be set for `make run`: read once, from the environment, before anything is started."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

ACCOUNT, REGION = "000000000000", "us-east-1"
"""Where the emulator makes everything; part of every ARN."""

ACCESS_KEY = SECRET_KEY = "test"  # noqa: S105 - the emulator's root, known to everyone
"""The emulator's own credentials, for scripts that look inside."""


class InvalidSettingError(ValueError):
    """A setting that nothing can be started with; the message names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How the service runs on this machine."""

    port: int = 8000
    """0 takes any free one."""

    reservation_seconds: int = 900
    demo: bool = True
    stripe_key: str | None = None
    """Stripe itself, in test mode, instead of its double."""

    stripe_publishable_key: str = ""
    """Of the same account, for browsers."""

    stripe_webhook_secret: str | None = None
    enforce_iam: bool = False
    """Each function may do only what its role in the template allows."""

    state: Path = ROOT / ".local"
    """Logs, endpoints and the synthesized templates of the latest start."""

    @property
    def logs(self) -> Path:
        """What each process wrote, as it wrote it."""
        return self.state / "logs"

    @property
    def endpoints(self) -> Path:
        """Where scripts read what can be reached and how."""
        return self.state / "endpoints.json"

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Raises InvalidSettingError. A variable that is empty counts as absent."""
        given = {name: value for name, value in environment.items() if value}
        usual = cls()
        settings = cls(
            port=_number(given, "PORT", usual.port, 0, 65535),
            reservation_seconds=_number(
                given, "RESERVATION_SECONDS", usual.reservation_seconds, 1, 86400
            ),
            demo=_flag(given, "DEMO", default=usual.demo),
            stripe_key=given.get("STRIPE_SECRET_KEY"),
            stripe_publishable_key=given.get("STRIPE_PUBLISHABLE_KEY", ""),
            stripe_webhook_secret=given.get("STRIPE_WEBHOOK_SECRET"),
            enforce_iam=_flag(given, "IAM", default=usual.enforce_iam),
            state=Path(given.get("STATE_DIR", usual.state)).resolve(),
        )
        if settings.stripe_key and not settings.stripe_key.startswith(("sk_test_", "rk_test_")):
            msg = "STRIPE_SECRET_KEY must be a key of Stripe's test mode (sk_test_...)"
            raise InvalidSettingError(msg)
        return settings


def _number(given: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = given.get(name, str(default))
    if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
        msg = f"{name} must be a whole number from {least} to {most}, not {text!r}"
        raise InvalidSettingError(msg)
    return int(text)


def _flag(given: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = given.get(name, str(default)).lower()
    if text not in {"0", "1", "false", "true", "no", "yes"}:
        msg = f"{name} must be 0 or 1, not {text!r}"
        raise InvalidSettingError(msg)
    return text in {"1", "true", "yes"}

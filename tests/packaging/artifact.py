"""A function as Lambda unpacks it, with wheels of this machine so that it can run here."""

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from layers.build import BUILD, services, stage_code
from layers.dependencies import GROUPS, ROOT, build_dependencies

NATIVE = BUILD / "native"

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_REGION": "eu-west-1",
    "AWS_LAMBDA_FUNCTION_NAME": "function",
    "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
    "LAMBDA_TASK_ROOT": "/var/task",
    "POWERTOOLS_LOG_LEVEL": "INFO",
    "POWERTOOLS_METRICS_NAMESPACE": "Ticketing",
    "POWERTOOLS_SERVICE_NAME": "test",
    "API_URL": "https://api.example",
    "TABLE_NAME": "table",
    "BUS_NAME": "bus",
    "COOKIE_SECURE": "true",
    "DEFAULT_CURRENCY": "usd",
    "FAILURES_BUCKET": "failures",
    "FAILURES_PER_NETWORK": "50",
    "RESERVATION_SECONDS": "900",
    "SALE_PARTITIONS": "1",
    "SIGNUPS_PER_NETWORK": "50",
    "SESSION_KEYS_SECRET": "session-keys",
    "SITE_URL": "https://tickets.example",
    "STRIPE_JS_URL": "https://js.stripe.com/v3/",
    "STRIPE_PUBLISHABLE_KEY": "pk_test_1",
    "STRIPE_SECRET": "stripe",
}
"""What Lambda and the templates set, for all functions together."""


def layer_names(service: str) -> tuple[str, ...]:
    """Every function's layers, and that of the dependency group called as its service."""
    return ("ticketing", "base", *({service} & {*GROUPS}))


def handlers() -> list[str]:
    """The modules with a Lambda handler, such as `orders.api`."""
    return [
        f"{service}.{module.stem}"
        for service in services()
        for module in sorted((ROOT / "functions" / service).glob("*.py"))
        if "lambda_handler" in module.read_text()
    ]


def build_native() -> None:
    """Bring the artifacts for this machine up to date, below build/native."""
    build_dependencies(NATIVE / "layers", platform=None)
    stage_code(NATIVE)


@dataclass(frozen=True)
class Unpacked:
    """One service's code and layers where a process finds them as in Lambda."""

    task: Path
    opt: Path

    def command(self, script: str, *options: str) -> list[str]:
        """Runs `script` with only the standard library and the package to import from."""
        path = f"import sys; sys.path[:0] = {[str(self.task), str(self.opt)]!r}"
        return [sys.executable, "-s", "-S", "-P", *options, "-c", f"{path}\n{script}"]

    def run(self, script: str, environment: Mapping[str, str] = ENVIRONMENT) -> str:
        """What `script` prints. Raises CalledProcessError when it fails."""
        command = self.command(script)
        return subprocess.run(
            command, env=dict(environment), check=True, stdout=subprocess.PIPE, text=True
        ).stdout


def unpack(service: str, destination: Path) -> Unpacked:
    """Lay out what `build_native` made for one service; layers share one folder, as below /opt."""
    opt = destination / service / "python"
    opt.mkdir(parents=True)
    for layer in layer_names(service):
        for entry in (NATIVE / "layers" / layer / "python").iterdir():
            (opt / entry.name).symlink_to(entry)
    return Unpacked(task=NATIVE / "functions" / service, opt=opt)

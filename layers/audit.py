"""What is known against the packages in uv.lock: `python -m layers.audit`, which needs the network.

Exit status 0: nothing. 1: something, which is printed. 2: nobody could be asked, so nothing is
known either way. Asks PyPI or, if `OSV_URL` is set, the OSV service there; arguments go to
pip-audit.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from layers.dependencies import uv

OPTIONS = ("--disable-pip", "--require-hashes", "--strict", "--format=json", "--desc=off")
QUIET = ("--progress-spinner=off",)


def main(arguments: list[str]) -> int:
    """Look, and tell what was found."""
    answer = ask(uv("export", "--locked", "--no-emit-project", "--no-header"), arguments)
    try:
        packages = json.loads(answer.stdout)["dependencies"]
    except ValueError:
        reason = (answer.stderr.strip().splitlines() or ["pip-audit said nothing"])[-1]
        print(f"Could not look, nothing is known either way: {reason}", file=sys.stderr)
        return 2
    known = [*told(packages)]
    print(*known, f"{len(packages)} packages, {len(known)} known vulnerabilities", sep="\n")
    return 1 if known else 0


def ask(pinned: str, arguments: list[str]) -> subprocess.CompletedProcess[str]:
    """What pip-audit answers about pinned packages, which it does not install."""
    url = os.environ.get("OSV_URL")
    service = ["--vulnerability-service=osv", f"--osv-url={url}"] if url else []
    with TemporaryDirectory() as folder:
        requirements = Path(folder, "requirements.txt")
        requirements.write_text(pinned)
        options = [*OPTIONS, *QUIET, *service, f"--requirement={requirements}", *arguments]
        command = [sys.executable, "-m", "pip_audit", *options]
        return subprocess.run(command, capture_output=True, check=False, text=True)


def told(packages: list[dict[str, Any]]) -> Iterator[str]:
    """One line for each vulnerability."""
    for package in packages:
        for one in package["vulns"]:
            fixed = ", ".join(one["fix_versions"]) or "no version"
            yield f"{package['name']} {package['version']}: {one['id']}, fixed in {fixed}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The browser that is there; none is ever downloaded."""

import os
import shutil
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")
ON_MACOS = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")

MISSING = (
    "Browser tests need Chromium and did not run. Install it and repeat: "
    "sudo apt-get install -y chromium (macOS: brew install --cask google-chrome), "
    "or name one in CHROMIUM"
)


def chromium() -> str | None:
    """Its path; `CHROMIUM` in the environment names another one."""
    named = [os.environ["CHROMIUM"]] if os.environ.get("CHROMIUM") else [*NAMES]
    found = next((path for name in named if (path := shutil.which(name))), None)
    return found or (str(ON_MACOS) if ON_MACOS.exists() else None)

"""Static files: named by their content, so that a browser may keep them for good.

The names are made from what is in `static/`: a file that mentions another one by `./name` gets its
hashed name, so its own name changes with it.
"""

import hashlib
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "static"
PREFIX = "/static/"
MENTION = re.compile(r'(?<=["\'])\./([a-z_]+\.[a-z]+)(?=["\'])')
CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
HASH_DIGITS = 10


class Asset(NamedTuple):
    """One static file as it is served."""

    name: str
    """As `app.0123456789.css`."""
    text: str
    content_type: str

    @property
    def path(self) -> str:
        return PREFIX + self.name


class Assets:
    """The files of a folder, by the name that the templates know and by the one served."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._by_source: dict[str, Asset] = {}
        for file in sorted(folder.iterdir()):
            self._add(file.name)
        self.served = {asset.name: asset for asset in self._by_source.values()}

    def __getitem__(self, source: str) -> Asset:
        """The file that is called `source` in the folder. Raises KeyError."""
        return self._by_source[source]

    def _add(self, source: str) -> Asset:
        """Raises FileNotFoundError for a mention of a file that is not there."""
        if source not in self._by_source:
            file = self._folder / source
            raw = file.read_text(encoding="utf-8")
            text = MENTION.sub(lambda found: f"./{self._add(found[1]).name}", raw)
            digest = hashlib.sha256(text.encode()).hexdigest()[:HASH_DIGITS]
            name = f"{file.stem}.{digest}{file.suffix}"
            self._by_source[source] = Asset(name, text, CONTENT_TYPES[file.suffix])
        return self._by_source[source]


@cache
def assets() -> Assets:
    """Those of the site."""
    return Assets(FOLDER)

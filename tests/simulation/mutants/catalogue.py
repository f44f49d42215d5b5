"""The mutants as data: where each one differs from the product, and why somebody would write it.

The text before must stand in its file exactly once, so that no mutant rots unseen.
"""

import tomllib
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[3]


class Mutant(NamedTuple):
    """A mistake in one file of the product."""

    name: str
    why: str
    """Somebody may write it, because ..."""

    file: str
    """Its path from the project's folder."""

    before: str
    after: str

    @property
    def path(self) -> Path:
        return ROOT / self.file

    @property
    def is_of_the_templates(self) -> bool:
        """It is in the CDK app: templates are to be synthesized with it."""
        return self.file.startswith("cdk/")

    def source(self) -> str:
        """The file with the mistake in it. Raises ValueError unless it has one place for it."""
        right = self.path.read_text(encoding="utf-8")
        if right.count(self.before) != 1:
            msg = f"{self.name}: {self.file} has the text {right.count(self.before)} times"
            raise ValueError(msg)
        return right.replace(self.before, self.after)


def read() -> list[Mutant]:
    """All mutants, in the order in which they are written down."""
    files = sorted(Path(__file__).parent.glob("*.toml"))
    tables = [table for file in files for table in tomllib.loads(file.read_text())["mutant"]]
    return [Mutant(**table) for table in tables]

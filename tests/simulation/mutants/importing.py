"""An import hook: one module of the product is loaded with a mistake in it."""

import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType
from typing import Any

from tests.simulation.mutants.catalogue import Mutant


class Mistaken(SourceFileLoader):
    """Loads the mutant's source instead of what is on the disk."""

    def __init__(self, module: str, mutant: Mutant) -> None:
        super().__init__(module, str(mutant.path))
        self._mutant = mutant

    def get_code(self, _fullname: str) -> CodeType:
        return compile(self._mutant.source(), self.path, "exec", dont_inherit=True)


class Hook(MetaPathFinder):
    """Finds the mutant's module before anybody else does."""

    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant

    def find_spec(self, fullname: str, path: Any = None, _target: Any = None) -> ModuleSpec | None:
        spec = PathFinder.find_spec(fullname, path)
        if spec is None or spec.origin != str(self._mutant.path):
            return None
        spec.loader = Mistaken(fullname, self._mutant)
        return spec


def install(mutant: Mutant) -> None:
    """Mutate the product in this process, which has imported nothing of it yet."""
    assert not is_imported(mutant), f"{mutant.file} is imported already"
    sys.meta_path.insert(0, Hook(mutant))


def is_imported(mutant: Mutant) -> bool:
    return any(
        getattr(module, "__file__", None) == str(mutant.path) for module in sys.modules.values()
    )

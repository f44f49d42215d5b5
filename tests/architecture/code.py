"""The project's code as these tests see it: parsed, never imported."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FUNCTIONS, LAYER = ROOT / "functions", ROOT / "layers" / "ticketing" / "python"

PURE = frozenset({"models", "refusals", "fields", "intents"})
"""The rooms of a service that decide; they do no I/O."""

type Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Import:
    """`name` from `module`, or the whole module when the name is empty."""

    module: str
    name: str = ""
    for_types_only: bool = False

    @property
    def package(self) -> str:
        return self.module.split(".")[0]


@dataclass(frozen=True)
class Module:
    """One source file of an import root, by the name that it is imported by."""

    name: str
    path: Path

    def __str__(self) -> str:
        return self.name

    @property
    def service(self) -> str:
        return self.name.split(".")[0]

    @property
    def room(self) -> str:
        return self.name.split(".")[-1]

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.path.read_text(encoding="utf-8"))

    @cached_property
    def imports(self) -> set[Import]:
        return {
            found
            for node, for_types_only in _with_types_only(self.tree)
            for found in _imports(node, for_types_only=for_types_only)
        }

    @property
    def runtime_imports(self) -> set[Import]:
        return {found for found in self.imports if not found.for_types_only}

    @cached_property
    def is_edge(self) -> bool:
        """Whether Lambda calls this module."""
        return "lambda_handler" in self.names

    @property
    def is_pure(self) -> bool:
        return self.room in PURE

    @cached_property
    def names(self) -> set[str]:
        """What the module's top level defines."""
        defined = {node.name for node in self.tree.body if isinstance(node, Function.__value__)}
        targets = [node.targets for node in self.tree.body if isinstance(node, ast.Assign)]
        return defined | {one.id for each in targets for one in each if isinstance(one, ast.Name)}

    def functions(self) -> Iterator[Function]:
        for node in ast.walk(self.tree):
            if isinstance(node, Function.__value__):
                yield node


def modules(root: Path) -> list[Module]:
    """The modules below an import root."""
    return [
        Module(".".join(path.relative_to(root).with_suffix("").parts), path)
        for path in sorted(root.rglob("*.py"))
    ]


def _with_types_only(tree: ast.Module) -> Iterator[tuple[ast.AST, bool]]:
    """Every node, and whether it is below `if TYPE_CHECKING`."""
    hidden = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        yield node, node in hidden


def _imports(node: ast.AST, *, for_types_only: bool) -> Iterator[Import]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield Import(alias.name, "", for_types_only)
    if isinstance(node, ast.ImportFrom):
        for alias in node.names:
            yield Import(node.module or "", alias.name, for_types_only)


SERVICES = sorted({path.parent.name for path in FUNCTIONS.glob("*/__init__.py")})
FUNCTION_MODULES = [module for module in modules(FUNCTIONS) if module.service in SERVICES]
SHARED_MODULES = modules(LAYER)
EDGES = [module for module in FUNCTION_MODULES if module.is_edge]
BUILD_MODULES = [*modules(ROOT / "cdk"), *(Module(p.stem, p) for p in ROOT.glob("layers/*.py"))]


def kept_files() -> list[Path]:
    """Every file of the repository, without what is made from it."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]

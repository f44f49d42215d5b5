"""Bytecode that Lambda can use: made here by the runtime's minor version and never checked there.

A function's file system is read-only and CDK stamps each file 1980-01-01, so bytecode validated
by timestamp would be stale, and its source compiled again at every cold start.
"""

import py_compile
import warnings
from importlib.util import MAGIC_NUMBER, cache_from_source, source_hash
from pathlib import Path

UNCHECKED_HASH = (1).to_bytes(4, "little")


def compile_beside(tree: Path, seen_as: str) -> None:
    """Compile each new or changed source of `tree`, and keep it: tracebacks show its lines."""
    for source in sources(tree):
        compiled = Path(cache_from_source(str(source)))
        if not is_current(compiled, source.read_bytes()):
            compile_source(source, compiled, f"{seen_as}/{source.relative_to(tree)}")


def compile_instead(tree: Path, seen_as: str) -> None:
    """Put bytecode in the place of each source: half the size, and tracebacks lack its lines."""
    for source in sources(tree):
        compiled = source.with_suffix(".pyc")
        compile_source(source, compiled, f"{seen_as}/{source.relative_to(tree)}")
        source.unlink()


def sources(tree: Path) -> list[Path]:
    return sorted(tree.rglob("*.py"))


def is_current(compiled: Path, source: bytes) -> bool:
    """Whether `compiled` was made from exactly this source by this minor version of Python."""
    try:
        with compiled.open("rb") as file:
            return file.read(16) == MAGIC_NUMBER + UNCHECKED_HASH + source_hash(source)
    except FileNotFoundError:
        return False


def compile_source(source: Path, compiled: Path, seen_as: str) -> None:
    """Raises PyCompileError for a syntax error."""
    with warnings.catch_warnings(action="ignore"):
        py_compile.compile(
            str(source),
            cfile=str(compiled),
            dfile=seen_as,
            doraise=True,
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        )

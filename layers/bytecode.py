"""Bytecode that Lambda can use: made here by the runtime's minor version and never checked there.

A function's file system is read-only and CDK stamps each file 1980-01-01, so bytecode validated
by timestamp would be stale, and its source compiled again at every cold start.
"""

import json
import py_compile
import subprocess
import sys
import warnings
from importlib.util import MAGIC_NUMBER, cache_from_source, source_hash
from pathlib import Path

UNCHECKED_HASH = (1).to_bytes(4, "little")


def compile_beside(tree: Path, seen_as: str) -> None:
    """Compile each new or changed source of `tree`, and keep it: tracebacks show its lines."""
    compiled = {path: Path(cache_from_source(str(path))) for path in sources(tree)}
    stale = {path: to for path, to in compiled.items() if not is_current(to, path.read_bytes())}
    compile_apart(tree, stale, seen_as)


def compile_instead(tree: Path, seen_as: str) -> None:
    """Put bytecode in the place of each source: tracebacks have line numbers, but no lines.

    Less than half the size: columns are left out too, as there is no line to show them in.
    """
    compiled = {path: path.with_suffix(".pyc") for path in sources(tree)}
    compile_apart(tree, compiled, seen_as, "-X", "no_debug_ranges")
    for path in compiled:
        path.unlink()


def sources(tree: Path) -> list[Path]:
    return sorted(tree.rglob("*.py"))


def is_current(compiled: Path, source: bytes) -> bool:
    """Whether `compiled` was made from exactly this source by this minor version of Python."""
    try:
        with compiled.open("rb") as file:
            return file.read(16) == MAGIC_NUMBER + UNCHECKED_HASH + source_hash(source)
    except FileNotFoundError:
        return False


def compile_apart(tree: Path, compiled: dict[Path, Path], seen_as: str, *options: str) -> None:
    """Compile each key into its value, in a process of its own.

    What this process has imported would leave traces in the bytes: marshal writes a string in
    another way when it is interned.
    """
    if compiled:
        files = [
            (str(source), str(to), f"{seen_as}/{source.relative_to(tree)}")
            for source, to in compiled.items()
        ]
        command = [sys.executable, "-I", "-S", *options, __file__]
        subprocess.run(command, input=json.dumps(files), text=True, check=True)


def compile_files(files: list[tuple[str, str, str]]) -> None:
    """Compile each (source, target, path shown in tracebacks)."""
    warnings.simplefilter("ignore")
    for source, target, shown in files:
        mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
        py_compile.compile(source, target, shown, doraise=True, invalidation_mode=mode)


if __name__ == "__main__":
    compile_files(json.load(sys.stdin))

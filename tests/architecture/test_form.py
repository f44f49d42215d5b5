"""The form of the code: small files, small functions, nouns for names, and a word on each room."""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.code import (
    BUILD_MODULES,
    FUNCTION_MODULES,
    ROOT,
    SHARED_MODULES,
    Module,
    kept_files,
)

MODULES = [*FUNCTION_MODULES, *SHARED_MODULES, *BUILD_MODULES]
MAX_FILE, MAX_FUNCTION, MEDIAN_FUNCTION = 250, 40, 12

VAGUE = re.compile(r"(^|_)(utils?|helpers?|common|manager|base|misc|shared_code)(_|$)")

FOREIGN = re.compile(
    r"/(root|home|Users)/\w"  # somebody's machine
    r"|\bTODO\b|\bFIXME\b|\bXXX\b"  # what is to do is not in the code
    r"|<{7} |>{7} ",  # a merge that was not finished
)


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_module_says_its_rule(module: Module) -> None:
    docstring = ast.get_docstring(module.tree)
    assert docstring
    assert docstring.split("\n")[0].endswith((".", ":", "?"))


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_file_is_not_longer_than_can_be_kept_in_mind(module: Module) -> None:
    assert len(module.path.read_text(encoding="utf-8").splitlines()) <= MAX_FILE


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_function_fits_on_a_screen(module: Module) -> None:
    too_long = [each.name for each in module.functions() if length(each) > MAX_FUNCTION]
    assert too_long == []


def test_most_functions_are_much_shorter() -> None:
    lengths = sorted(length(each) for module in MODULES for each in module.functions())
    assert lengths[len(lengths) // 2] <= MEDIAN_FUNCTION


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_module_is_named_for_what_it_is(module: Module) -> None:
    assert not VAGUE.search(module.room)


def test_nothing_that_is_kept_is_of_one_machine_or_unfinished() -> None:
    here = str(Path(__file__).relative_to(ROOT))
    for file in kept_files():
        if str(file.relative_to(ROOT)) in (here, "uv.lock"):
            continue
        text = file.read_bytes().decode("utf-8", errors="replace")
        found = FOREIGN.search(text)
        assert found is None, f"{file.relative_to(ROOT)}: {found and found[0]}"


def test_the_lock_names_the_public_index_only() -> None:
    lock = (ROOT / "uv.lock").read_text(encoding="utf-8")
    hosts = set(re.findall(r"https?://([^/\"]+)", lock))
    assert hosts <= {"pypi.org", "files.pythonhosted.org"}

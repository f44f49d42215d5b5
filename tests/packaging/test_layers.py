"""The third-party layers: right machine, right bytecode, nothing twice, the same at every build."""

import hashlib
from importlib.util import MAGIC_NUMBER
from pathlib import Path

from layers.dependencies import GROUPS, build_dependencies

ELF_MACHINE = slice(18, 20)
AARCH64 = b"\xb7\x00"


def files(layers: Path, suffix: str = "") -> list[Path]:
    found = [path for group in GROUPS for path in (layers / group).rglob(f"*{suffix}")]
    return [path for path in found if path.is_file()]


def digests(layers: Path) -> dict[str, str]:
    return {
        str(path.relative_to(layers)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files(layers)
    }


def test_two_builds_are_byte_identical(lambda_layers: Path, tmp_path: Path) -> None:
    assert build_dependencies(tmp_path) == [*GROUPS]
    assert digests(tmp_path) == digests(lambda_layers)


def test_a_build_with_the_same_lock_makes_nothing(lambda_layers: Path) -> None:
    assert build_dependencies(lambda_layers) == []


def test_every_binary_runs_on_arm(lambda_layers: Path) -> None:
    binaries = files(lambda_layers, ".so")
    assert binaries
    assert {path.read_bytes()[ELF_MACHINE] for path in binaries} == {AARCH64}


def test_bytecode_stands_in_for_every_source_and_is_never_checked(lambda_layers: Path) -> None:
    assert not files(lambda_layers, ".py")
    unchecked = MAGIC_NUMBER + b"\x01\x00\x00\x00"
    assert {path.read_bytes()[:8] for path in files(lambda_layers, ".pyc")} == {unchecked}


def test_no_package_is_in_two_layers(lambda_layers: Path) -> None:
    names = [path.name for group in GROUPS for path in (lambda_layers / group / "python").iterdir()]
    assert len({"ticketing", *names}) == len(names) + 1


def test_the_base_carries_what_every_function_imports(lambda_layers: Path) -> None:
    carried = {path.stem for path in (lambda_layers / "base" / "python").iterdir()}
    assert carried == {
        "annotated_types",
        "aws_lambda_powertools",
        "botocore",
        "dateutil",
        "jmespath",
        "pydantic",
        "pydantic_core",
        "six",
        "typing_extensions",
        "typing_inspection",
        "urllib3",
    }

"""The project's own assets: one service each, brought up to date by touching what changed."""

import os
from importlib.util import cache_from_source
from pathlib import Path

import pytest

from layers.build import mirror, services, stage_code
from layers.bytecode import compile_beside


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    (folder / "__pycache__").mkdir(parents=True)
    (folder / "api.py").write_text("answer = 1\n")
    (folder / "openapi.json").write_text("{}")
    for name in ("api.cpython-313.pyc", "api.cpython-313.pyc.4711"):
        (folder / "__pycache__" / name).write_bytes(b"from another build")
    return folder


@pytest.fixture
def staged(source: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "copy"
    stage(source, copy)
    return copy


def stage(source: Path, copy: Path) -> None:
    mirror(source, copy)
    compile_beside(copy, "/var/task")


def content(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def compiled(folder: Path) -> Path:
    return Path(cache_from_source(str(folder / "api.py")))


def test_the_copy_has_sources_data_and_its_own_bytecode(staged: Path) -> None:
    assert {*content(staged)} == {"api.py", "openapi.json", "__pycache__/api.cpython-313.pyc"}
    assert b"/var/task/api.py" in compiled(staged).read_bytes()


def test_staging_again_touches_nothing(source: Path, staged: Path) -> None:
    for name in content(staged):
        os.utime(staged / name, (1, 1))
    stage(source, staged)
    assert {path.stat().st_mtime for path in staged.rglob("*") if path.is_file()} == {1}


def test_an_edited_source_is_compiled_again(source: Path, staged: Path) -> None:
    before = compiled(staged).read_bytes()
    (source / "api.py").write_text("answer = 2\n")
    stage(source, staged)
    assert compiled(staged).read_bytes() != before


def test_a_removed_source_takes_its_bytecode_along(source: Path, staged: Path) -> None:
    (source / "api.py").unlink()
    stage(source, staged)
    assert {*content(staged)} == {"openapi.json"}


def test_each_asset_holds_one_service_and_no_layer(tmp_path: Path) -> None:
    stage_code(tmp_path)
    assert {path.name for path in (tmp_path / "functions").iterdir()} == {*services()}
    for service in services():
        assert [path.name for path in (tmp_path / "functions" / service).iterdir()] == [service]
    layer = tmp_path / "layers" / "ticketing" / "python"
    assert [path.name for path in layer.iterdir()] == ["ticketing"]


def test_staging_twice_into_two_places_gives_the_same_bytes(tmp_path: Path) -> None:
    stage_code(tmp_path / "one")
    stage_code(tmp_path / "two")
    assert content(tmp_path / "one") == content(tmp_path / "two")

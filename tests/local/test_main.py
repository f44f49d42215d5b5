"""Before anything is started: what this machine has to give."""

import resource
from pathlib import Path

import pytest

from cdk.local import __main__ as local


def test_two_runs_do_not_share_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("STATE_DIR", str(tmp_path / "new"))
    monkeypatch.setenv("PORT", "0")
    for _ in range(2):
        with local.alone_in(tmp_path / "new"):
            assert local.main() == 1
        why = "is in use by another run: set STATE_DIR and PORT to others"
        assert capsys.readouterr().err == f"error: {tmp_path / 'new'} {why}\n"


@pytest.mark.parametrize(
    ("soft", "hard", "allowed"),
    [
        (256, resource.RLIM_INFINITY, local.OPEN_FILES),
        (256, 4096, 4096),
        (50_000, 100_000, 50_000),
    ],
)
def test_a_rush_may_open_files(
    monkeypatch: pytest.MonkeyPatch, soft: int, hard: int, allowed: int
) -> None:
    set_to: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _kind: (soft, hard))
    monkeypatch.setattr(resource, "setrlimit", lambda _kind, limits: set_to.append(limits))
    local.allow_open_files()
    assert set_to == [(allowed, hard)]

"""The generated files: each is there, is what the code says today, and nothing else is."""

from pathlib import Path

import pytest

from cdk.contracts import __main__ as command
from cdk.contracts.files import ROOT, documents
from cdk.contracts.history import history

DOCUMENTS = documents()


@pytest.mark.parametrize("path", DOCUMENTS)
def test_a_generated_file_is_up_to_date(path: str) -> None:
    assert (ROOT / path).read_text(encoding="utf-8") == DOCUMENTS[path], "run `make contracts`"


def test_there_are_no_other_contracts() -> None:
    found = {str(file.relative_to(ROOT)) for file in (ROOT / "events").rglob("*.*")}
    assert found == {path for path in DOCUMENTS if path.startswith("events/")}


def test_a_sample_that_changes_leaves_its_predecessor(tmp_path: Path) -> None:
    past = tmp_path / "history"
    past.mkdir()
    assert history(tmp_path, "order-created", "one") == ["one"]
    (past / "order-created.1.json").write_text("one")
    assert history(tmp_path, "order-created", "one") == ["one"]
    assert history(tmp_path, "order-created", "two") == ["one", "two"]
    (past / "order-created.2.json").write_text("two")
    assert history(tmp_path, "order-created", "one") == ["one", "two", "one"]


def test_the_command_writes_what_is_missing_and_removes_what_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "ROOT", tmp_path)
    over = tmp_path / "events" / "orders" / "order-lost.schema.json"
    past = tmp_path / "events" / "orders" / "history" / "order-lost.1.json"
    past.parent.mkdir(parents=True)
    over.write_text("{}")
    past.write_text("{}")
    command.main()
    assert not over.exists()
    assert past.exists()
    written = {str(file.relative_to(tmp_path)) for file in tmp_path.rglob("*.*") if file != past}
    assert written == set(DOCUMENTS)
    assert "Removed events/orders/order-lost.schema.json" in capsys.readouterr().out
    command.main()
    assert capsys.readouterr().out == ""

"""Demo data, where it cannot be loaded."""

import sys

import pytest

from cdk.local import demo
from cdk.local.children import free_port


def test_a_service_that_is_not_there_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    monkeypatch.setattr(sys, "argv", ["demo", url])
    assert demo.main() == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith(f"POST {url}/api/users/signup: ConnectError(")

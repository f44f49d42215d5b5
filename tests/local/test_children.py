"""Processes of the runtime: none stays behind, and one that fails says why."""

import asyncio
import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cdk.local.children import (
    Child,
    ChildEndedError,
    Lifeline,
    free_port,
    listen,
    own_environment,
    port_of,
)

FOREVER = "import threading; print('up', flush=True); threading.Event().wait()"


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A module `sample` that a test writes and a child runs."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return tmp_path / "sample.py"


def started(log: Path, lifeline: Lifeline) -> "asyncio.Future[Child]":
    arguments = lifeline.leash("sample", "argument")
    return asyncio.ensure_future(Child.start("The sample", arguments, lifeline, log))


def test_a_child_has_no_account_of_aws_and_no_proxy_before_its_siblings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "work")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("NO_PROXY", "example.com")
    found = own_environment()
    assert not [name for name in found if name.startswith("AWS_")]
    assert found["no_proxy"] == found["NO_PROXY"] == "example.com,127.0.0.1"
    assert found["PATH"] == os.environ["PATH"]


def test_a_child_that_fails_says_why(module: Path, tmp_path: Path, runner: asyncio.Runner) -> None:
    module.write_text("import sys\nprint('first')\nsys.exit('it broke: ' + sys.argv[1])")

    async def test() -> None:
        lifeline = Lifeline()
        child = await started(tmp_path / "log", lifeline)
        with pytest.raises(ChildEndedError, match=r"The sample ended with status 1 .*\n  first"):
            await child.finish()
        assert "it broke: argument" in child.obituary()
        lifeline.close()

    runner.run(test())


def test_a_child_that_is_stopped_is_gone(
    module: Path, tmp_path: Path, runner: asyncio.Runner
) -> None:
    module.write_text(FOREVER)

    async def test() -> None:
        lifeline = Lifeline()
        child = await started(tmp_path / "log", lifeline)
        await child.stop()
        await child.stop()
        with pytest.raises(ProcessLookupError):
            os.kill(child.process.pid, 0)
        lifeline.close()

    runner.run(test())


def test_a_child_ends_when_the_lifeline_does(
    module: Path, tmp_path: Path, runner: asyncio.Runner
) -> None:
    module.write_text(FOREVER)

    async def test() -> None:
        lifeline = Lifeline()
        child = await started(tmp_path / "log", lifeline)
        lifeline.close()
        with pytest.raises(ChildEndedError):
            await asyncio.wait_for(child.watch(), 10)

    runner.run(test())


def test_the_leash_holds_a_process_whose_parent_was_killed(module: Path) -> None:
    module.write_text(FOREVER)
    reader, writer = os.pipe()
    command = [sys.executable, "-m", "cdk.local.leash", str(reader), "sample"]
    child = subprocess.Popen(command, pass_fds=[reader], stdout=subprocess.PIPE)
    os.close(reader)
    assert child.stdout
    assert child.stdout.readline() == b"up\n"
    os.close(writer)
    assert child.wait(10) == 1
    child.stdout.close()


def test_a_port_is_taken_once() -> None:
    with listen(0) as first:
        with pytest.raises(OSError, match="in use") as refused:
            listen(port_of(first))
        assert refused.value.errno == errno.EADDRINUSE
    listen(free_port()).close()

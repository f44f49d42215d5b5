"""Fixtures of the runtime's tests: a folder of functions that a test can write and edit."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cdk.local.children import Lifeline
from cdk.local.functions import Code, Function
from cdk.local.journal import Journal
from cdk.local.processes import Spawner
from cdk.local.warm_host import WarmFunction, WarmHost

FUNCTION = Function(
    name="shop-api",
    handler="shop.api.lambda_handler",
    timeout=20,
    memory_mb=256,
    environment={"POWERTOOLS_SERVICE_NAME": "shop", "COLOR": "green"},
)


class Shop:
    """One function `shop/api`, its code as the test writes it, and the host that runs it."""

    def __init__(self, folder: Path, runner: asyncio.Runner, spawner: Spawner) -> None:
        self.shown: list[str] = []
        self.module = folder / "functions" / "shop" / "api.py"
        self.layer = folder / "layer" / "shared.py"
        self.logs = folder / "logs"
        for path in (self.module.parent, self.layer.parent, self.logs):
            path.mkdir(parents=True)
        self.spawner = spawner
        self._runner = runner
        self._news = asyncio.Event()
        self._journal = Journal(self.logs, self._show)
        code = Code(self.module.parents[1], self.layer.parent)
        self.host = WarmHost(spawner, self._journal, code)
        self.host.add(FUNCTION)

    @property
    def warm(self) -> WarmFunction:
        found = self.host.function(FUNCTION.name)
        assert found
        return found

    def _show(self, line: str) -> None:
        self.shown.append(line)
        self._news.set()

    async def shows(self, text: str) -> str:
        """The first line with a text, when it is there."""
        async with asyncio.timeout(FUNCTION.timeout):
            while not (found := [line for line in self.shown if text in line]):
                self._news.clear()
                await self._news.wait()
        return found[0]

    def write(self, body: str) -> None:
        """Let the function's module be this."""
        self.module.write_text(body)

    async def call(self, event: Any = None) -> Any:
        return await self.warm.invoke(event, "request-1")

    def run(self, test: Callable[[], Awaitable[None]]) -> None:
        """Run a test; no process and no unread output is left behind."""

        async def running() -> None:
            try:
                await test()
            finally:
                self.host.stop()
                await self._journal.close()

        self._runner.run(running())


@pytest.fixture(scope="session")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as one:
        yield one


@pytest.fixture(scope="session")
def spawner(runner: asyncio.Runner, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spawner]:
    """One zygote for all tests: it takes a second to start."""
    lifeline = Lifeline()
    made = Spawner(lifeline, tmp_path_factory.mktemp("zygote"), "http://127.0.0.1:1")
    yield made
    runner.run(made.stop())
    lifeline.close()


@pytest.fixture
def shop(tmp_path: Path, runner: asyncio.Runner, spawner: Spawner) -> Shop:
    return Shop(tmp_path, runner, spawner)
